import {
  andKeptConfiguration,
  type ErrorResponseFacts,
  isCodeForMissing,
  type MessageHints,
  type Remedy,
  remedyForConnection,
  remedyForMissing,
  remedyForResponse,
  remedyForUnknownOutcome,
} from "./error-remedies";
import { quoted, sentence, shownText, withRequestId } from "./message-text";
import { type OperationName, operations } from "./operations";

/**
 * Whether Pinterest carried out the operation. `never-sent`: no, because the request was not sent. `refused`: no, according to the response.
 * `unknown`: possibly.
 */
export type Outcome = "never-sent" | "refused" | "unknown";

/** The discriminant of the subclasses of {@link PinterestError}. */
export type PinterestErrorKind =
  | "api"
  | "response"
  | "connection"
  | "timeout"
  | "aborted"
  | "credentials"
  | "rate-limit"
  | "input";

/** The operation that failed. */
export interface ErrorContext {
  readonly operation: OperationName;
  /** Missing if the operation is not about one integration. */
  readonly externalBusinessId?: string;
  /** For operations that find the integration by it. */
  readonly integrationId?: string;
  /** Name of the account. Missing for the default account. */
  readonly account?: string | undefined;
}

/** The requests and waits of an operation. */
export interface Effort {
  /** Requests that were sent, or started. */
  readonly attempts: number;
  /** Waits between requests and for rate limits, in milliseconds. */
  readonly waitedMs: number;
  /** Duration with all requests and waits, in milliseconds. */
  readonly durationMs: number;
  /** Whether Pinterest may have carried out one of the failed requests, which is a write. */
  readonly unclear: boolean;
}

/** What an operation was doing when its time was over. */
export type Activity =
  | TransportPhase
  | "getting an access token"
  | "getting another access token"
  | "waiting for a rate limit"
  | "waiting for earlier writes of the same integration"
  | "waiting for the fleet's request limit"
  | "waiting to send the request";

/** The progress of a request. While connecting, no part of it is sent. */
export type TransportPhase = "connecting" | "waiting for the answer" | "reading the answer";

interface ErrorDetails {
  readonly outcome: Outcome;
  /** Without the request ID. */
  readonly summary: string;
  readonly remedy?: Remedy | undefined;
  readonly status?: number | undefined;
  readonly code?: number | undefined;
  readonly requestId?: string | undefined;
}

/** The operation as the beginning of a sentence: `creating commerce integration "shop-1" (account 'north')`. */
export function describeOperation({
  operation,
  externalBusinessId,
  integrationId,
  account,
}: ErrorContext): string {
  const subject = externalBusinessId ?? integrationId;
  return [
    operations[operation].doing,
    ...(subject === undefined ? [] : [quoted(subject)]),
    ...(account === undefined ? [] : [`(account '${shownText(account)}')`]),
  ].join(" ");
}

/** The failure of an operation. No property contains a secret, and there is no `cause`, which could. */
export abstract class PinterestError extends Error {
  abstract readonly kind: PinterestErrorKind;
  readonly operation: OperationName;
  readonly externalBusinessId: string | undefined;
  readonly integrationId: string | undefined;
  /** The operation, as {@link describeOperation} describes it. */
  readonly doing: string;
  /** What failed and why, without the operation, and without a period at the end. */
  readonly summary: string;
  /** The summary without the request ID, to compare it with that of another request. */
  readonly summaryWithoutId: string;
  /** Why the client did not try again, in sentences. Undefined if the summary shows it. */
  note: string | undefined;
  /** What to do next, in sentences. Undefined if the summary says it. */
  remedy: string | undefined;
  /** The message without the hint about the configuration of the last update, for texts that give the hint themselves. */
  messageWithoutHint: string;
  /** The HTTP status. Undefined without a response. */
  readonly status: number | undefined;
  /** Pinterest's error code. Undefined if there is no response in Pinterest's form: it may come from a proxy. */
  readonly code: number | undefined;
  /** `x-pinterest-rid`, for Pinterest's support. */
  readonly requestId: string | undefined;
  outcome: Outcome;
  /** Number of requests of the operation. The other properties are about the last one. */
  attempts = 1;
  /** Waits between requests and for rate limits, in milliseconds. */
  waitedMs = 0;
  #durationMs = 0;
  #concernsConfiguration: boolean;

