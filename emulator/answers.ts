/** An answer before it becomes bytes: a text goes out as it is, everything else as JSON, undefined as nothing. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Pinterest's error envelope. Codes are unique only together with the status and the path. */
export function refusal(status: number, code: number, message: string): Answer {
  return { status, body: { code, message } };
}

/** A request that breaks a rule of the API description. */
export function invalid(message: string, status = 400): Answer {
  return refusal(status, 1, message);
}

const NOT_FOUND_TEXT = "Sorry! We could not find your integration.";

export const integrationNotFound = refusal(404, 4180, NOT_FOUND_TEXT);

/** The refusal of a number that no integration has. */
export const numberNotFound = refusal(404, 4517, NOT_FOUND_TEXT);

const foreign = {
  409: refusal(409, 4182, "Can't access this integration metadata."),
  403: refusal(403, 29, "You are not permitted to access that resource."),
};

/** The refusal of an integration that somebody else owns. */
export function notOwner(status: 409 | 403): Answer {
  return foreign[status];
}

// Pinterest's text and code are not known: nothing documents a conflict with one's own integration.
export const alreadyExists = refusal(
  409,
  409,
  "An integration with this external_business_id already exists.",
);

export const authenticationFailed: Answer = {
  status: 401,
  body: { code: 2, message: "Authentication failed.", status: "failure" },
};

/** The refusal of a refresh token or code that is not, or no longer, good for the app. */
export const invalidGrant = refusal(401, 283, "The authorization grant is invalid");

export const missingScope: Answer = {
  status: 401,
  body: {
    code: 3,
    message: "Your token does not have sufficient permissions for this call.",
    status: "failure",
  },
};

export const restrictedFeature: Answer = {
  status: 401,
  body: {
    code: 3,
    message: "Your application does not have access to this restricted feature: commerce_integrations",
    status: "failure",
  },
};

export const notPermitted = foreign[403];

/** The refusal of a request over a limit, or too close to another write of the same integration. */
export const rateLimited = refusal(
  429,
  8,
  "This request exceeded a rate limit. This can happen if the client exceeds one of the published rate limits or " +
    "if multiple write operations are applied to an object within a short time window.",
);

/** A failure of Pinterest's own. */
export const internalError = refusal(500, 0, "Something went wrong on our end. Sorry about that.");

export const noSuchPath = refusal(404, 404, "There is no such endpoint.");

export function methodNotAllowed(allowed: readonly string[]): Answer {
  return {
    ...refusal(405, 405, `This endpoint only takes ${allowed.join(", ")}.`),
    headers: { allow: allowed.join(", ") },
  };
}
