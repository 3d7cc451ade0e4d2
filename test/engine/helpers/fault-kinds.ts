import type { FaultAction } from "../../../emulator";

/** A way in which a request can fail. */
export interface FaultKind {
  readonly action: FaultAction;
  /** What the message says of the failure, apart from the request id. */
  readonly says: RegExp;
  /** What the message says is to be done. */
  readonly advises: RegExp;
  /** Whether there is an answer, and with it a request id to tell. */
  readonly answered: boolean;
  /** Whether the request takes effect all the same. */
  readonly commits: boolean;
  /** How often an operation that always fails so is sent at most; none where a time alone limits that. */
  readonly attempts?: number;
  /** Whether the operation has failed when it fails so once. */
  readonly final?: true;
}

/** The time that a request is given where these failures are tried, in milliseconds. */
export const requestTimeoutMs = 2000;

const later = /Run again later/;

/** The failures of networks and gateways, of Pinterest's servers, of its rate limits and of its authentication, by name. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
  "reset-before": silent({ kind: "reset" }, /the connection broke to http/),
  "reset-after": silent({ kind: "reset", commit: true }, /the connection broke to http/),
  "timeout-before": silent({ kind: "hang" }, /no answer within \d+ ms/),
  "timeout-after": silent({ kind: "hang", commit: true }, /no answer within \d+ ms/),
  // Takes effect when the client has given it up and, as a rule, has sent it again.
  "timeout-late": {
    ...silent({ kind: "slow", ms: requestTimeoutMs + 700 }, /no answer within \d+ ms/),
    commits: true,
  },
  truncated: {
    ...silent({ kind: "truncate" }, /the answer \(HTTP 200\) is not what Pinterest's API describes/),
    answered: true,
    advises: /Check apiUrl and whether a proxy or portal answers/,
  },
  "500": answer({ kind: "answer", preset: "internal-error" }, /Pinterest answered HTTP 500, code \d/),
  "500-after": answer(
    { kind: "answer", preset: "internal-error-911", commit: true },
    /Pinterest answered HTTP 500, code 911/,
  ),
  "502": answer({ kind: "answer", preset: "bad-gateway" }, /Pinterest answered HTTP 502, code \d/),
  "503": answer({ kind: "answer", preset: "unavailable" }, /Pinterest answered HTTP 503, code \d/),
  "503-page": answer(
    { kind: "answer", preset: "unavailable-page" },
    /the answer was HTTP 503: .*Service Unavailable/,
  ),
  "504-page-after": answer(
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
    advises: /waiting does not end this: ask Pinterest's support/,
  },
  "401": {
    ...final(
      { kind: "answer", preset: "authentication-failed" },
      /Pinterest answered HTTP 401, code 2: Authentication failed/,
    ),
    advises: /The access token is wrong, expired or revoked: set a valid one/,
  },
};

function silent(action: FaultAction, says: RegExp): FaultKind {
  const commits = action.kind === "truncate" || action.commit === true;
  return { action, says, advises: later, answered: false, commits, attempts: 4 };
}

function answer(action: FaultAction, says: RegExp): FaultKind {
  return { ...silent(action, says), answered: true };
}

function rateLimit(action: FaultAction, code = 8): FaultKind {
  const says = new RegExp(`Pinterest answered HTTP 429, code ${code}: `);
  return { action, says, advises: /rate limit|limit of the rate/, answered: true, commits: false };
}

function final(action: FaultAction, says: RegExp): FaultKind {
  return { ...answer(action, says), attempts: 1, final: true };
}
