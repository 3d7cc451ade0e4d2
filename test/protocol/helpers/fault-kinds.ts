import type { FaultAction } from "../../../emulator";
import { mayBeCarriedOut, nothingChanged, responded, spamRemedy, wrongToken } from "../../expected/messages";

/** A way in which a request can fail. */
export interface FaultKind {
  readonly action: FaultAction;
  /** The failure in the message, without the request ID. */
  readonly reports: RegExp;
  /** The remedy that the message names. */
  readonly remedy: RegExp;
  /** Whether Pinterest responds, so that the message contains a request ID. */
  readonly responds: boolean;
  /** Whether the request takes effect. */
  readonly commits: boolean;
  /** The maximum number of attempts of an operation that always fails like this. Default: limited only by time. */
  readonly attempts?: number;
  /** Whether one such failure fails the operation. */
  readonly final?: true;
}

export type FaultKinds = Readonly<Record<string, FaultKind>>;

/** The time limit of a request in tests of {@link missingResponses}, in milliseconds of real time. */
export const requestTimeoutMs = 200;

const later = new RegExp(`${nothingChanged}|${mayBeCarriedOut()}`);

/** Requests that time out, by name. */
export const missingResponses: FaultKinds = {
  "timeout-before": withoutResponse({ kind: "hang" }, /timed out after [\d.]+ s while/),
  "timeout-after": withoutResponse({ kind: "hang", commit: true }, /timed out after [\d.]+ s while/),
  // Takes effect after the client has timed out and usually has sent the request again.
  "timeout-late": {
    ...withoutResponse({ kind: "slow", ms: requestTimeoutMs + 100 }, /timed out after [\d.]+ s while/),
    commits: true,
  },
};

/** The failures of networks and gateways, and of Pinterest's servers, rate limits and authentication, by name. */
export const failures: FaultKinds = {
  "reset-before": withoutResponse({ kind: "reset" }, /lost the connection to http/),
  "reset-after": withoutResponse({ kind: "reset", commit: true }, /lost the connection to http/),
  truncated: {
    ...withoutResponse(
      { kind: "truncate" },
      /the response \(HTTP 200\) is not what Pinterest's API describes/,
    ),
    responds: true,
    remedy: /Check apiUrl and whether a proxy or portal responds/,
  },
  "500": withResponse({ kind: "response", preset: "internal-error" }, new RegExp(responded(500, "\\d"))),
  "500-after": withResponse(
    { kind: "response", preset: "internal-error-911", commit: true },
    new RegExp(responded(500, 911)),
  ),
  "502": withResponse({ kind: "response", preset: "bad-gateway" }, new RegExp(responded(502, "\\d"))),
  "503": withResponse({ kind: "response", preset: "unavailable" }, new RegExp(responded(503, "\\d"))),
  "503-page": withResponse(
    { kind: "response", preset: "unavailable-page" },
    /the response was HTTP 503: .*Service Unavailable/,
  ),
  "504-page-after": withResponse(
    { kind: "response", preset: "gateway-timeout-page", commit: true },
    /the response was HTTP 504: .*Gateway Timeout/,
  ),
  "429": rateLimit({ kind: "response", preset: "rate-limit" }),
  "429-retry-after": rateLimit({ kind: "response", preset: "rate-limit-retry-after" }),
  "429-retry-date": rateLimit({ kind: "response", preset: "rate-limit-retry-date" }),
  "429-bare": rateLimit({ kind: "response", preset: "rate-limit-bare" }),
  "429-code-30": rateLimit({ kind: "response", preset: "rate-limit-30" }, 30),
  spam: {
    ...final({ kind: "response", preset: "spam" }, new RegExp(`${responded(429, 8)}: .*spam`)),
    remedy: new RegExp(spamRemedy),
  },
  "401": {
    ...final(
      { kind: "response", preset: "authentication-failed" },
      new RegExp(`${responded(401, 2)}: Authentication failed`),
    ),
    remedy: new RegExp(wrongToken(" for account '.*' in PINTEREST_ACCOUNTS")),
  },
};

function withoutResponse(action: FaultAction, reports: RegExp): FaultKind {
  const commits = action.kind === "truncate" || action.commit === true;
  return { action, reports, remedy: later, responds: false, commits, attempts: 4 };
}

function withResponse(action: FaultAction, reports: RegExp): FaultKind {
  return { ...withoutResponse(action, reports), responds: true };
}

function rateLimit(action: FaultAction, code = 8): FaultKind {
  const reports = new RegExp(`${responded(429, code)}: `);
  return { action, reports, remedy: /rate limit|limit of the rate/, responds: true, commits: false };
}

function final(action: FaultAction, reports: RegExp): FaultKind {
  return { ...withResponse(action, reports), attempts: 1, final: true };
}
