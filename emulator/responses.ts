/** A response to a request. */
export interface ApiResponse {
  readonly status: number;
  /** A string is sent as `text/html`, undefined as no body, any other value as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Pinterest's error envelope. A code is unique only with its status and path. */
export function refusal(status: number, code: number, message: string): ApiResponse {
  return { status, body: { code, message } };
}

/** Response to a request that violates the API description. */
export function invalid(message: string, status = 400): ApiResponse {
  return refusal(status, 1, message);
}

const notFoundText = "Sorry! We could not find your integration.";

/** Response for an unknown external business ID. */
export const integrationNotFound = refusal(404, 4180, notFoundText);

/** Response for an unknown integration ID. */
export const integrationIdNotFound = refusal(404, 4517, notFoundText);

export const notPermitted = refusal(403, 29, "You are not permitted to access that resource.");

/** Response for an integration of another owner. */
export function notOwner(status: 409 | 403): ApiResponse {
  return status === 403 ? notPermitted : refusal(409, 4182, "Can't access this integration metadata.");
}

/** Response to a create of an own integration that exists. Text and code are invented: no source has this conflict. 5.28.0 removes 409. */
export function alreadyExists(generation: "5.23" | "5.28"): ApiResponse {
  const message = "An integration with this external_business_id already exists.";
  return generation === "5.23" ? refusal(409, 409, message) : invalid(message);
}

function unauthorized(code: number, message: string): ApiResponse {
  return { status: 401, body: { code, message, status: "failure" } };
}

export const authenticationFailed = unauthorized(2, "Authentication failed.");

export const missingScope = unauthorized(3, "Your token does not have sufficient permissions for this call.");

export const restrictedFeature = unauthorized(
  3,
  "Your application does not have access to this restricted feature: commerce_integrations",
);

/** Response to a refresh token or authorization code that is invalid for the app. */
export const invalidGrant = refusal(401, 283, "The authorization grant is invalid");

/** Response to a request above a rate limit, or shortly after another write of the same integration. */
export const rateLimited = refusal(
  429,
  8,
  "This request exceeded a rate limit. This can happen if the client exceeds one of the published rate limits or " +
    "if multiple write operations are applied to an object within a short time window.",
);

export const internalError = refusal(500, 0, "Something went wrong on our end. Sorry about that.");

export const noSuchPath = refusal(404, 404, "There is no such endpoint.");

export function methodNotAllowed(allowed: readonly string[]): ApiResponse {
  return {
    ...refusal(405, 405, `This endpoint only takes ${allowed.join(", ")}.`),
    headers: { allow: allowed.join(", ") },
  };
}
