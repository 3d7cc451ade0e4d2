import { formatSeconds } from "../base/clock";
import { accountInWords, quoted, sentence, withRequestId } from "../base/message-text";
import type { TokenSource } from "./credentials";
import {
  type Commands,
  type ErrorResponseFacts,
  errorCodes,
  isCodeForMissing,
  type MessageHints,
  remedyForMissing,
  remedyForResponse,
  remedyForUnknownOutcome,
} from "./error-remedies";
import { type OperationName, operations } from "./operations";

/**
 * Whether Pinterest carried out the operation. `never-sent`: no, because the request was not sent. `refused`: no, according to the response.
 * `unknown`: possibly.
 */
export type Outcome = "never-sent" | "refused" | "unknown";

type PinterestErrorKind =
  /** An error response: any status except 2xx. See {@link PinterestApiError}. */
  | "api"
  /** A success response that differs from the API description, so that the outcome is unknown. */
  | "response"
  /** No response: the connection failed or was lost. */
  | "connection"
  /** The time limit passed before the response was complete. */
  | "timeout"
  /** The caller's signal canceled the operation. */
  | "aborted"
  /** There is no usable access token. */
  | "credentials"
  /** A rate limit whose wait is longer than the operation may take. */
  | "rate-limit"
  /** The arguments are invalid. */
  | "input";

/** The operation that failed. */
export interface ErrorContext {
  readonly operation: OperationName;
  /** Both IDs are missing if the operation is not about one integration. */
  readonly externalBusinessId?: string | undefined;
  readonly integrationId?: string | undefined;
  /** Missing for the default account. */
  readonly account?: string | undefined;
  /** The name of the explicit provider. */
  readonly provider?: string | undefined;
  readonly tokenFrom?: TokenSource | undefined;
  readonly commands?: Commands | undefined;
}

/** The progress of a request. While connecting, no part of it is sent. */
export type TransportPhase = "connecting" | "waiting for the answer" | "reading the answer";

type ErrorDetails = Pick<PinterestError, "kind" | "outcome" | "summary"> &
  Partial<Pick<PinterestError, "remedy" | "isTransient" | "isRevoked" | "status" | "code" | "requestId">>;

/** The operation as the beginning of a sentence: `creating commerce integration "shop-1" (account 'north')`. */
export function describeOperation(context: ErrorContext): string {
  const { operation, externalBusinessId, integrationId, account, provider } = context;
  const subject = externalBusinessId ?? integrationId;
  const integration = subject === undefined ? "" : ` ${quoted(subject)}`;
  const isDefault = account === undefined && provider === undefined;
  const owner = isDefault ? "" : ` (${accountInWords(account, provider)})`;
  return `${operations[operation].doing}${integration}${owner}`;
}

/** The failure of an operation. No property contains a secret, and there is no `cause`, which could. */
export class PinterestError extends Error {
  override readonly name: string = "PinterestError";
  readonly kind: PinterestErrorKind;
  readonly operation: OperationName;
  readonly externalBusinessId: string | undefined;
  readonly integrationId: string | undefined;
  readonly tokenFrom: TokenSource | undefined;
  /** The operation, as {@link describeOperation} describes it. */
  readonly doing: string;
  /** The failure and its reason, without the operation and the request ID, and without a period at the end. */
  readonly summary: string;
  /** The reason why the client did not try again, in sentences. Undefined if the summary shows it. */
  note: string | undefined;
  /** The remedy, in sentences. Undefined if the summary contains it. */
  remedy: string | undefined;
  /** Whether the cause may pass. Whether the request may be sent again is a different question. */
  readonly isTransient: boolean;
  /** Whether the merchant revoked the access, and must grant it again. */
  readonly isRevoked: boolean;
  /** The HTTP status. Undefined without a response. */
  readonly status: number | undefined;
  /** Pinterest's error code. Undefined if there is no response in Pinterest's format: it may come from a proxy. */
  readonly code: number | undefined;
  /** `x-pinterest-rid`, for Pinterest's support. */
  readonly requestId: string | undefined;
  /** At first, that of the last request. {@link conclude} includes the earlier ones. */
  outcome: Outcome;
  /** Number of requests of the operation. The other properties are about the last one. */
  attempts = 1;
  private durationMs = 0;
  private readonly commands: Commands | undefined;

