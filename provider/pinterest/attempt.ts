import type { Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import { UnexpectedAnswer } from "./answers";
import type { Clock } from "./clock";
import type { Credentials } from "./credentials";
import { type Deadline, startDeadline } from "./deadline";
import { type DebugSink, logExchange } from "./debug";
import { sharedDispatcher } from "./dispatcher";
import { type ErrorContext, PinterestAnswerError, PinterestCredentialsError, PinterestError } from "./errors";
import { apiError, credentialsError, givenUp, requestIdOf, transportError } from "./failures";
import { operations } from "./operations";
import { createLogRedactor, createRedactor, type Redact } from "./redact";
import { toldWaitMs } from "./retry/told-wait";
import { send, type TransportAnswer } from "./transport";

/** What all requests of a client have in common. */
export interface Connection {
  readonly address: ApiAddress;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher | undefined;
  readonly debug: DebugSink | undefined;
  readonly clock: Clock;
}

/** One operation, ready to be attempted, any number of times. */
export interface OperationRequest<T> extends ErrorContext {
  /** Below the API's base path. */
  readonly path: string;
  readonly body?: object;
  /** Values of the body that must not be shown. */
  readonly hidden: readonly string[];
  /** Error statuses whose answers `read` takes too; all others are errors. */
  readonly alsoReads?: readonly number[];
  /** @throws UnexpectedAnswer */
  readonly read: (answer: TransportAnswer, redact: Redact) => T;
}

/** When an attempt ends, if not by its answer. */
export interface AttemptLimits {
  /** The time it may take, from getting the token to the end of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** How an attempt ended. */
export interface AttemptResult<T> {
  /** The access token that it was made with; missing if there was none. */
  token?: string;
  /** Missing if none came. */
  answer?: TransportAnswer;
  requestId?: string;
  outcome: { readonly value: T } | { readonly error: PinterestError };
}

/** Sends a request once and reads its answer. Whatever goes wrong is a PinterestError in the result. */
export async function attempt<T>(
  connection: Connection,
  request: OperationRequest<T>,
  limits: AttemptLimits,
): Promise<AttemptResult<T>> {
  const deadline = startDeadline(limits.timeoutMs, limits.signal);
  const known: Omit<AttemptResult<T>, "outcome"> = {};
  try {
    const value = await attemptUntil(connection, request, deadline, known);
    return { ...known, outcome: { value } };
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    return { ...known, outcome: { error } };
  } finally {
    deadline.stop();
  }
}

async function attemptUntil<T>(
  connection: Connection,
  request: OperationRequest<T>,
  deadline: Deadline,
  known: Omit<AttemptResult<T>, "outcome">,
): Promise<T> {
  const token = await accessToken(connection, request, deadline);
  known.token = token;
  const hidden = [token, ...request.hidden];
  const redact = createRedactor(hidden);
  const answer = await exchange(
    connection,
    request,
    token,
    { redact, log: createLogRedactor(hidden) },
    deadline,
  );
  known.answer = answer;
  const requestId = requestIdOf(answer, redact);
  if (requestId !== undefined) known.requestId = requestId;
  if ((answer.status < 200 || answer.status > 299) && !request.alsoReads?.includes(answer.status)) {
    throw apiError(request, answer, requestId, toldWaitMs(answer, connection.clock.now()), redact);
  }
  try {
    return request.read(answer, redact);
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer)) throw error;
    throw new PinterestAnswerError(request, {
      status: answer.status,
      problem: redact(error.message),
      brokenOff: error.brokenOff,
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
    token = await deadline.race(() => credentials.accessToken(deadline.signal));
  } catch (error) {
    if (deadline.signal.aborted) throw givenUp(context, deadline, "getting an access token", false);
    throw credentialsError(context, error);
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
  { redact, log: redactLog }: { redact: Redact; log: Redact },
  deadline: Deadline,
): Promise<TransportAnswer> {
  const { address } = connection;
  const { method } = operations[request.operation];
  const path = address.basePath + request.path;
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  const log = logExchange(connection.debug, redactLog, {
    operation: request.operation,
    method,
    path,
    ...body,
  });
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
