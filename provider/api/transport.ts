import type { Dispatcher } from "undici";
import type { ApiAddress } from "./address";
import { startDeadline, waitFor } from "./async";
import type { Clock } from "./clock";
import { type Credentials, CredentialsError, tokenTextProblem } from "./credentials";
import { type DebugSink, logExchange } from "./debug";
import { sharedDispatcher } from "./dispatcher";
import {
  apiError,
  credentialsError,
  deadlineError,
  requestIdOf,
  responseError,
  TransportFailure,
  transportError,
  UnexpectedResponse,
} from "./error-mapping";
import { type Activity, type ErrorContext, PinterestError, type TransportPhase } from "./errors";
import { operations } from "./operations";
import { userAgent } from "./own-package";
import { createRedactor, type Redact } from "./redact";
import { type RateReport, readRateReport } from "./response-headers";

/** Limit for a response, in bytes: much larger than a list page of 250 records. */
export const maxBodyBytes = 32 * 1024 * 1024;

/** The API's address, and what requests to it have in common. */
export interface Connection {
  readonly address: ApiAddress;
  readonly credentials: Credentials;
  readonly dispatcher: Dispatcher | undefined;
  readonly debug: DebugSink | undefined;
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
    const secrets = [token, ...request.hidden];
    const response = await sendOperation(connection, request, token, secrets, limits);
    const redact = createRedactor(secrets);
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
    throw error instanceof UnexpectedResponse ? responseError(request, response, error, redact) : error;
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
  const remedy = "Set pinterest:accessToken or PINTEREST_ACCESS_TOKEN to a valid token";
  throw credentialsError(request, new CredentialsError(`it ${problem}`, remedy));
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
    deadline.signal.throwIfAborted();
    return await waitFor(action(deadline.signal), deadline.signal);
  } catch (error) {
    throw deadline.signal.aborted ? deadlineError(context, deadline, during) : toError(context, error);
  }
}

async function sendOperation(
  { address, debug, dispatcher }: Connection,
  { operation, path, body, ...context }: OperationRequest<unknown>,
  token: string,
  secrets: readonly string[],
  { requestTimeoutMs, timeLeftMs, signal }: RequestLimits,
): Promise<HttpResponse> {
  try {
    return await send({
      purpose: operation,
      address,
      path,
      method: operations[operation].method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: { type: "application/json", text: JSON.stringify(body) } }),
      secrets,
      timeoutMs: Math.min(requestTimeoutMs, timeLeftMs()),
      signal,
      dispatcher,
      debug,
    });
  } catch (error) {
    if (!(error instanceof TransportFailure)) throw error;
    throw transportError({ operation, ...context }, error, address.origin);
  }
}

/** An HTTP request. */
export interface HttpRequest {
  /** In one word, for the debug log. */
  readonly purpose: string;
  readonly address: ApiAddress;
  /** Relative to the API's base path. Sent unchanged, without decoding or normalization. */
  readonly path: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string; readonly isSecret?: boolean };
  /** Values to redact in errors and in the debug log. */
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
  /** @default the process's */
  readonly dispatcher?: Dispatcher | undefined;
  readonly debug?: DebugSink | undefined;
}

/** A complete response, of any status. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/**
 * Sends a request, reads the whole response, and writes both to the debug log. Does not follow redirects.
 *
 * An error response (status 300 and above) is returned even if its body is incomplete, because its status is sufficient.
 *
 * @throws TransportFailure if there is no complete response, or the signal is aborted first.
 */
export async function send(request: HttpRequest): Promise<HttpResponse> {
  const log = logExchange(request);
  const deadline = startDeadline(request.timeoutMs, request.signal);
  const redact = createRedactor(request.secrets);
  // Before a connection: for example, if the proxy's address is not a URL.
  const interrupted = (cause: unknown): Interruption => ({ phase: "connecting", cause });
  const result = await dispatch(request, deadline.signal).catch(interrupted);
  if ("status" in result) {
    log({ status: result.status, body: result.text, requestId: requestIdOf(result, redact) });
    return result;
  }
  const failure = new TransportFailure(result.phase, deadline, result.cause, redact);
  log({ failure: failure.message });
  throw failure;
}

const utf8 = new TextDecoder();

/** Why there is no complete response. The cause may contain the request, and so the token. */
interface Interruption {
  readonly phase: TransportPhase;
  readonly cause: unknown;
}

async function dispatch(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse | Interruption> {
  const { address, path, method, body } = request;
  const dispatcher = request.dispatcher ?? sharedDispatcher(address);
  return new Promise((resolve) => {
    let phase: TransportPhase = "connecting";
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: HttpResponse["headers"] = {};
    let bytes = 0;
    const chunks: Buffer[] = [];

    const settle = (result: HttpResponse | Interruption): void => {
      settled = true;
      signal.removeEventListener("abort", cancel);
      resolve(result);
    };
    const succeed = (): void => settle({ status, headers, text: utf8.decode(Buffer.concat(chunks)) });
    const fail = (cause: unknown): void => settle({ phase, cause });
    const cancel = (): void => {
      const reason = new Error("canceled");
      fail(reason);
      controller?.abort(reason);
    };
    signal.addEventListener("abort", cancel);
    if (signal.aborted) return cancel();

    dispatcher.dispatch(
      {
        origin: address.origin,
        path: address.basePath + path,
        method,
        headers: {
          accept: "application/json",
          "user-agent": userAgent(),
          ...(body === undefined ? {} : { "content-type": body.type }),
          ...request.headers,
        },
        body: body?.text ?? null,
      },
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
          if (bytes > maxBodyBytes) current.abort(new Error(`the answer exceeds ${maxBodyBytes} bytes`));
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
