import { adviceForAnswer, adviceForConnection, adviceForMissing, isCodeForMissing, later } from "./advice";
import type { ErrorContext } from "./error-message";
import { type Outcome, PinterestError } from "./pinterest-error";

/** An error answer: any status except 2xx. */
export class PinterestApiError extends PinterestError {
  static {
    named(PinterestApiError, "PinterestApiError");
  }
  readonly kind = "api";
  /** The HTTP status. */
  readonly status: number;
  /** Pinterest's error code. Missing if the answer is not in Pinterest's form: it may come from a proxy. */
  declare readonly code?: number;
  /** x-pinterest-rid, for Pinterest's support. */
  declare readonly requestId?: string;
  /** The message of Pinterest's answer, redacted; "" if there is none. */
  readonly apiMessage: string;
  /**
   * Whether the operation's integration does not exist: HTTP 404 with Pinterest's code for that, or with another code if Pinterest answered
   * the account's list, so that `apiUrl` is correct.
   */
  missing: boolean;
  /** The wait that the answer asks for, in milliseconds. */
  declare readonly retryAfterMs?: number;
  /** The beginning of an answer that contains more than its message, redacted and in one line. */
  declare readonly bodyExcerpt?: string;

  constructor(
    context: ErrorContext,
    answer: {
      readonly status: number;
      readonly code?: number;
      readonly requestId?: string;
      readonly apiMessage: string;
      readonly bodyExcerpt?: string;
      /** The host of a redirect. */
      readonly redirectedTo?: string;
      readonly retryAfterMs?: number;
      /** What the user can do about a refused token. */
      readonly remedy?: string;
    },
  ) {
    const { status, code, requestId, apiMessage, bodyExcerpt, retryAfterMs } = answer;
    const answered = [
      `${code === undefined ? "the answer was" : "Pinterest answered"} HTTP ${status}`,
      code === undefined ? "" : `, code ${code}`,
      apiMessage === "" ? "" : `: ${apiMessage.replace(/\.$/, "")}`,
      bodyExcerpt === undefined ? "" : `: ${bodyExcerpt}`,
      requestId === undefined ? "" : ` (request id ${requestId})`,
    ].join("");
    super(context, outcomeOf(status), answered, adviceForAnswer({ ...answer, ...context }));
    this.status = status;
    if (code !== undefined) this.code = code;
    this.missing = this.isAboutOneIntegration && status === 404 && isCodeForMissing(code);
    if (requestId !== undefined) this.requestId = requestId;
    this.apiMessage = apiMessage;
    if (bodyExcerpt !== undefined) this.bodyExcerpt = bodyExcerpt;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }

  get isAboutOneIntegration(): boolean {
    return (this.externalBusinessId ?? this.integrationId) !== undefined;
  }

  /** Marks the integration as missing, because `apiUrl` is correct. */
  confirmMissing(): void {
    this.missing = true;
    this.advise(adviceForMissing(this.operation));
  }
}

/** No answer: the connection failed or was lost. */
export class PinterestConnectionError extends PinterestError {
  static {
    named(PinterestConnectionError, "PinterestConnectionError");
  }
  readonly kind = "connection";
  /** The code of Node.js (ECONNREFUSED, ENOTFOUND, …) or undici (UND_ERR_SOCKET, …); "" if there is none. */
  readonly causeCode: string;

  constructor(
    context: ErrorContext,
    outcome: Outcome,
    failure: { readonly origin: string; readonly causeCode: string; readonly reason: string },
  ) {
    const what = outcome === "never-sent" ? "could not connect to" : "the connection broke to";
    const advice = adviceForConnection(context.operation, failure.causeCode, failure.reason, outcome);
    super(context, outcome, `${what} ${failure.origin}: ${failure.reason}`, advice);
    this.causeCode = failure.causeCode;
  }
}

/** The time limit passed before the answer was complete. */
export class PinterestTimeoutError extends PinterestError {
  static {
    named(PinterestTimeoutError, "PinterestTimeoutError");
  }
  readonly kind = "timeout";
  /** The time limit, in milliseconds. */
  readonly timeoutMs: number;

