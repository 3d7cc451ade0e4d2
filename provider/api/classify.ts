import { restrictedFeature } from "./advice";
import { PinterestApiError, PinterestCredentialsError } from "./errors";

/**
 * Whether the integration of the operation is missing at Pinterest. The 404 of a proxy, or of an `apiUrl` that is not the API's, does not
 * mean that: see {@link PinterestApiError.missing}.
 */
export function isNotFound(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.missing;
}

/** Whether Pinterest said that the integration belongs to somebody else: 409 (4182), or 403 with code 29. */
export function isOwnedByAnother(error: unknown): error is PinterestApiError {
  return (
    answersForOneIntegration(error) && (error.status === 409 || (error.status === 403 && error.code === 29))
  );
}

/** Whether the access token is wrong, expired or revoked: 401 with code 2, which a refreshed token cures. */
export function isAuthentication(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.status === 401 && error.code === 2;
}

/** Whether Pinterest refused the token or the app a right: code 3, of which there are two kinds. */
export function missingRight(error: unknown): "scope" | "beta" | undefined {
  if (!(error instanceof PinterestApiError && error.code === 3 && [401, 403].includes(error.status)))
    return undefined;
  return restrictedFeature.test(error.apiMessage) ? "beta" : "scope";
}

/** By status, Pinterest's codes for a token, an app or an account that may do nothing here (its API description, and public clients). */
const accountRefusals: Readonly<Record<number, readonly number[]>> = {
  401: [2, 3, 29],
  403: [3, 29, 2625, 2626],
};

/**
 * Whether an account as a whole is out of reach, and will be until somebody does something about it: its access was revoked, or
 * Pinterest refuses its token, scopes or standing. Never true of what may pass (no connection, 5xx, rate limits) nor of a
 * single integration (404, 409).
 */
export function isRefusedAccount(error: unknown): boolean {
  if (error instanceof PinterestCredentialsError) return error.revoked;
  return (
    error instanceof PinterestApiError &&
    error.code !== undefined &&
    accountRefusals[error.status]?.includes(error.code) === true
  );
}

function answersForOneIntegration(error: unknown): error is PinterestApiError {
  return (
    error instanceof PinterestApiError &&
    error.code !== undefined &&
    (error.externalBusinessId ?? error.integrationId) !== undefined
  );
}
