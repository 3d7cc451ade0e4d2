import { types } from "node:util";
import type { Deadline } from "../base/async";
import { formatSeconds, formatTime } from "../base/clock";
import { isJsonObject, parseIfJson } from "../base/json";
import { lineLimits, oneLine, sentence } from "../base/message-text";
import { AccountRevoked, CredentialsError } from "./credentials";
import { type MessageHints, remedyForConnection, remedyForUnknownOutcome } from "./error-remedies";
import { type ErrorContext, type Outcome, PinterestApiError, PinterestError } from "./errors";
import type { Block } from "./rate-limits";
import type { Redact } from "./redact";
import type { UnexpectedResponse } from "./response-body";
import { type HttpResponse, retryAfterMs } from "./response-headers";
import { hideLikelySecrets } from "./secret-patterns";

interface ErrorBody {
  /** Missing if the body is not in Pinterest's format. */
  readonly code?: number;
  readonly message: string;
  readonly hints: MessageHints;
  /** Whether the body contains more than the message. */
  readonly more: boolean;
}

/** Reads the body of an error response, of any form. A schema would refuse none, and a 404 precedes every create, so zod is not loaded for it. */
export function readErrorBody(text: string): ErrorBody {
  const body = parseIfJson(text);
  if (!isJsonObject(body)) return { message: "", hints: {}, more: text.trim() !== "" };
  const texts = new Set([body.message, body.message_detail, body.error_description].filter(isNonEmpty));
  const message = [...texts].join(" ");
  // Pinterest sends codes as numbers or strings.
  const code = /^\d{1,15}$/.test(String(body.code)) ? { code: Number(body.code) } : {};
  return { ...code, message, hints: hintsIn(message), more: texts.size === 0 || body.details !== undefined };
}

