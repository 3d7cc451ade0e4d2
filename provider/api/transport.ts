import type { Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import { startDeadline } from "./async";
import type { Clock } from "./clock";
import { type Credentials, tokenTextProblem } from "./credentials";
import { type DebugSink, logExchange } from "./debug";
import { sharedDispatcher } from "./dispatcher";
import {
  apiError,
  BodyTooLarge,
  credentialsError,
  deadlineError,
  maxBodyBytes,
  requestIdOf,
  TransportFailure,
  transportError,
  UnexpectedResponse,
} from "./error-mapping";
import {
  type Activity,
  type ErrorContext,
  PinterestCredentialsError,
  PinterestError,
  PinterestResponseError,
  type TransportPhase,
} from "./errors";
import { operations } from "./operations";
import type { Redact, Redaction } from "./redact";
import { type RateReport, readRateReport } from "./response-headers";

/** The API's address, and what requests to it have in common. */
export interface Connection {
  readonly address: ApiAddress;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly dispatcher: Dispatcher | undefined;
  readonly debug: DebugSink | undefined;
  readonly redaction: Redaction;
  readonly clock: Clock;
}

/** An operation. Its request can be sent any number of times. */
export interface OperationRequest<T> extends ErrorContext {
  /** Relative to the API's base path. */
  readonly path: string;
  readonly body?: object;
  /** Secret values in the body. */
  readonly hidden: readonly string[];
  /** Error statuses that `read` interprets. */
  readonly alsoReads?: readonly number[];
  /** Interprets the response. @throws UnexpectedResponse */
  readonly read: (response: HttpResponse, redact: Redact) => T;
}

/** Time limits of a request. */
export interface RequestLimits {
  /** Limit for the request without getting the token, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Time until the end of the operation, in milliseconds: at least 1. */
  readonly timeLeftMs: () => number;
  /** Cancels the operation. */
  readonly signal: AbortSignal | undefined;
}

/** What became of a request. */
export type Exchange<T> = {
  readonly token?: string;
  /** Undefined without a response, like `requestId` and `rate`. */
  readonly status?: number;
  readonly requestId?: string | undefined;
  readonly rate?: RateReport;
} & ({ readonly value: T; readonly error?: undefined } | { readonly error: PinterestError });

/** Sends one request of an operation, and interprets the response. Gets the access token first, and writes to the debug log. */
export async function exchange<T>(
  connection: Connection,
  request: OperationRequest<T>,
  limits: RequestLimits,
): Promise<Exchange<T>> {
  let known: Omit<Exchange<T>, "value" | "error"> = {};
  try {
    const token = await accessToken(connection.credentials, request, limits);
    known = { token };
    const { redact, redactLog } = connection.redaction.of(token, request.hidden);
    const response = await sendOperation(connection, request, token, redact, redactLog, limits);
    const requestId = requestIdOf(response, redact);
    known = { token, status: response.status, requestId, rate: readRateReport(response) };
    return { ...known, value: interpret(connection, request, response, redact) };
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    return { ...known, error };
  }
}

/** @throws PinterestError for an error response, or one that the API description does not allow. */
function interpret<T>(
  { credentials, clock }: Connection,
  request: OperationRequest<T>,
  response: HttpResponse,
  redact: Redact,
): T {
  const { status } = response;
  const isSuccess = status >= 200 && status <= 299;
  if (!isSuccess && !request.alsoReads?.includes(status)) {
    throw apiError(request, response, { redact, now: clock.now(), tokenRemedy: credentials.remedy });
  }
  try {
    return request.read(response, redact);
  } catch (error) {
    if (!(error instanceof UnexpectedResponse)) throw error;
    throw new PinterestResponseError(request, {
      status,
      requestId: requestIdOf(response, redact),
      problem: redact(error.message),
      isTruncated: error.isTruncated,
    });
  }
}

async function accessToken(
  credentials: Credentials,
  request: ErrorContext,
  limits: RequestLimits,
): Promise<string> {
  const get = (signal: AbortSignal) => credentials.accessToken(signal);
  const token =
    credentials.cachedToken?.() ??
    (await inTime(request, limits, "getting an access token", get, credentialsError));
  const problem = tokenTextProblem(token);
  if (problem === undefined) return token;
  throw new PinterestCredentialsError(request, {
    reason: `it ${problem}`,
    remedy: "Set pinterest:accessToken or PINTEREST_ACCESS_TOKEN to a valid token.",
  });
}

/** Runs an action within the operation's time. Its failure becomes an error of the operation. */
export async function inTime<R>(
  context: ErrorContext,
  { timeLeftMs, signal }: RequestLimits,
  during: Activity,
  action: (signal: AbortSignal) => Promise<R>,
  toError: (context: ErrorContext, error: unknown) => PinterestError,
): Promise<R> {
  const deadline = startDeadline(timeLeftMs(), signal);
  try {
    return await deadline.race(() => action(deadline.signal));
  } catch (error) {
    throw deadline.ended ? deadlineError(context, deadline, during, false) : toError(context, error);
  } finally {
    deadline.stop();
  }
}

async function sendOperation(
  { address, userAgent, debug, dispatcher }: Connection,
  request: OperationRequest<unknown>,
  token: string,
  redact: Redact,
  redactLog: Redact,
  { requestTimeoutMs, timeLeftMs, signal }: RequestLimits,
): Promise<HttpResponse> {
  const { operation } = request;
  const { method } = operations[operation];
  const path = address.basePath + request.path;
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  const log = logExchange(debug, redactLog, { operation, method, path, ...body });
  const deadline = startDeadline(Math.min(requestTimeoutMs, timeLeftMs()), signal);
  try {
    // Throws if the proxy's address is not a URL.
    const response = await send(dispatcher ?? sharedDispatcher(address), {
      origin: address.origin,
      path,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        "user-agent": userAgent,
        ...("body" in body ? { "content-type": "application/json" } : {}),
      },
      ...body,
      signal: deadline.signal,
    });
    log({ status: response.status, body: response.text, requestId: requestIdOf(response, redact) });
    return response;
  } catch (error) {
    const failure = transportError(request, error, address.origin, redact, deadline);
    log({ failure: failure.message });
    throw failure;
  } finally {
    deadline.stop();
  }
}

