import { types } from "node:util";
import { AccountRevoked } from "./credentials";
import type { Deadline } from "./deadline";
import { readError } from "./error-body";
import type { ErrorContext } from "./error-message";
import {
  PinterestAbortedError,
  PinterestAnswerError,
  PinterestApiError,
  PinterestConnectionError,
  PinterestCredentialsError,
  PinterestTimeoutError,
} from "./errors";
import type { PinterestError } from "./pinterest-error";
import { createRedactor, oneLine, type Redact } from "./redact";
import { BodyTooLarge, maxBodyBytes, type TransportAnswer, TransportFailure } from "./transport";

/** The error for a request without a complete answer. */
export function transportError(
  context: ErrorContext,
  error: unknown,
  origin: string,
  redact: Redact,
  deadline: Deadline,
): PinterestError {
  const failure = error instanceof TransportFailure ? error : new TransportFailure("connecting", error);
  const { phase, cause } = failure;
  const sent = phase !== "connecting";
  if (deadline.ended) return givenUp(context, deadline, phase, sent);
  if (cause instanceof BodyTooLarge) {
    return new PinterestAnswerError(context, {
      status: cause.status,
      problem: `it exceeds ${maxBodyBytes} bytes`,
    });
  }
  const outcome = sent ? "unknown" : "never-sent";
  const { causeCode, reason } = describe(cause);
  return new PinterestConnectionError(context, outcome, {
    origin,
    causeCode,
    reason: oneLine(redact(reason), 300),
  });
}

/** The error for a call that its time limit or its signal ended. */
export function givenUp(
  context: ErrorContext,
  deadline: Deadline,
  during: string,
  sent: boolean,
): PinterestError {
  const outcome = sent ? "unknown" : "never-sent";
  return deadline.expired
    ? new PinterestTimeoutError(context, outcome, { timeoutMs: deadline.timeoutMs, during })
    : new PinterestAbortedError(context, outcome, during);
}

/** The error for credentials that failed to return a token. */
export function credentialsError(context: ErrorContext, error: unknown): PinterestCredentialsError {
  const reason = types.isNativeError(error) ? error.message : "it could not be had";
  const line = oneLine(createRedactor([])(reason), 500);
  return new PinterestCredentialsError(context, line, error instanceof AccountRevoked);
}

/** The error if the fleet's request limiter cannot be reached. */
export function gateError(context: ErrorContext, error: unknown): PinterestConnectionError {
  return new PinterestConnectionError(context, "never-sent", {
    origin: "the fleet's request limit",
    ...describe(error),
  });
}

/** Why there was no answer, for requests outside of an operation. */
export function transportReason(error: unknown, redact: Redact): { causeCode: string; reason: string } {
  const cause = error instanceof TransportFailure ? error.cause : error;
  if (cause instanceof BodyTooLarge) {
    return { causeCode: "", reason: `the answer exceeds ${maxBodyBytes} bytes` };
  }
  const { causeCode, reason } = describe(cause);
  return { causeCode, reason: oneLine(redact(reason), 300) };
}

/** Returns only the code and text of an error, because the object may contain the request, and so the token. */
function describe(error: unknown): { causeCode: string; reason: string } {
  if (!types.isNativeError(error)) return { causeCode: "", reason: "for an unknown reason" };
  const causeCode = "code" in error && typeof error.code === "string" ? error.code : "";
  // An AggregateError, for several addresses of a host, has no text.
  const tried = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  const texts = [error, ...tried, error.cause].filter(types.isNativeError).map(({ message }) => message);
  const reason = [...new Set(texts)].filter((text) => text !== "").join(": ");
  return { causeCode, reason: reason || causeCode || "for an unknown reason" };
}

/** Details of an error answer. */
export interface AnswerDetails {
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** What the user can do about a refused token. */
  readonly remedy: string | undefined;
  readonly redact: Redact;
}

/** The error for an error answer. */
export function apiError(
  context: ErrorContext,
  answer: TransportAnswer,
  { requestId, retryAfterMs, remedy, redact }: AnswerDetails,
): PinterestApiError {
  const { code, message, more } = readError(answer.text);
  const excerpt = more ? oneLine(redact(answer.text), 300) : "";
  const redirectedTo = redirectHost(answer);
  return new PinterestApiError(context, {
    status: answer.status,
    apiMessage: oneLine(redact(message), 1000),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(excerpt === "" ? {} : { bodyExcerpt: excerpt }),
    ...(redirectedTo === undefined ? {} : { redirectedTo }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Only the host: the rest of a redirect's target may repeat the request. */
function redirectHost({ headers }: TransportAnswer): string | undefined {
  const { location } = headers;
  return typeof location === "string" && URL.canParse(location) ? new URL(location).host : undefined;
}

/** Pinterest's ID of the request, for its support. */
export function requestIdOf({ headers }: TransportAnswer, redact: Redact): string | undefined {
  const id = headers["x-pinterest-rid"];
  return typeof id === "string" && id !== "" ? oneLine(redact(id), 100) : undefined;
}