  constructor(context: ErrorContext, details: ErrorDetails) {
    super("");
    this.operation = context.operation;
    this.externalBusinessId = context.externalBusinessId;
    this.integrationId = context.integrationId;
    this.tokenFrom = context.tokenFrom;
    this.commands = context.commands;
    this.doing = describeOperation(context);
    this.kind = details.kind;
    this.summary = details.summary.replace(/\.$/, "");
    this.remedy = details.remedy;
    this.isTransient = details.isTransient ?? false;
    this.isRevoked = details.isRevoked ?? false;
    this.status = details.status;
    this.code = details.code;
    this.requestId = details.requestId;
    this.outcome = details.outcome;
    this.compose();
  }

  /**
   * Adds the requests and the duration of the whole operation to the error of its last request.
   *
   * @param effort.unclear whether Pinterest may have carried out one of the failed requests, which is a write.
   * @param note why the client did not try again. @default the current one
   */
  conclude(
    { attempts, durationMs, unclear }: { attempts: number; durationMs: number; unclear: boolean },
    note = this.note,
  ): this {
    this.attempts = attempts;
    this.durationMs = durationMs;
    this.note = note;
    if (unclear && this.outcome !== "unknown") this.applyEarlierOutcome();
    this.compose();
    return this;
  }

  /** Makes the outcome unknown because of an earlier request, although that of the last request is known. */
  private applyEarlierOutcome(): void {
    // The remedy for a request that was not sent says "Nothing was sent", but an earlier one was. The remedy for a refusal stays, because Pinterest
    // refuses the next run as well until the user follows it.
    if (this.outcome === "never-sent") {
      this.remedy = remedyForUnknownOutcome(this.operation, this.commands);
    }
    this.outcome = "unknown";
    const earlier = "The outcome of an earlier attempt is unknown.";
    this.note = this.note === undefined ? earlier : `${this.note} ${earlier}`;
  }

  /** The message, with advice before the remedy. @param advice in sentences. @default none */
  messageWith(advice?: string): string {
    const { doing, attempts, note, remedy } = this;
    const summary = withRequestId(this.summary, this.requestId);
    const after = attempts > 1 ? ` after ${attempts} attempts in ${formatSeconds(this.durationMs)}` : "";
    const sentences = [summary, note, advice, remedy].filter((part) => part !== undefined).map(sentence);
    return `${doing} failed${after}: ${sentences.join(" ")}`;
  }

  /** Composes the message of its parts. */
  protected compose(): void {
    this.message = this.messageWith();
    // The stack begins with the message at the time of the capture.
    Error.captureStackTrace(this, this.compose);
  }
}

/** An error response without its request ID: "HTTP 409, code 4182: …". */
export function answerText(
  { status, code }: { readonly status: number; readonly code?: number | undefined },
  texts: readonly string[],
): string {
  const parts = texts.filter((text) => text !== "").map((text) => `: ${text.replace(/\.$/, "")}`);
  return [`HTTP ${status}`, code === undefined ? "" : `, code ${code}`, ...parts].join("");
}

/** Statuses of failures that may pass. A 429 for spam does not pass: see {@link isSpam}. */
const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Pinterest also answers 429 to requests that it classifies as spam. */
function isSpam(status: number, hints: MessageHints): boolean {
  return status === 429 && hints.isSpam === true;
}

/** Whether Pinterest carried out an operation, according to the status of an error response. */
function outcomeOf(status: number): Outcome {
  // A server may fail after it carried out the operation. A proxy may answer 408, 502 or 504 after it forwarded the request.
  if (status >= 500 || status === 408) return "unknown";
  // 303 (See Other) refers to a description of the result, so the operation may have been carried out
  // ([RFC 9110, section 15.4.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4)). Other redirects ask for the same request elsewhere.
  if (status === 303) return "unknown";
  return "refused";
}