/** An HTTP request. */
export interface HttpRequest {
  readonly origin: string;
  /** Sent unchanged, without decoding or normalization. */
  readonly path: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Cancels the request. */
  readonly signal: AbortSignal;
}

/** A complete response, of any status. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const utf8 = new TextDecoder();

/**
 * Sends a request, and reads the whole response. Does not follow redirects.
 *
 * An error response (status 300 and above) is returned even if its body is incomplete, because its status is sufficient.
 *
 * @throws TransportFailure if there is no complete response, or the signal is aborted first.
 */
export function send(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const { origin, path, method, headers: requestHeaders, body = null, signal } = request;
  return new Promise((resolve, reject) => {
    let phase: TransportPhase = "connecting";
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: HttpResponse["headers"] = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener("abort", cancel);
      end();
    };
    const succeed = (): void =>
      settle(() => resolve({ status, headers, text: utf8.decode(Buffer.concat(chunks)) }));
    const fail = (cause: unknown): void => settle(() => reject(new TransportFailure(phase, cause)));
    const cancel = (): void => {
      const reason = new Error("canceled");
      fail(reason);
      controller?.abort(reason);
    };
    signal.addEventListener("abort", cancel);
    if (signal.aborted) return cancel();

    dispatcher.dispatch(
      { origin, path, method, headers: { ...requestHeaders }, body },
      {
        onRequestStart(started) {
          // Throwing, unlike aborting, keeps the new connection usable for other requests.
          if (settled) throw new Error("canceled before a connection was available");
          controller = started;
          phase = "waiting for the answer";
        },
        onResponseStart(_controller, statusCode, responseHeaders) {
          if (statusCode < 200) return;
          phase = "reading the answer";
          status = statusCode;
          headers = responseHeaders;
        },
        onResponseData(current, chunk) {
          bytes += chunk.length;
          if (bytes > maxBodyBytes) current.abort(new BodyTooLarge(status));
          else chunks.push(chunk);
        },
        onResponseEnd: succeed,
        onResponseError(_controller, error) {
          if (phase === "reading the answer" && status >= 300) succeed();
          else fail(error);
        },
      },
    );
  });
}
