import { types } from "node:util";
import type { Deadline } from "./async";
import { AccountRevoked, CredentialsError } from "./credentials";
import type { MessageHints } from "./error-remedies";
import {
  type Activity,
  type ErrorContext,
  PinterestAbortedError,
  PinterestApiError,
  PinterestConnectionError,
  PinterestCredentialsError,
  type PinterestError,
  PinterestResponseError,
  PinterestTimeoutError,
  type TransportPhase,
} from "./errors";
import { isJsonObject, parseIfJson } from "./json";
import { oneLine, sentence } from "./message-text";
import { createRedactor, type Redact } from "./redact";
import { retryAfterMs } from "./response-headers";
import type { HttpResponse } from "./transport";

/** The body of an error response. */
export interface ErrorBody {
  /** Missing if the body is not in Pinterest's form. */
  readonly code?: number;
  readonly message: string;
  readonly hints: MessageHints;
  /** Whether the body contains more than the message. */
  readonly more: boolean;
}

/**
 * Reads the body of an error response, of any form. Uses no library for schemas: one would have to be loaded for the 404 before every create.
 */
export function readErrorBody(text: string): ErrorBody {
  const body = parseIfJson(text);
  if (!isJsonObject(body)) return { message: "", hints: {}, more: text.trim() !== "" };
  const texts = new Set([body.message, body.message_detail, body.error_description].filter(isNonEmpty));
  const message = [...texts].join(" ");
  const code = codeOf(body.code);
  return {
    message,
    hints: hintsIn(message),
    more: texts.size === 0 || body.details !== undefined,
    ...(code === undefined ? {} : { code }),
  };
}