/** An error response: any status except 2xx. */
export class PinterestApiError extends PinterestError {
  override readonly name = "PinterestApiError";
  declare readonly kind: "api";
  declare readonly status: number;
  /** The message of Pinterest's response, redacted; "" if there is none. */
  readonly apiMessage: string;
  readonly hints: MessageHints;
  /**
   * Whether the operation's integration does not exist: HTTP 404 with Pinterest's code for that, or with another code if Pinterest answered
   * the account's list, so that `apiUrl` is correct.
   */
  missing: boolean;
  /** The wait that the response asks for. */
  readonly retryAfterMs: number | undefined;
  readonly isAboutOneIntegration: boolean;

  constructor(
    context: ErrorContext,
    response: ErrorResponseFacts & {
      readonly requestId?: string | undefined;
      readonly apiMessage: string;
      /** The beginning of a response that contains more than its message, redacted and in one line. */
      readonly bodyExcerpt?: string;
    },
  ) {
    const { status, code, requestId, apiMessage, bodyExcerpt = "", hints = {} } = response;
    // Without a code, the response may be a proxy's.
    const answered = code === undefined ? "the answer was" : "Pinterest answered";
    const summary = `${answered} ${answerText(response, [apiMessage, bodyExcerpt])}`;
    const remedy = remedyForResponse(context.operation, response, context.commands);
    const isTransient = transientStatuses.has(status) && !isSpam(status, hints);
    const outcome = outcomeOf(status);
    super(context, { kind: "api", outcome, summary, remedy, isTransient, status, code, requestId });
    this.apiMessage = apiMessage;
    this.hints = hints;
    this.isAboutOneIntegration = (context.externalBusinessId ?? context.integrationId) !== undefined;
    this.missing = this.isAboutOneIntegration && status === 404 && isCodeForMissing(code);
    this.retryAfterMs = response.retryAfterMs;
  }

  /** Marks the integration as missing, because `apiUrl` is correct. */
  confirmMissing(): void {
    this.missing = true;
    this.remedy = remedyForMissing(this.operation);
    this.compose();
  }
}

/** Whether an error is of one of these kinds. */
export function isOfKind<Kind extends PinterestErrorKind>(
  error: unknown,
  ...kinds: readonly Kind[]
): error is PinterestError & { readonly kind: Kind } {
  return error instanceof PinterestError && kinds.some((kind) => kind === error.kind);
}

/** Whether Pinterest answered that a rate limit is exceeded: 429, except for spam. */
export function isRateLimited(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.status === 429 && !isSpam(429, error.hints);
}

/**
 * Whether the integration of the operation is missing at Pinterest. The 404 of a proxy, or of an `apiUrl` that is not the API's, does not
 * mean that: see {@link PinterestApiError.missing}.
 */
export function isNotFound(error: unknown): error is PinterestApiError {
  return error instanceof PinterestApiError && error.missing;
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
const standingCodes: readonly number[] = [
  errorCodes.notPermitted,
  errorCodes.accountDisapproved,
  errorCodes.accountUnderReview,
];

/** Whether Pinterest rejects the account's standing, or its access to the beta. No other token changes that. */
export function isAboutStanding({ code, hints }: PinterestApiError): boolean {
  if (hints.restrictedFeature !== undefined) return true;
  return code !== undefined && standingCodes.includes(code);
}

/** By status, Pinterest's codes for a token, an app or an account that it rejects. */
const accountRefusals: ReadonlyMap<number, readonly number[]> = new Map([
  [401, [errorCodes.authenticationFailed, errorCodes.accessDenied, errorCodes.notPermitted]],
  [403, [errorCodes.accessDenied, ...standingCodes]],
]);

/**
 * Whether Pinterest rejects the whole account until somebody acts: the merchant revoked its access, or Pinterest rejects its token, scopes
 * or standing. False for errors that may pass (no connection, 5xx, rate limits) or are about one integration (404, 409).
 */
export function isRefusedAccount(error: unknown): boolean {
  if (!(error instanceof PinterestError)) return false;
  const { status, code, isRevoked } = error;
  if (isRevoked) return true;
  if (status === undefined || code === undefined) return false;
  return accountRefusals.get(status)?.includes(code) === true;
}