  protected constructor(context: ErrorContext, details: ErrorDetails) {
    const doing = describeOperation(context);
    const summaryWithoutId = details.summary.replace(/\.$/, "");
    const summary = withRequestId(summaryWithoutId, details.requestId);
    const concernsConfiguration = typeof details.remedy === "object";
    const remedy = typeof details.remedy === "object" ? details.remedy.aboutConfiguration : details.remedy;
    const message = composed(doing, [summary, remedy]);
    super(concernsConfiguration ? message + andKeptConfiguration() : message);
    this.operation = context.operation;
    this.externalBusinessId = context.externalBusinessId;
    this.integrationId = context.integrationId;
    this.doing = doing;
    this.summary = summary;
    this.summaryWithoutId = summaryWithoutId;
    this.remedy = remedy;
    this.messageWithoutHint = message;
    this.#concernsConfiguration = concernsConfiguration;
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.outcome = details.outcome;
  }

  protected replaceRemedy(remedy: string): void {
    this.remedy = remedy;
    this.#concernsConfiguration = false;
  }

  /**
   * Adds the requests and waits of the whole operation to the error of its last request.
   *
   * @param note why the client did not try again. @default the current one
   */
  conclude({ attempts, waitedMs, durationMs, unclear }: Effort, note = this.note): this {
    this.attempts = attempts;
    this.waitedMs = waitedMs;
    this.note = note;
    if (unclear && this.outcome !== "unknown") {
      if (this.outcome === "never-sent") this.replaceRemedy(remedyForUnknownOutcome(this.operation));
      this.outcome = "unknown";
      const earlier = "The outcome of an earlier attempt is unknown.";
      this.note = note === undefined ? earlier : `${note} ${earlier}`;
    }
    this.#durationMs = durationMs;
    this.compose();
    return this;
  }

