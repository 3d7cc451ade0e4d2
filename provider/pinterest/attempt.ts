import type { Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import type { AnswerEvent } from "./answer-event";
import { UnexpectedAnswer } from "./answers";
import type { Clock } from "./clock";
import { type Credentials, tokenTextProblem } from "./credentials";
import { type Deadline, startDeadline } from "./deadline";
import { type DebugSink, logExchange } from "./debug";
import { sharedDispatcher } from "./dispatcher";
import type { ErrorContext } from "./error-message";
import { PinterestAnswerError, PinterestCredentialsError } from "./errors";
import { apiError, credentialsError, givenUp, requestIdOf, transportError } from "./failures";
import { operations } from "./operations";
import { PinterestError } from "./pinterest-error";
import { readRateReport } from "./rate/header";
import type { Redact } from "./redact";
import type { Redaction, Redactors } from "./redaction";
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
  readonly redaction: Redaction;
  readonly onAnswer: ((event: AnswerEvent) => void) | undefined;
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
  /** The time it may take, from the token's being there to the end of the answer. */
  readonly timeoutMs: number;
  /** The time it may take with getting the token, which may be an exchange or a command with limits of their own. */
  readonly timeoutWithTokenMs: number;
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
  const { clock } = connection;
  const endsAt = clock.now() + limits.timeoutWithTokenMs;
  const known: Omit<AttemptResult<T>, "outcome"> = {};
  try {
    const token =
      connection.credentials.atHand?.() ??
      (await within(limits.timeoutWithTokenMs, limits.signal, (deadline) =>
        accessToken(connection, request, deadline),
      ));
    checkToken(token, request);
    known.token = token;
    const timeoutMs = Math.max(1, Math.min(limits.timeoutMs, endsAt - clock.now()));
    const value = await within(timeoutMs, limits.signal, (deadline) =>
      attemptUntil(connection, request, token, deadline, known),
    );
    return { ...known, outcome: { value } };
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    return { ...known, outcome: { error } };
  }
}

async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  action: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(timeoutMs, signal);
  try {
    return await action(deadline);
  } finally {
    deadline.stop();
  }
}

async function attemptUntil<T>(
  connection: Connection,
  request: OperationRequest<T>,
  token: string,
  deadline: Deadline,
  known: Omit<AttemptResult<T>, "outcome">,
): Promise<T> {
  const redactors = connection.redaction.of(token, request.hidden);
  const { redact } = redactors;
  const { answer, requestId } = await exchange(connection, request, token, redactors, deadline);
  known.answer = answer;
  if (requestId !== undefined) known.requestId = requestId;
  const { operation, account } = request;
  connection.onAnswer?.({
    operation,
    ...(account === undefined ? {} : { account }),
    status: answer.status,
    ...(requestId === undefined ? {} : { requestId }),
    rate: readRateReport(answer),
  });
  if ((answer.status < 200 || answer.status > 299) && !request.alsoReads?.includes(answer.status)) {
    throw apiError(request, answer, {
      requestId,
      retryAfterMs: toldWaitMs(answer, connection.clock.now()),
      remedy: connection.credentials.remedy,
      redact,
    });
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
  try {
    return await deadline.race(() => credentials.accessToken(deadline.signal));
  } catch (error) {
    if (deadline.ended) throw givenUp(context, deadline, "getting an access token", false);
    throw credentialsError(context, error);
  }
}

/** @throws PinterestCredentialsError for what cannot be one. */
function checkToken(token: string, context: ErrorContext): void {
  if (token === "") {
    throw new PinterestCredentialsError(
      context,
      "it is empty: set pinterest:accessToken or PINTEREST_ACCESS_TOKEN",
    );
  }
  const problem = tokenTextProblem(token);
  if (problem !== undefined) throw new PinterestCredentialsError(context, `it ${problem}`);
}

async function exchange(
  connection: Connection,
  request: OperationRequest<unknown>,
  token: string,
  { redact, redactLog }: Redactors,
  deadline: Deadline,
): Promise<{ readonly answer: TransportAnswer; readonly requestId: string | undefined }> {
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
      ending: deadline,
    });
    const requestId = requestIdOf(answer, redact);
    log({ status: answer.status, body: answer.text, ...(requestId === undefined ? {} : { requestId }) });
    return { answer, requestId };
  } catch (error) {
    const failure = transportError(request, error, address.origin, redact, deadline);
    log({ failure: failure.message });
    throw failure;
  }
}