function isNonEmpty(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/**
 * Reads facts that Pinterest reports only in the text of its message. No other code searches in Pinterest's messages.
 *
 * - Spam: [Pinterest's sample](https://github.com/pinterest/api-quickstart/blob/main/nodejs/src/api_common.js) searches for the same word.
 * - A log entry: `logs[3].message`, `logs.3.error.name` or `/logs/3`.
 */
function hintsIn(message: string): MessageHints {
  const [, index, field] = /\blogs(?:\[|\.|\/)(\d+)(?:\]?[./]([a-z_]+(?:[./][a-z_]+)?))?/.exec(message) ?? [];
  const named = { index: Number(index), ...(field === undefined ? {} : { field }) };
  const beta = /restricted feature(?:: ([\w .-]*\w))?/i.exec(message);
  return {
    ...(/spam/i.test(message) ? { isSpam: true } : {}),
    ...(/\btrial\b/i.test(message) ? { isTrialAccess: true } : {}),
    ...(beta === null ? {} : { restrictedFeature: beta[1] ?? "" }),
    ...(index === undefined ? {} : { logEntry: named }),
  };
}

/** The error for an error response. @param tokenRemedy the remedy of the credentials for a rejected token. */
export function apiError(
  context: ErrorContext,
  response: HttpResponse,
  { redact, now, tokenRemedy }: { redact: Redact; now: number; tokenRemedy: string | undefined },
): PinterestApiError {
  const { status, text, headers } = response;
  const { code, message, hints, more } = readErrorBody(text);
  const { location } = headers;
  return new PinterestApiError(context, {
    status,
    code,
    requestId: requestIdOf(response, redact),
    apiMessage: oneLine(redact(message), lineLimits.message),
    hints,
    bodyExcerpt: more ? oneLine(redact(text), lineLimits.excerpt) : "",
    // Only the host, because the rest of a redirect's target may contain parts of the request.
    redirectedTo: typeof location === "string" && URL.canParse(location) ? new URL(location).host : undefined,
    retryAfterMs: retryAfterMs(response, now),
    tokenRemedy,
  });
}

/** Pinterest's ID of the request, for its support. */
export function requestIdOf({ headers }: HttpResponse, redact: Redact): string | undefined {
  const id = headers["x-pinterest-rid"];
  return typeof id === "string" && id !== "" ? oneLine(redact(id), lineLimits.name) : undefined;
}

/** The error for a success response that the API description does not allow. */
export function responseError(
  context: ErrorContext,
  response: HttpResponse,
  { message, isTruncated }: UnexpectedResponse,
  redact: Redact,
): PinterestError {
  const { status } = response;
  return new PinterestError(context, {
    kind: "response",
    outcome: "unknown",
    summary: `the response (HTTP ${status}) is not what Pinterest's API describes: ${redact(message)}`,
    topic: "unexpected-response",
    remedy: "Check apiUrl and whether a proxy or portal responds instead of Pinterest.",
    isTransient: isTruncated,
    status,
    requestId: requestIdOf(response, redact),
  });
}

/** Codes of Node.js and undici for network errors that may pass. Certificate and proxy errors do not. */
const transientCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** Keeps only the code and text of an error, because the object may contain the request, and so the token. */
function connectionFailure(
  cause: unknown,
  redact: Redact,
): { reason: string; remedy: string; isTransient: boolean } {
  const error = types.isNativeError(cause) ? cause : new Error("for an unknown reason");
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // An AggregateError, for several addresses of a host, has no text.
  const tried = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  const texts = [error, ...tried, error.cause].filter(types.isNativeError).map(({ message }) => message);
  const text = [...new Set(texts)].filter((each) => each !== "").join(": ");
  const reason = oneLine(redact(text || code || "for an unknown reason"), lineLimits.excerpt);
  const remedy = remedyForConnection(`${code} ${reason}`);
  return { reason, remedy, isTransient: transientCodes.has(code) };
}

/** The progress of a request. While connecting, no part of it is sent. */
export type TransportPhase = "connecting" | "waiting for the response" | "reading the response";

/** No response, or an incomplete one. Contains no secret. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
  readonly remedy: string;
  readonly isTransient: boolean;

  constructor(
    readonly phase: TransportPhase,
    /** The reason why the request ended, if it is not the connection. */
    readonly deadline: Deadline,
    cause: unknown,
    redact: Redact,
  ) {
    const failure = connectionFailure(cause, redact);
    super(deadline.expired ? `no response within ${formatSeconds(deadline.timeoutMs)}` : failure.reason);
    this.remedy = deadline.expired ? "Check network and proxy." : failure.remedy;
    this.isTransient = deadline.expired || failure.isTransient;
  }
}

/** The error for a request without a complete response. */
export function transportError(
  context: ErrorContext,
  { phase, deadline, message, remedy, isTransient }: TransportFailure,
  origin: string,
): PinterestError {
  const isSent = phase !== "connecting";
  const outcome = isSent ? "unknown" : "never-sent";
  if (deadline.signal.aborted) return deadlineError(context, deadline, phase, outcome);
  return new PinterestError(context, {
    kind: "connection",
    outcome,
    summary: `${isSent ? "lost the connection" : "could not connect"} to ${origin}: ${message}`,
    topic: isSent ? "unknown-outcome" : "no-connection",
    remedy: isSent ? remedyForUnknownOutcome(context.operation, context.commands) : remedy,
    isTransient,
  });
}

/** The outcome of a call without a response. */
type EndedOutcome = Exclude<Outcome, "refused">;

/** The error for a call that its time limit or its caller ended. @param during what the call was doing. */
export function deadlineError(
  context: ErrorContext,
  { expired, timeoutMs }: Pick<Deadline, "expired" | "timeoutMs">,
  during: string,
  outcome: EndedOutcome = "never-sent",
): PinterestError {
  return expired
    ? timeoutError(context, timeoutMs, during, outcome)
    : canceledError(context, during, outcome);
}