  /** Composes the message again after a change of its parts. */
  protected compose(): void {
    const { message: previous, attempts } = this;
    const seconds = Number((this.#durationMs / 1000).toFixed(this.#durationMs < 10_000 ? 1 : 0));
    const after = attempts > 1 ? ` after ${attempts} attempts in ${seconds} s` : "";
    this.messageWithoutHint = composed(this.doing, [this.summary, this.note, this.remedy], after);
    const hint = this.#concernsConfiguration ? andKeptConfiguration() : "";
    const message = this.messageWithoutHint + hint;
    // Reading the stack formats it, which costs more than the rest of an error that is expected, such as the 404 before a create.
    if (message === previous) return;
    const { stack } = this;
    this.message = message;
    // The stack begins with the message that the error was created with.
    if (stack !== undefined) this.stack = stack.replace(previous, () => message);
  }
}

function composed(doing: string, parts: readonly (string | undefined)[], after = ""): string {
  const sentences = parts.filter((part) => part !== undefined).map(sentence);
  return `${doing} failed${after}: ${sentences.join(" ")}`;
}

/** An error response without its request ID: "HTTP 409, code 4182: …". */
export function answerText(
  { status, code }: { readonly status: number; readonly code?: number | undefined },
  texts: readonly string[],
): string {
  const parts = texts.filter((text) => text !== "").map((text) => `: ${text.replace(/\.$/, "")}`);
  return [`HTTP ${status}`, code === undefined ? "" : `, code ${code}`, ...parts].join("");
}

/** An error response: any status except 2xx. */
export class PinterestApiError extends PinterestError {
  readonly kind = "api";
  declare readonly status: number;
  /** The message of Pinterest's response, redacted; "" if there is none. */
  readonly apiMessage: string;
  /** What that message says in addition to the code. */
  readonly hints: MessageHints;
  /**
   * Whether the operation's integration does not exist: HTTP 404 with Pinterest's code for that, or with another code if Pinterest answered
   * the account's list, so that `apiUrl` is correct.
   */
  missing: boolean;
  /** The wait that the response asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The beginning of a response that contains more than its message, redacted and in one line. */
  readonly bodyExcerpt: string | undefined;

  constructor(
    context: ErrorContext,
    response: ErrorResponseFacts & {
      readonly requestId?: string | undefined;
      readonly apiMessage: string;
      readonly bodyExcerpt?: string | undefined;
      /** What the credentials say about a rejected token. */
      readonly tokenRemedy?: string | undefined;
    },
  ) {
    const { status, code, requestId, apiMessage, bodyExcerpt } = response;
    const answered = code === undefined ? "the answer was" : "Pinterest answered";
    const summary = `${answered} ${answerText(response, [apiMessage, bodyExcerpt ?? ""])}`;
    const remedy = remedyForResponse(context.operation, context.account, response, response.tokenRemedy);
    super(context, { outcome: outcomeOf(status), summary, remedy, status, code, requestId });
    this.apiMessage = apiMessage;
    this.hints = response.hints ?? {};
    this.missing = this.isAboutOneIntegration && status === 404 && isCodeForMissing(code);
    this.retryAfterMs = response.retryAfterMs;
    this.bodyExcerpt = bodyExcerpt;
  }

  get isAboutOneIntegration(): boolean {
    return (this.externalBusinessId ?? this.integrationId) !== undefined;
  }

  /** Marks the integration as missing, because `apiUrl` is correct. */
  confirmMissing(): void {
    this.missing = true;
    this.replaceRemedy(remedyForMissing(this.operation));
    this.compose();
  }
}

/** Whether the operation was carried out is unknown after 303, 408 and 5xx. Other error statuses mean that it was not. */
function outcomeOf(status: number): Outcome {
  return status < 500 && status !== 408 && status !== 303 ? "refused" : "unknown";
}

/** No response: the connection failed or was lost. */
export class PinterestConnectionError extends PinterestError {
  readonly kind = "connection";
  /** The code of Node.js (ECONNREFUSED, ENOTFOUND, …) or undici (UND_ERR_SOCKET, …); "" if there is none. */
  readonly causeCode: string;

  /** @param details.remedy what to do if nothing was sent. @default advice about network and proxy */
  constructor(
    context: ErrorContext,
    outcome: "never-sent" | "unknown",
    details: { origin: string; causeCode: string; reason: string; remedy?: Remedy },
  ) {
    const { origin, causeCode, reason, remedy = remedyForConnection(causeCode, reason) } = details;
    const isSent = outcome === "unknown";
    super(context, {
      outcome,
      summary: `${isSent ? `lost the connection to ${origin}` : `could not connect to ${origin}`}: ${reason}`,
      remedy: isSent ? remedyForUnknownOutcome(context.operation) : remedy,
    });
    this.causeCode = causeCode;
  }
}

/** The time limit passed before the response was complete. */
export class PinterestTimeoutError extends PinterestError {
  readonly kind = "timeout";
  /** The time limit, in milliseconds. */
  readonly timeoutMs: number;

  constructor(
    context: ErrorContext,
    outcome: "never-sent" | "unknown",
    { timeoutMs, during }: { timeoutMs: number; during: Activity },
  ) {
    const ifNotSent =
      during === "connecting"
        ? "Nothing was sent: check network and proxy, then run again."
        : "Nothing was sent: run again later.";
    super(context, {
      outcome,
      summary: `no answer within ${timeoutMs} ms (while ${during})`,
      remedy: outcome === "unknown" ? remedyForUnknownOutcome(context.operation) : ifNotSent,
    });
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's signal canceled the operation. */
export class PinterestAbortedError extends PinterestError {
  readonly kind = "aborted";

  constructor(context: ErrorContext, outcome: "never-sent" | "unknown", during: Activity) {
    super(context, { outcome, summary: `canceled while ${during}` });
  }
}

/** A success response that differs from the API description, so that the outcome is unknown. */
export class PinterestResponseError extends PinterestError {
  readonly kind = "response";
  declare readonly status: number;
  /** Whether it is truncated JSON. */
  readonly isTruncated: boolean;

  constructor(
    context: ErrorContext,
    response: {
      readonly status: number;
      readonly requestId?: string | undefined;
      readonly problem: string;
      readonly isTruncated?: boolean;
    },
  ) {
    const { status, requestId, problem, isTruncated = false } = response;
    super(context, {
      outcome: "unknown",
      summary: `the answer (HTTP ${status}) is not what Pinterest's API describes: ${problem}`,
      remedy: "Check apiUrl and whether a proxy or portal answers in Pinterest's place.",
      status,
      requestId,
    });
    this.isTruncated = isTruncated;
  }
}

/** There is no usable access token. */
export class PinterestCredentialsError extends PinterestError {
  readonly kind = "credentials";
  /** Whether the merchant revoked the access, and must grant it again. */
  readonly revoked: boolean;

  constructor(
    context: ErrorContext,
    details: {
      readonly reason: string;
      readonly remedy?: string | undefined;
      readonly revoked?: boolean;
      /** Of the request for a token. */
      readonly requestId?: string | undefined;
    },
  ) {
    const { reason, remedy, revoked = false, requestId } = details;
    super(context, {
      outcome: "never-sent",
      summary: `no usable access token: ${reason}`,
      remedy,
      requestId,
    });
    this.revoked = revoked;
  }
}

/** A rate limit whose wait is longer than the operation may take. The request was not sent. */
export class PinterestRateLimitError extends PinterestError {
  readonly kind = "rate-limit";
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
    super(context, {
      outcome: "never-sent",
      summary: `rate limited by ${limit.reason} until ${limit.until}, which is longer than the operation's time limit (${limit.timeLimit})`,
      remedy: `The request was not sent. Run again after that time. If that is at most an hour, you can raise ${limit.timeLimitSource} instead.`,
    });
    this.availableAt = limit.availableAt;
  }
}

/** The arguments are invalid. The request was not sent. */
export class PinterestInputError extends PinterestError {
  readonly kind = "input";

  constructor(context: ErrorContext, reason: string) {
    super(context, { outcome: "never-sent", summary: reason });
  }
}

// On the prototype, where the stack takes the name from, and as property names, which minifiers keep.
for (const [name, { prototype }] of Object.entries({
  PinterestApiError,
  PinterestConnectionError,
  PinterestTimeoutError,
  PinterestAbortedError,
  PinterestResponseError,
  PinterestCredentialsError,
  PinterestRateLimitError,
  PinterestInputError,
})) {
  Object.defineProperty(prototype, "name", { value: name, configurable: true, writable: true });
}

/**
 * Whether the integration of the operation is missing at Pinterest. The 404 of a proxy, or of an `apiUrl` that is not the API's, does not
 * mean that: see {@link PinterestApiError.missing}.
 */
export function isNotFound(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.missing;
}

/** Whether Pinterest said that the integration belongs to another account: 409 (4182), or 403 with code 29. */
export function isOwnedByAnother(error: unknown): error is PinterestApiError {
  return (
    error instanceof PinterestApiError &&
    error.isAboutOneIntegration &&
    error.code !== undefined &&
    (error.status === 409 || (error.status === 403 && error.code === 29))
  );
}

/** Whether the access token is wrong, expired or revoked: 401 with code 2. A renewed token can help. */
export function isAuthentication(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.status === 401 && error.code === 2;
}

/** What the token or the app lacks: a scope, or access to the beta. Both have code 3. */
export function missingPermission(error: unknown): "scope" | "beta" | undefined {
  if (!(error instanceof PinterestApiError && error.code === 3 && [401, 403].includes(error.status)))
    return undefined;
  return error.hints.restrictedFeature === undefined ? "scope" : "beta";
}

/** By status, Pinterest's codes for a token, an app or an account that it rejects (API description 5.23.0, and public clients). */
const accountRefusals: Readonly<Record<number, readonly number[]>> = {
  401: [2, 3, 29],
  403: [3, 29, 2625, 2626],
};

/**
 * Whether Pinterest rejects the whole account until somebody acts: the merchant revoked its access, or Pinterest rejects its token, scopes
 * or standing. False for errors that may pass (no connection, 5xx, rate limits) or are about one integration (404, 409).
 */
export function isRefusedAccount(error: unknown): boolean {
  if (error instanceof PinterestCredentialsError) return error.revoked;
  return (
    error instanceof PinterestApiError &&
    error.code !== undefined &&
    accountRefusals[error.status]?.includes(error.code) === true
  );
}
