import type { FaultAction } from "../../../emulator";

/** A way in which a request can fail. */
export interface FaultKind {
  readonly action: FaultAction;
  /** The failure in the message, without the request ID. */
  readonly reports: RegExp;
  /** The remedy that the message names. */
  readonly remedy: RegExp;
  /** Whether Pinterest answers, so that the message contains a request ID. */
  readonly answered: boolean;
  /** Whether the request takes effect. */
  readonly commits: boolean;
  /** The maximum number of attempts of an operation that always fails like this. Default: limited only by time. */
  readonly attempts?: number;
  /** Whether one such failure fails the operation. */
  readonly final?: true;
}

export type FaultKinds = Readonly<Record<string, FaultKind>>;

/** The time limit of a request in tests of {@link missingAnswers}, in milliseconds of real time. */
export const requestTimeoutMs = 200;

const later = /Run again later/;

/** Requests that time out, by name. */
export const missingAnswers: FaultKinds = {
  "timeout-before": withoutAnswer({ kind: "hang" }, /timed out after [\d.]+ s while/),
  "timeout-after": withoutAnswer({ kind: "hang", commit: true }, /timed out after [\d.]+ s while/),
  // Takes effect after the client has timed out and usually has sent the request again.
  "timeout-late": {
    ...withoutAnswer({ kind: "slow", ms: requestTimeoutMs + 100 }, /timed out after [\d.]+ s while/),
    commits: true,
  },
};

/** The failures of networks and gateways, and of Pinterest's servers, rate limits and authentication, by name. */
export const failures: FaultKinds = {
  "reset-before": withoutAnswer({ kind: "reset" }, /lost the connection to http/),
  "reset-after": withoutAnswer({ kind: "reset", commit: true }, /lost the connection to http/),
  truncated: {
    ...withoutAnswer({ kind: "truncate" }, /the answer \(HTTP 200\) is not what Pinterest's API describes/),
    answered: true,
    remedy: /Check apiUrl and whether a proxy or portal answers/,
  },
  "500": withAnswer({ kind: "answer", preset: "internal-error" }, /Pinterest answered HTTP 500, code \d/),
  "500-after": withAnswer(
    { kind: "answer", preset: "internal-error-911", commit: true },
    /Pinterest answered HTTP 500, code 911/,
  ),
  "502": withAnswer({ kind: "answer", preset: "bad-gateway" }, /Pinterest answered HTTP 502, code \d/),
  "503": withAnswer({ kind: "answer", preset: "unavailable" }, /Pinterest answered HTTP 503, code \d/),
  "503-page": withAnswer(
    { kind: "answer", preset: "unavailable-page" },
    /the answer was HTTP 503: .*Service Unavailable/,
  ),
  "504-page-after": withAnswer(
    { kind: "answer", preset: "gateway-timeout-page", commit: true },
    /the answer was HTTP 504: .*Gateway Timeout/,
  ),
  "429": rateLimit({ kind: "answer", preset: "rate-limit" }),
  "429-retry-after": rateLimit({ kind: "answer", preset: "rate-limit-retry-after" }),
  "429-retry-date": rateLimit({ kind: "answer", preset: "rate-limit-retry-date" }),
  "429-bare": rateLimit({ kind: "answer", preset: "rate-limit-bare" }),
  "429-code-30": rateLimit({ kind: "answer", preset: "rate-limit-30" }, 30),
  spam: {
    ...final({ kind: "answer", preset: "spam" }, /Pinterest answered HTTP 429, code 8: .*spam/),
    remedy: /waiting does not help: ask Pinterest's support/,
  },
  "401": {
    ...final(
      { kind: "answer", preset: "authentication-failed" },
      /Pinterest answered HTTP 401, code 2: Authentication failed/,
    ),
    remedy:
      /Set a valid access token for account '.*' in PINTEREST_ACCOUNTS: this one is wrong, expired or revoked/,
  },
};

function withoutAnswer(action: FaultAction, reports: RegExp): FaultKind {
  const commits = action.kind === "truncate" || action.commit === true;
  return { action, reports, remedy: later, answered: false, commits, attempts: 4 };
}

function withAnswer(action: FaultAction, reports: RegExp): FaultKind {
  return { ...withoutAnswer(action, reports), answered: true };
}

function rateLimit(action: FaultAction, code = 8): FaultKind {
  const reports = new RegExp(`Pinterest answered HTTP 429, code ${code}: `);
  return { action, reports, remedy: /rate limit|limit of the rate/, answered: true, commits: false };
}

function final(action: FaultAction, reports: RegExp): FaultKind {
  return { ...withAnswer(action, reports), attempts: 1, final: true };
}
