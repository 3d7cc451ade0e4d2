import type { Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import { readError, UnexpectedAnswer } from "./answers";
import type { Credentials } from "./credentials";
import type { Deadline } from "./deadline";
import { type DebugSink, logExchange } from "./debug";
import { sharedDispatcher } from "./dispatcher";
import {
  type ErrorContext,
  PinterestAbortedError,
  PinterestAnswerError,
  PinterestApiError,
  PinterestConnectionError,
  PinterestCredentialsError,
  type PinterestError,
  PinterestTimeoutError,
} from "./errors";
import { operations } from "./operations";
import { createRedactor, oneLine, type Redact } from "./redact";
import { BodyTooLarge, maxBodyBytes, send, type TransportAnswer, TransportFailure } from "./transport";

/** What all requests of a client have in common. */
export interface Connection {
  readonly address: ApiAddress;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher | undefined;
  readonly debug: DebugSink | undefined;
}

/** One operation, ready to be attempted, any number of times. */
export interface OperationRequest<T> extends ErrorContext {
  /** Below the API's base path. */
  readonly path: string;
  readonly body?: object;
  /** Values of the body that must not be shown. */
  readonly secrets: readonly string[];
  /** @throws UnexpectedAnswer */
  readonly read: (answer: TransportAnswer) => T;
}

/** Sends a request once and reads its answer. Whatever goes wrong is a PinterestError. */
export async function attempt<T>(
  connection: Connection,
  request: OperationRequest<T>,
  deadline: Deadline,
): Promise<T> {
  const token = await accessToken(connection, request, deadline);
  const redact = createRedactor([token, ...request.secrets]);
  const answer = await exchange(connection, request, token, redact, deadline);
  const requestId = requestIdOf(answer, redact);
  if (answer.status < 200 || answer.status > 299) throw apiError(request, answer, requestId, redact);
  try {
    return request.read(answer);
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer)) throw error;
    throw new PinterestAnswerError(request, {
      status: answer.status,
      problem: redact(error.message),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }
}

async function accessToken(
  { credentials }: Connection,
  context: ErrorContext,
  deadline: Deadline,
): Promise<string> {
  let token: string;
  try {
    token = await deadline.race(credentials.accessToken(deadline.signal));
  } catch (error) {
    if (deadline.signal.aborted) throw givenUp(context, deadline, "getting an access token", false);
    const reason = error instanceof Error ? error.message : "it could not be had";
    throw new PinterestCredentialsError(context, oneLine(createRedactor([])(reason), 500));
  }
  if (token === "") {
    throw new PinterestCredentialsError(
      context,
      "it is empty: set pinterest:accessToken or PINTEREST_ACCESS_TOKEN",
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new PinterestCredentialsError(
      context,
      "it has a blank, a line break or another character that no token has: look for a line end that came along when it was set",
    );
  }
  return token;
}

async function exchange(
  connection: Connection,
  request: OperationRequest<unknown>,
  token: string,
  redact: Redact,
  deadline: Deadline,
): Promise<TransportAnswer> {
  const { address } = connection;
  const { method } = operations[request.operation];
  const path = address.basePath + request.path;
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  const log = logExchange(connection.debug, redact, { operation: request.operation, method, path, ...body });
  try {
    const answer = await send(connection.dispatcher ?? sharedDispatcher(address), {
      origin: address.origin,
      path,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        "user-agent": connection.userAgent,
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...body,
      signal: deadline.signal,
    });
    const requestId = requestIdOf(answer, redact);
    log({ status: answer.status, body: answer.text, ...(requestId === undefined ? {} : { requestId }) });
    return answer;
  } catch (error) {
    const failure = transportError(request, error, address.origin, redact, deadline);
    log({ failure: failure.message });
    throw failure;
  }
}

function transportError(
  context: ErrorContext,
  error: unknown,
  origin: string,
  redact: Redact,
  deadline: Deadline,
): PinterestError {
  const failure = error instanceof TransportFailure ? error : new TransportFailure("connecting", error);
  const { phase, cause } = failure;
  const sent = phase !== "connecting";
  if (deadline.signal.aborted) return givenUp(context, deadline, phase, sent);
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

function givenUp(context: ErrorContext, deadline: Deadline, during: string, sent: boolean): PinterestError {
  const outcome = sent ? "unknown" : "never-sent";
  return deadline.expired
    ? new PinterestTimeoutError(context, outcome, { timeoutMs: deadline.timeoutMs, during })
    : new PinterestAbortedError(context, outcome, during);
}

/** Only code and text of an error are taken over: the object may hold the request, and with it the token. */
function describe(error: unknown): { causeCode: string; reason: string } {
  if (!(error instanceof Error)) return { causeCode: "", reason: "unknown" };
  const causeCode = "code" in error && typeof error.code === "string" ? error.code : "";
  // Where several addresses were tried, the error of the whole has no text.
  const first = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message || (first instanceof Error ? first.message : "") || causeCode || "unknown";
  const below =
    error.cause instanceof Error && error.cause.message !== text ? `: ${error.cause.message}` : "";
  return { causeCode, reason: `${text}${below}` };
}

function apiError(
  context: ErrorContext,
  answer: TransportAnswer,
  requestId: string | undefined,
  redact: Redact,
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
  });
}

/** The host alone: the rest of a redirect's target may repeat what was asked. */
function redirectHost({ headers }: TransportAnswer): string | undefined {
  const { location } = headers;
  return typeof location === "string" && URL.canParse(location) ? new URL(location).host : undefined;
}

function requestIdOf({ headers }: TransportAnswer, redact: Redact): string | undefined {
  const id = headers["x-pinterest-rid"];
  return typeof id === "string" && id !== "" ? oneLine(redact(id), 100) : undefined;
}