/** The error of a call that its signal has canceled. */
export function canceledError(
  context: ErrorContext,
  during: string,
  outcome: EndedOutcome = "never-sent",
): PinterestError {
  return new PinterestError(context, { kind: "aborted", outcome, summary: `canceled while ${during}` });
}

/** The error of a call whose time limit has passed. */
export function timeoutError(
  context: ErrorContext,
  timeoutMs: number,
  during: string,
  outcome: EndedOutcome = "never-sent",
): PinterestError {
  const check = during === "connecting" ? "check network and proxy, then run again" : "run again later";
  return new PinterestError(context, {
    kind: "timeout",
    outcome,
    topic: outcome === "unknown" ? "unknown-outcome" : "timeout",
    summary: `timed out after ${formatSeconds(timeoutMs)} while ${during}`,
    remedy:
      outcome === "unknown"
        ? remedyForUnknownOutcome(context.operation, context.commands)
        : `Nothing was sent: ${check}.`,
    isTransient: true,
  });
}

/** The error if there is no usable access token. */
export function credentialsError(context: ErrorContext, error: unknown): PinterestError {
  const clean = (text: string): string => oneLine(hideLikelySecrets(text), lineLimits.explanation);
  const known = error instanceof CredentialsError ? error : undefined;
  const reason = types.isNativeError(error) ? error.message : "for an unknown reason";
  const remedy = known?.remedy ?? "";
  return new PinterestError(context, {
    kind: "credentials",
    outcome: "never-sent",
    topic: "no-usable-token",
    summary: `no usable access token: ${clean(known?.summary ?? reason)}`,
    requestId: known?.requestId,
    remedy: remedy === "" ? undefined : sentence(clean(remedy)),
    isRevoked: error instanceof AccountRevoked,
  });
}

/** The error if a request gate cannot be asked. @param name the gate's name. */
export function gateError(context: ErrorContext, error: unknown, name: string): PinterestError {
  const { reason, isTransient } = connectionFailure(error, hideLikelySecrets);
  return new PinterestError(context, {
    kind: "connection",
    outcome: "never-sent",
    topic: "no-connection",
    summary: `could not connect to ${name}: ${reason}`,
    remedy: "Nothing was sent: run again later.",
    isTransient,
  });
}

/** The time limit of an operation, in milliseconds since 1970. */
export interface TimeLimit {
  readonly startedAt: number;
  readonly endsAt: number;
  /** The setting that it comes from, for messages. */
  readonly setBy: string;
}

/** "300 s, pinterest:operationTimeout". */
function describeTimeLimit({ startedAt, endsAt, setBy }: TimeLimit): string {
  return `${formatSeconds(endsAt - startedAt)}, ${setBy}`;
}

/** The error if a rate limit lasts longer than the operation may take. */
export function rateLimitError(
  context: ErrorContext,
  { until, reason }: Block,
  limit: TimeLimit,
  now: number,
): PinterestError {
  return new PinterestError(context, {
    kind: "rate-limit",
    topic: "long-rate-limit",
    outcome: "never-sent",
    summary: `rate limited by ${reason} until ${formatTime(until, now)}, which is after the operation's time limit (${describeTimeLimit(limit)})`,
    remedy: `The request was not sent. Run again after that time. If that is at most an hour, you can raise ${limit.setBy} instead.`,
  });
}

/** The reason why the client did not try again after an error. Undefined if the error shows it. */
export function noteOf(error: PinterestError, limit: TimeLimit, now: number): string | undefined {
  if (error.kind === "timeout" && now >= limit.endsAt) {
    return `The operation's time limit has passed (${describeTimeLimit(limit)}).`;
  }
  if (!(error instanceof PinterestApiError) || error.retryAfterMs === undefined) return undefined;
  const until = now + error.retryAfterMs;
  const beyond =
    until < limit.endsAt ? "" : `, which is after the operation's time limit (${describeTimeLimit(limit)})`;
  return `The response asks to wait until ${formatTime(until, now)}${beyond}.`;
}
