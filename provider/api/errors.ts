import { formatSeconds } from "../base/clock";
import { accountInWords, quoted, sentence, withRequestId } from "../base/message-text";
import type { TokenOrigin } from "./credentials";
import {
  type Commands,
  causeOf,
  type ErrorResponseFacts,
  type RequestTopic,
  remedyFor,
  remedyForMissing,
  remedyForUnknownOutcome,
} from "./error-remedies";
import { type OperationName, operations } from "./operations";
import { responseText } from "./response-body";

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
  readonly tokenFrom?: TokenOrigin | undefined;
  readonly commands?: Commands | undefined;
}

/**
 * The failure of an operation. No property contains a secret, and there is no `cause`, which could. The message consists of the properties:
 *
 *     <doing> failed after <attempts> attempts in 7 s: <summary> (request ID <requestId>). <note> <remedy>
 */
export class PinterestError extends Error {
  override readonly name: string = "PinterestError";
  readonly kind!: PinterestErrorKind;
  /** At first, that of the last request. {@link conclude} includes the earlier ones. */
  outcome!: Outcome;
  readonly operation: OperationName;
  readonly externalBusinessId: string | undefined;
  readonly integrationId: string | undefined;
  readonly tokenFrom: TokenOrigin | undefined;
  /** The operation, as the beginning of a sentence: see {@link describeOperation}. */
  readonly doing: string;
  /** The failure and its reason, without the operation and the request ID, and without a period at the end. */
  readonly summary: string;
  /** Sentences after the summary: why the client did not try again, and that the outcome of an earlier attempt is unknown. */
  note: string | undefined;
  /** The remedy, in sentences. Undefined if the summary contains it. */
  remedy: string | undefined;
  /** The cause, on which predicates such as `isNotFound` depend. docs/troubleshooting/requests.md has a heading with this anchor. */
  topic: RequestTopic | undefined;
  /** Whether the cause may pass. `mayRepeat` in `operation-run.ts` decides whether the request may be sent again. */
  readonly isTransient: boolean = false;
  /** Whether the merchant revoked the access, and must grant it again. */
  readonly isRevoked: boolean = false;
  /** The HTTP status. Undefined without a response. */
  readonly status: number | undefined;
  /** Pinterest's error code. Undefined if there is no response in Pinterest's format: it may come from a proxy. */
  readonly code: number | undefined;
  /** `x-pinterest-rid`, for Pinterest's support. */
  readonly requestId: string | undefined;
  /** Number of requests of the operation. The other properties are about the last one. */
  attempts = 1;
  private durationMs = 0;
  private readonly commands: Commands | undefined;

  /** @param details the values of the properties. */
  constructor(context: ErrorContext, { summary, ...details }: ErrorDetails) {
    // With an argument, the message is not enumerable, as in other errors.
    super("");
    this.operation = context.operation;
    this.externalBusinessId = context.externalBusinessId;
    this.integrationId = context.integrationId;
    this.tokenFrom = context.tokenFrom;
    this.commands = context.commands;
    this.doing = describeOperation(context);
    this.summary = summary.replace(/\.$/, "");
    Object.assign(this, details);
    this.updateMessage();
  }

  /**
   * Adds the requests and the duration of the whole operation to the error of its last request.
   *
   * @param effort.hasUnknownOutcome whether one of the requests is a write that Pinterest may have carried out, although the request failed. Otherwise,
   *   the outcome of the last request stays. @default false
   * @param effort.note why the client did not try again. @default the current one
   */
  conclude(effort: {
    attempts: number;
    durationMs: number;
    hasUnknownOutcome?: boolean;
    note?: string | undefined;
  }): this {
    this.attempts = effort.attempts;
    this.durationMs = effort.durationMs;
    this.note = effort.note ?? this.note;
    if (effort.hasUnknownOutcome && this.outcome !== "unknown") this.applyEarlierOutcome();
    this.updateMessage();
    return this;
  }

  /** Makes the outcome unknown because of an earlier request, although that of the last request is known. */
  private applyEarlierOutcome(): void {
    // The remedy for a request that was not sent says "Nothing was sent", but an earlier one was. The remedy for a refusal stays, because Pinterest
    // refuses the next run as well until the user follows it.
    if (this.outcome === "never-sent") {
      this.remedy = remedyForUnknownOutcome(this.operation, this.commands);
      this.topic = "unknown-outcome";
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

  /** Composes the message again, because its parts have changed. */
  protected updateMessage(): void {
    this.message = this.messageWith();
    // The stack begins with the message at the time of the capture.
    Error.captureStackTrace(this, this.updateMessage);
  }
}

type RequiredDetail = "kind" | "outcome" | "summary";
type OptionalDetail = "remedy" | "topic" | "isTransient" | "isRevoked" | "status" | "code" | "requestId";

type ErrorDetails = Pick<PinterestError, RequiredDetail> & Partial<Pick<PinterestError, OptionalDetail>>;

/** The operation as the beginning of a sentence: `creating commerce integration "shop-1" (account 'north')`. */
export function describeOperation(context: ErrorContext): string {
  const { operation, externalBusinessId, integrationId, account, provider } = context;
  const { doing } = operations[operation];
  const id = externalBusinessId ?? integrationId;
  const integration = id === undefined ? "" : ` ${quoted(id)}`;
  const isDefault = account === undefined && provider === undefined;
  const owner = isDefault ? "" : ` (${accountInWords(account, provider)})`;
  return `${doing}${integration}${owner}`;
}

/** Statuses of failures that may pass. */
const transientStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether Pinterest carried out an operation, according to the status of an error response. */
function outcomeOf(status: number): Outcome {
  // A server may fail after it carried out the operation. A proxy may respond with 408, 502 or 504 after it forwarded the request.
  if (status >= 500 || status === 408) return "unknown";
  // 303 (See Other) refers to a description of the result, so the operation may have been carried out
  // ([RFC 9110, section 15.4.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4)). Other redirects ask for the same request elsewhere.
  if (status === 303) return "unknown";
  return "refused";
}

interface ErrorResponse extends ErrorResponseFacts {
  readonly requestId?: string | undefined;
  readonly apiMessage: string;
  /** The beginning of a response that contains more than its message, redacted and in one line. */
  readonly bodyExcerpt?: string;
}

/** An error response: any status except 2xx. */
export class PinterestApiError extends PinterestError {
  override readonly name = "PinterestApiError";
  /** Defined, because there is a response. */
  declare readonly status: number;
  /** The message of Pinterest's response, redacted; "" if there is none. */
  readonly apiMessage: string;
  /** The wait that the response asks for. */
  readonly retryAfterMs: number | undefined;

  constructor(context: ErrorContext, response: ErrorResponse) {
    const { status, code, requestId, apiMessage, bodyExcerpt = "" } = response;
    const topic = causeOf(context.operation, response);
    // Without a code, the response may be a proxy's.
    const subject = code === undefined ? "the response was" : "Pinterest responded with";
    super(context, {
      kind: "api",
      outcome: outcomeOf(status),
      summary: `${subject} ${responseText(response, [apiMessage, bodyExcerpt])}`,
      remedy: remedyFor(topic, context, response),
      topic,
      isTransient: transientStatuses.has(status) && topic !== "spam",
      status,
      code,
      requestId,
    });
    this.apiMessage = apiMessage;
    this.retryAfterMs = response.retryAfterMs;
  }

  /** Records that the integration is missing, because `apiUrl` is correct. */
  confirmMissing(): void {
    this.topic = "missing-integration";
    this.remedy = remedyForMissing(this.operation);
    this.updateMessage();
  }
}