  constructor(
    context: ErrorContext,
    outcome: Outcome,
    timeout: { readonly timeoutMs: number; readonly during: string },
  ) {
    const advice =
      outcome === "unknown"
        ? later(context.operation)
        : "Nothing was sent: check network and proxy, then run again.";
    super(context, outcome, `no answer within ${timeout.timeoutMs} ms (while ${timeout.during})`, advice);
    this.timeoutMs = timeout.timeoutMs;
  }
}

/** The caller's signal canceled the operation. */
export class PinterestAbortedError extends PinterestError {
  static {
    named(PinterestAbortedError, "PinterestAbortedError");
  }
  readonly kind = "aborted";

  constructor(context: ErrorContext, outcome: Outcome, during: string) {
    super(context, outcome, `cancelled while ${during}`);
  }
}

/** A success answer that differs from the API description, so that the outcome is unknown. */
export class PinterestAnswerError extends PinterestError {
  static {
    named(PinterestAnswerError, "PinterestAnswerError");
  }
  readonly kind = "answer";
  readonly status: number;
  declare readonly requestId?: string;
  /** Whether it is truncated JSON. */
  readonly brokenOff: boolean;

  constructor(
    context: ErrorContext,
    answer: {
      readonly status: number;
      readonly requestId?: string;
      readonly problem: string;
      readonly brokenOff?: boolean;
    },
  ) {
    const { status, requestId, problem } = answer;
    const id = requestId === undefined ? "" : ` (request id ${requestId})`;
    super(
      context,
      "unknown",
      `the answer (HTTP ${status}) is not what Pinterest's API describes: ${problem}${id}`,
      "Check apiUrl and whether a proxy or portal answers in Pinterest's place.",
    );
    this.status = status;
    this.brokenOff = answer.brokenOff ?? false;
    if (requestId !== undefined) this.requestId = requestId;
  }
}

/** There is no usable access token. */
export class PinterestCredentialsError extends PinterestError {
  static {
    named(PinterestCredentialsError, "PinterestCredentialsError");
  }
  readonly kind = "credentials";

  /** Whether the merchant revoked the access, and must grant it again. */
  readonly revoked: boolean;

  /** @param reason is shown. */
  constructor(context: ErrorContext, reason: string, revoked = false) {
    super(context, "never-sent", `no usable access token: ${reason}`);
    this.revoked = revoked;
  }
}

/** A rate limit lasts longer than the operation may take. The request was not sent. */
export class PinterestTooLateError extends PinterestError {
  static {
    named(PinterestTooLateError, "PinterestTooLateError");
  }
  readonly kind = "too-late";
  /** When the rate limit allows the request, in milliseconds since 1970. */
  readonly availableAt: number;

  constructor(
    context: ErrorContext,
    limit: {
      readonly reason: string;
      readonly availableAt: number;
      readonly until: string;
      /** The operation's time limit: "300 s, pinterest:operationTimeout". */
      readonly timeLimit: string;
      /** The setting that the time limit comes from. */
      readonly timeLimitSource: string;
    },
  ) {
    super(
      context,
      "never-sent",
      `rate limited by ${limit.reason} until ${limit.until}, longer than the operation's time limit (${limit.timeLimit})`,
      `The request was not sent. Run again after that time. If that is at most an hour, you can raise ${limit.timeLimitSource} instead.`,
    );
    this.availableAt = limit.availableAt;
  }
}

/** The arguments are invalid. The request was not sent. */
export class PinterestInputError extends PinterestError {
  static {
    named(PinterestInputError, "PinterestInputError");
  }
  readonly kind = "input";

  constructor(context: ErrorContext, reason: string) {
    super(context, "never-sent", reason);
  }
}

/** Sets an error's name: on the prototype, where the stack takes it from, and as a string, which minifiers keep. */
function named(type: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(type.prototype, "name", { value: name, configurable: true, writable: true });
}

/** Whether the operation was carried out is unknown after 303, 408 and 5xx. Other error statuses mean that it was not. */
function outcomeOf(status: number): Outcome {
  return status < 500 && status !== 408 && status !== 303 ? "refused" : "unknown";
}