function isNonEmpty(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Pinterest sends codes as numbers or strings. */
function codeOf(value: unknown): number | undefined {
  if (typeof value === "string") return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

/**
 * Reads facts that Pinterest reports only in the text of its message. No other code searches in messages.
 *
 * - Spam: [Pinterest's sample](https://github.com/pinterest/api-quickstart/blob/main/nodejs/src/api_common.js) searches for the same word.
 * - A log entry without details is named as `logs[3].message`, `logs.3.error.name` or `/logs/3`. This only saves requests: without it,
 *   divided batches find the entry.
 */
function hintsIn(message: string): MessageHints {
  const [, feature] =
    /restricted feature(?:\s*:\s*([\w .-]*\w))?/i.exec(message)?.map((part) => part ?? "") ?? [];
  const [, index, field] = /\blogs(?:\[|\.|\/)(\d+)(?:\]?[./]([a-z_]+(?:[./][a-z_]+)?))?/.exec(message) ?? [];
  return {
    ...(/spam/i.test(message) ? { isSpam: true } : {}),
    ...(/\btrial\b/i.test(message) ? { isTrialAccess: true } : {}),
    ...(feature === undefined ? {} : { restrictedFeature: feature }),
    ...(index === undefined
      ? {}
      : { logEntry: { index: Number(index), ...(field === undefined ? {} : { field }) } }),
  };
}

/** The error for an error response. @param tokenRemedy what the credentials say about a rejected token. */
export function apiError(
  context: ErrorContext,
  response: HttpResponse,
  { redact, now, tokenRemedy }: { redact: Redact; now: number; tokenRemedy: string | undefined },
): PinterestApiError {
  const { status, text, headers } = response;
  const { code, message, hints, more } = readErrorBody(text);
  const { location } = headers;
  const excerpt = more ? oneLine(redact(text), 300) : "";
  return new PinterestApiError(context, {
    status,
    code,
    requestId: requestIdOf(response, redact),
    apiMessage: oneLine(redact(message), 1000),
    hints,
    bodyExcerpt: excerpt === "" ? undefined : excerpt,
    // Only the host, because the rest of a redirect's target may contain parts of the request.
    redirectedTo: typeof location === "string" && URL.canParse(location) ? new URL(location).host : undefined,
    retryAfterMs: retryAfterMs(response, now),
    tokenRemedy,
  });
}

/** Pinterest's ID of the request, for its support. */
export function requestIdOf({ headers }: HttpResponse, redact: Redact): string | undefined {
  const id = headers["x-pinterest-rid"];
  return typeof id === "string" && id !== "" ? oneLine(redact(id), 100) : undefined;
}

/** No response, or an incomplete one. Convert it before it leaves this directory: its cause may contain the request, and so the token. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
  constructor(
    readonly phase: TransportPhase,
    override readonly cause: unknown,
  ) {
    super("the request failed");
  }
}

/** Much larger than a list page of 250 records, in bytes. */
export const maxBodyBytes = 32 * 1024 * 1024;

/** A response that exceeds {@link maxBodyBytes}. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  constructor(readonly status: number) {
    super("the response is too large");
  }
}

/** A success response that the API description does not allow. The message names places in it, but no values, which can be secrets. */
export class UnexpectedResponse extends Error {
  override readonly name = "UnexpectedResponse";
  /** @param isTruncated whether it may be the beginning of a correct response. */
  constructor(
    message: string,
    readonly isTruncated = false,
  ) {
    super(message);
  }
}

/** The error for a request without a complete response. */
export function transportError(
  context: ErrorContext,
  error: unknown,
  origin: string,
  redact: Redact,
  deadline: Deadline,
): PinterestError {
  const { phase, cause } =
    error instanceof TransportFailure ? error : new TransportFailure("connecting", error);
  const isSent = phase !== "connecting";
  if (deadline.ended) return deadlineError(context, deadline, phase, isSent);
  if (cause instanceof BodyTooLarge) {
    const problem = `it exceeds ${maxBodyBytes} bytes`;
    return new PinterestResponseError(context, { status: cause.status, problem });
  }
  return new PinterestConnectionError(context, isSent ? "unknown" : "never-sent", {
    origin,
    ...transportReason(error, redact),
  });
}

/** Why a request has no response. */
export function transportReason(error: unknown, redact: Redact): { causeCode: string; reason: string } {
  const cause = error instanceof TransportFailure ? error.cause : error;
  if (cause instanceof BodyTooLarge) {
    return { causeCode: "", reason: `the answer exceeds ${maxBodyBytes} bytes` };
  }
  const { causeCode, reason } = codeAndText(cause);
  return { causeCode, reason: oneLine(redact(reason), 300) };
}

/** Returns only the code and text of an error, because the object may contain the request, and so the token. */
function codeAndText(error: unknown): { causeCode: string; reason: string } {
  if (!types.isNativeError(error)) return { causeCode: "", reason: "for an unknown reason" };
  const causeCode = "code" in error && typeof error.code === "string" ? error.code : "";
  // An AggregateError, for several addresses of a host, has no text.
  const tried = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  const texts = [error, ...tried, error.cause].filter(types.isNativeError).map(({ message }) => message);
  const reason = [...new Set(texts)].filter((text) => text !== "").join(": ");
  return { causeCode, reason: reason || causeCode || "for an unknown reason" };
}

/** The error for a call that its time limit or its signal ended. */
export function deadlineError(
  context: ErrorContext,
  deadline: Deadline,
  during: Activity,
  isSent: boolean,
): PinterestError {
  const outcome = isSent ? "unknown" : "never-sent";
  return deadline.expired
    ? new PinterestTimeoutError(context, outcome, { timeoutMs: deadline.timeoutMs, during })
    : new PinterestAbortedError(context, outcome, during);
}

/** The error for credentials that failed to return a token. */
export function credentialsError(context: ErrorContext, error: unknown): PinterestCredentialsError {
  const clean = (text: string): string => oneLine(createRedactor([])(text), 500);
  if (error instanceof CredentialsError) {
    return new PinterestCredentialsError(context, {
      reason: clean(error.summaryWithoutId),
      requestId: error.requestId,
      remedy: error.remedy === "" ? undefined : sentence(clean(error.remedy)),
      revoked: error instanceof AccountRevoked,
    });
  }
  const reason = types.isNativeError(error) ? clean(error.message) : "for an unknown reason";
  return new PinterestCredentialsError(context, { reason });
}

/** The error if the fleet's request limiter cannot be reached. */
export function gateError(context: ErrorContext, error: unknown): PinterestConnectionError {
  return new PinterestConnectionError(context, "never-sent", {
    origin: "the fleet's request limit",
    ...codeAndText(error),
    remedy: "Nothing was sent: run again later.",
  });
}
