import type { RequestTopic } from "./error-remedies";
import { PinterestApiError, PinterestError } from "./errors";

export function isOfKind(error: unknown, ...kinds: readonly PinterestError["kind"][]): boolean {
  return error instanceof PinterestError && kinds.includes(error.kind);
}

/** Whether an error is a response with one of these causes. `causeOf` derives the cause from the status and Pinterest's code. */
function isCausedBy(error: unknown, ...causes: readonly RequestTopic[]): error is PinterestApiError {
  return error instanceof PinterestApiError && causes.includes(error.topic as RequestTopic);
}

function isAboutOneIntegration({ externalBusinessId, integrationId }: PinterestError): boolean {
  return externalBusinessId !== undefined || integrationId !== undefined;
}

/** Whether Pinterest responded that a rate limit is exceeded: 429, except for spam. */
export function isRateLimited(error: unknown): error is PinterestApiError {
  return isCausedBy(error, "rate-limit", "daily-rate-limit");
}

/** Whether Pinterest refused the request, and would refuse it again: any refusal except 429. */
export function isLastingRefusal(error: unknown): boolean {
  return error instanceof PinterestError && error.outcome === "refused" && error.status !== 429;
}

/**
 * Whether the integration of the operation is missing at Pinterest. Not every 404 shows that, because a proxy can send one, and `apiUrl` can be
 * wrong. A 404 counts if it has Pinterest's code for a missing integration. With another code, it counts if another read succeeds.
 */
export function isNotFound(error: unknown): error is PinterestApiError {
  return isCausedBy(error, "missing-integration");
}

/** Whether a 404 has two possible causes: the integration is missing, or `apiUrl` is not the address of Pinterest's API. */
export function isUnclear404(error: unknown): error is PinterestApiError {
  return isCausedBy(error, "wrong-address") && isAboutOneIntegration(error);
}

/** Whether Pinterest refuses a connection because the merchant has another one. */
export function isMerchantConnected(error: unknown): error is PinterestApiError {
  return isCausedBy(error, "merchant-connected");
}

/**
 * Whether Pinterest reported that the integration belongs to another account. The response depends on the version of the API description:
 *
 *     5.23.0   409 {"code": 4182, …}
 *     5.28.0   403 {"code": 29, …}, which is assumed, because no source contains the code of this 403
 */
export function isOwnedByAnother(error: unknown): error is PinterestApiError {
  const isForbidden = isCausedBy(error, "not-permitted", "trial-access") && error.status === 403;
  return (isCausedBy(error, "other-owner") || isForbidden) && isAboutOneIntegration(error);
}

/** Whether the access token is wrong, expired or revoked. A renewed token can help. */
export function isAuthentication(error: unknown): error is PinterestApiError {
  return isCausedBy(error, "token-rejected");
}

/**
 * Whether Pinterest refuses because of the account's permissions, its standing, or the access to the beta. Another token of the account does not
 * change them.
 */
export function isAboutStanding(error: unknown): boolean {
  return isCausedBy(
    error,
    "restricted-feature",
    "trial-access",
    "not-permitted",
    "account-disapproved",
    "account-under-review",
  );
}

/**
 * Whether Pinterest rejects the whole account until somebody acts: the merchant revoked its access, or Pinterest rejects its token, scopes
 * or standing. False for errors that may pass (no connection, 5xx, rate limits) or are about one integration (404, 409). True for a 403 with
 * code 29, which can mean either: see {@link isOwnedByAnother}.
 */
export function isRefusedAccount(error: unknown): boolean {
  const isRevoked = error instanceof PinterestError && error.isRevoked;
  return isRevoked || isAboutStanding(error) || isCausedBy(error, "token-rejected", "missing-scope");
}
