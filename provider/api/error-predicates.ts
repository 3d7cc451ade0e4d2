import { errorCodes } from "./error-remedies";
import { PinterestApiError, PinterestError } from "./errors";

/** Whether an error is of one of these kinds. */
export function isOfKind(error: unknown, ...kinds: readonly PinterestError["kind"][]): boolean {
  return error instanceof PinterestError && kinds.includes(error.kind);
}

/** Whether Pinterest responded that a rate limit is exceeded: 429, except for spam. */
export function isRateLimited(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.status === 429 && !error.hints.isSpam;
}

/**
 * Whether the integration of the operation is missing at Pinterest. Not every 404 shows that, because a proxy can send one, and `apiUrl` can be
 * wrong: see {@link PinterestApiError.missing}.
 */
export function isNotFound(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.missing;
}

/**
 * Whether a 404 has two possible causes: the integration is missing, or `apiUrl` is not the address of Pinterest's API.
 *
 *     404 {"code": 4180, …}   clear: this code of Pinterest means that the integration is missing
 *     404 {"code": 1, …}      unclear: another code
 *     404 <html>…             clear: without a code, the response is not Pinterest's
 */
export function isUnclear404(error: unknown): error is PinterestApiError {
  if (!(error instanceof PinterestApiError && error.isAboutOneIntegration)) return false;
  return error.status === 404 && error.code !== undefined && !error.missing;
}

/** Whether Pinterest refuses a connection because the merchant has another one. */
export function isMerchantConnected(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.code === errorCodes.merchantConnected;
}

/**
 * Whether Pinterest reported that the integration belongs to another account. The response depends on the version of the API description:
 *
 *     5.23.0   409 {"code": 4182, …}
 *     5.28.0   403 {"code": 29, …}, which is assumed, because no source contains the code of this 403
 */
export function isOwnedByAnother(error: unknown): error is PinterestApiError {
  if (!(error instanceof PinterestApiError && error.isAboutOneIntegration)) return false;
  const { status, code } = error;
  // Without a code, the response may be a proxy's.
  if (code === undefined) return false;
  // Such a response can have the same statuses, but it is about the merchant, not about the integration's owner.
  if (isMerchantConnected(error)) return false;
  return status === 409 || (status === 403 && code === errorCodes.notPermitted);
}

/** Whether the access token is wrong, expired or revoked: 401 with code 2. A renewed token can help. */
export function isAuthentication(error: unknown): error is PinterestApiError {
  return (
    error instanceof PinterestApiError &&
    error.status === 401 &&
    error.code === errorCodes.authenticationFailed
  );
}

/** Pinterest's codes for an account that may not do this, is disapproved, or is under review. */
const standingCodes: readonly (number | undefined)[] = [
  errorCodes.notPermitted,
  errorCodes.accountDisapproved,
  errorCodes.accountUnderReview,
];

/**
 * Whether Pinterest refuses because of the account's permissions, its standing, or the access to the beta. Another token of the account does not
 * change them.
 */
export function isAboutStanding({ code, hints }: PinterestApiError): boolean {
  return hints.restrictedFeature !== undefined || standingCodes.includes(code);
}

/** Pinterest's codes of a 401 for a token, an app or an account that it rejects. */
const refusedTokenCodes: readonly (number | undefined)[] = [
  errorCodes.authenticationFailed,
  errorCodes.accessDenied,
  errorCodes.notPermitted,
];

/**
 * Whether Pinterest rejects the whole account until somebody acts: the merchant revoked its access, or Pinterest rejects its token, scopes
 * or standing. False for errors that may pass (no connection, 5xx, rate limits) or are about one integration (404, 409). True for a 403 with
 * code 29, which can mean either: see {@link isOwnedByAnother}.
 */
export function isRefusedAccount(error: unknown): boolean {
  if (!(error instanceof PinterestError)) return false;
  const { status, code, isRevoked } = error;
  if (isRevoked) return true;
  if (status === 401) return refusedTokenCodes.includes(code);
  if (status === 403) return code === errorCodes.accessDenied || standingCodes.includes(code);
  return false;
}
