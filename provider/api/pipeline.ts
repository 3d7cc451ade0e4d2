import { AsyncLocalStorage } from "node:async_hooks";
import { type KeyedQueue, startDeadline, waitFor } from "../base/async";
import { formatSeconds, formatTime } from "../base/clock";
import { UnexpectedResponse } from "../base/json";
import type { ApiAddress } from "./address";
import type {
  AmbientLimits,
  CallOptions,
  OperationEvent,
  PinterestClientOptions,
  RequestGate,
} from "./client-options";
import { CredentialsError, tokenTextProblem } from "./credentials";
import {
  apiError,
  credentialsError,
  deadlineError,
  gateError,
  requestIdOf,
  responseError,
  TransportFailure,
  transportError,
} from "./error-mapping";
import {
  answerText,
  describeOperation,
  type ErrorContext,
  isAuthentication,
  isRateLimited,
  PinterestApiError,
  PinterestError,
} from "./errors";
import { type Operation, operations, rateCategoryOf } from "./operations";
import type { Delay, Usage } from "./rate-limits";
import { type Admission, AdmissionTooLate, type RateQueue } from "./rate-queue";
import { createRedactor, type Redact } from "./redact";
import { readRateReport } from "./response-headers";
import { mayRepeat, type RetryPolicy, retrying } from "./retry";
import { type HttpResponse, send } from "./transport";

/** The options and state that all operations of a client share. */
export interface Pipeline
  extends Pick<PinterestClientOptions, "credentials" | "dispatcher" | "gate" | "network">,
    Required<Pick<PinterestClientOptions, "clock" | "requestTimeoutMs" | "onWait">> {
  readonly address: ApiAddress;
  readonly policy: RetryPolicy;
  readonly ambientLimits: () => AmbientLimits;
  readonly onOperation: (event: OperationEvent) => void;
  readonly rateQueue: RateQueue;
  /** Writes by external business ID: Pinterest answers 429 if writes to one integration follow each other closely. */
  readonly writes: KeyedQueue;
}

/** An operation. Its request can be sent any number of times. */
export interface OperationRequest<T> extends ErrorContext {
  /** Relative to the API's base path. */
  readonly path: string;
  readonly body?: object;
  /** Secret values in the body. @default none */
  readonly hidden?: readonly string[] | undefined;
  /** Error statuses that `read` interprets. */
  readonly alsoReads?: readonly number[];
  /** Interprets the response. @throws UnexpectedResponse */
  readonly read: (response: HttpResponse, redact: Redact) => T;
}

/** The time limit of an operation that starts now, in milliseconds. */
export function timeLimitMs(
  { policy, clock }: Pick<Pipeline, "policy" | "clock">,
  { endsAt }: AmbientLimits,
): number {
  return endsAt === undefined ? policy.timeoutMs : Math.max(1, endsAt - clock.now());
}

/** A retry with less time than this would time out and hide the error before it, in milliseconds. */
const minRetryTimeMs = 100;

let operationsStarted = 0;

/** The last request of an operation. */
interface Exchange extends Pick<OperationEvent, "status" | "requestId" | "rate"> {
  readonly token?: string;
  readonly error?: PinterestError;
}

/** One operation, from the wait for earlier ones to its result. */
export class OperationRun<T> {
  readonly #operation: Operation;
  readonly #isWrite: boolean;
  readonly #policy: RetryPolicy;
  /** Place among all operations: earlier ones are sent first. */
  readonly #order: number;
  readonly #startedAt: number;
  readonly #endsAt: number;
  #endedAt = 0;
  /** The setting that the time limit comes from, for messages. */
  readonly #limitedBy: string;
  readonly #signal: AbortSignal;
  #attempts = 0;
  /** Whether the outcome of an attempt of a write is unknown. */
  #unclear = false;
  #tokenRenewed = false;
  /** Whether the next request would be sent too late, so that the last error is final. */
  #tooLate = false;
  #last: Exchange = {};

  constructor(
    private readonly pipeline: Pipeline,
    private readonly request: OperationRequest<T>,
    private readonly call: CallOptions = {},
  ) {
    const { background = false } = call;
    const ambient = background ? {} : pipeline.ambientLimits();
    this.#operation = operations[request.operation];
    this.#isWrite = this.#operation.method !== "GET";
    this.#policy = background ? { ...pipeline.policy, maxAttempts: 1 } : pipeline.policy;
    this.#order = background ? Number.POSITIVE_INFINITY : operationsStarted++;
    this.#startedAt = this.#now();
    this.#endsAt = this.#startedAt + (call.operationTimeoutMs ?? timeLimitMs(pipeline, ambient));
    this.#limitedBy = ambient.setBy ?? "pinterest:operationTimeout";
    this.#signal = AbortSignal.any([call.signal, ambient.signal].filter((signal) => signal !== undefined));
  }

  /**
   * Waits for earlier writes to the same integration, and sends the request: with retries, waits for rate limits, and renewal of a refused token.
   *
   * @throws PinterestError
   */
  async perform(): Promise<T> {
    const { externalBusinessId } = this.request;
    const signal = this.#signal;
    const send = () =>
      retrying(() => this.#sendUntilAccepted(), {
        ...this.#policy,
        timeoutMs: this.#endsAt - this.#now(),
        retryable: (error) => !this.#tooLate && mayRepeat(this.#operation, error),
        signal,
      });
    try {
      return this.#isWrite && externalBusinessId !== undefined
        ? await this.pipeline.writes.run(externalBusinessId, send, signal)
        : await send();
    } catch (thrown) {
      throw this.#conclude(thrown);
    } finally {
      this.#endedAt = this.#now();
    }
  }

  /** Sends the request again after a rate limit, and once after a refused token. These do not count as attempts of the retry policy. */
  async #sendUntilAccepted(): Promise<T> {
    for (;;) {
      try {
        return await this.#sendOnce();
      } catch (error) {
        if (this.#tooLate) throw error;
        if (isAuthentication(error) && (await this.#renewToken())) continue;
        // The queue delays the next request.
        if (!isRateLimited(error) || this.#policy.maxAttempts === 1) throw error;
      }
    }
  }

  /** @returns whether another token is available. */
  async #renewToken(): Promise<boolean> {
    const { credentials } = this.pipeline;
    if (this.#tokenRenewed) return false;
    this.#tokenRenewed = true;
    const renew = (signal: AbortSignal) =>
      credentials.renew?.(this.#last.token ?? "", signal) ?? Promise.resolve(false);
    return this.#inTime("getting another access token", renew, credentialsError);
  }

  /** Sends one request when rate limits admit it, and interprets the response. */
  async #sendOnce(): Promise<T> {
    const { gate } = this.pipeline;
    const { hidden = [] } = this.request;
    const end = await this.#admission();
    this.#last = {};
    try {
      if (gate !== undefined) await this.#pass(gate);
      this.#attempts += 1;
      const token = await this.#accessToken();
      this.#last = { token };
      const secrets = [token, ...hidden];
      const redact = createRedactor(secrets);
      const response = await this.#send(token, secrets);
      const { status } = response;
      this.#last = {
        token,
        status,
        requestId: requestIdOf(response, redact),
        rate: readRateReport(response),
      };
      return this.#interpret(response, redact);
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      this.#last = { ...this.#last, error };
      this.#unclear ||= this.#isWrite && error.outcome === "unknown";
      throw error;
    } finally {
      end(this.#usage());
    }
  }

  #pass(gate: RequestGate): Promise<void> {
    return this.#inTime(
      `waiting for ${gate.name}`,
      (signal) => gate.wait(signal),
      (context, error) => gateError(context, error, gate.name),
    );
  }

  async #accessToken(): Promise<string> {
    const { credentials } = this.pipeline;
    const get = (signal: AbortSignal) => credentials.accessToken(signal);
    const token = await this.#inTime("getting an access token", get, credentialsError);
    const problem = tokenTextProblem(token);
    if (problem === undefined) return token;
    const remedy = "Set pinterest:accessToken or PINTEREST_ACCESS_TOKEN to a valid token";
    throw credentialsError(this.request, new CredentialsError(`it ${problem}`, remedy));
  }

  async #send(token: string, secrets: readonly string[]): Promise<HttpResponse> {
    const { address, dispatcher, network, requestTimeoutMs } = this.pipeline;
    const { operation, path, body } = this.request;
    try {
      return await send({
        purpose: operation,
        address,
        path,
        method: this.#operation.method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: { type: "application/json", text: JSON.stringify(body) } }),
        secrets,
        timeoutMs: Math.min(requestTimeoutMs, this.#timeLeftMs()),
        signal: this.#signal,
        network,
        dispatcher,
      });
    } catch (error) {
      throw error instanceof TransportFailure ? transportError(this.request, error, address.origin) : error;
    }
  }

  /** @throws PinterestError for an error response, or one that the API description does not allow. */
  #interpret(response: HttpResponse, redact: Redact): T {
    const { request } = this;
    const { credentials, clock } = this.pipeline;
    const isError = response.status > 299;
    if (isError && !request.alsoReads?.includes(response.status)) {
      throw apiError(request, response, { redact, now: clock.now(), tokenRemedy: credentials.remedy });
    }
    try {
      return request.read(response, redact);
    } catch (error) {
      throw error instanceof UnexpectedResponse ? responseError(request, response, error, redact) : error;
    }
  }

  /** Runs an action within the operation's time. Its failure becomes an error of the operation. */
  async #inTime<R>(
    during: string,
    action: (signal: AbortSignal) => Promise<R>,
    toError: (context: ErrorContext, error: unknown) => PinterestError,
  ): Promise<R> {
    const deadline = startDeadline(this.#timeLeftMs(), this.#signal);
    const { signal } = deadline;
    try {
      signal.throwIfAborted();
      return await waitFor(action(signal), signal);
    } catch (error) {
      throw signal.aborted ? deadlineError(this.request, deadline, during) : toError(this.request, error);
    }
  }

  /** Waits until rate limits admit the request. */
  async #admission(): Promise<Admission> {
    const { rateQueue, onWait } = this.pipeline;
    const endsAt = this.#endsAt - (this.#last.error === undefined ? 0 : minRetryTimeMs);
    if (this.#now() >= endsAt) throw this.#timedOut("waiting for earlier writes of the same integration");
    try {
      return await rateQueue.admit({
        category: rateCategoryOf(this.#operation),
        order: this.#order,
        endsAt,
        doing: describeOperation(this.request),
        signal: this.#signal,
        // The notice belongs to this operation, also if another one's timer sends it.
        onWait: AsyncLocalStorage.bind(onWait),
      });
    } catch (error) {
      if (!(error instanceof AdmissionTooLate)) throw error;
      const { delay } = error;
      throw delay === undefined
        ? this.#timedOut("waiting for a rate limit")
        : this.#outOfTime(this.#rateLimitError(delay));
    }
  }

  #timedOut(during: string): PinterestError {
    const timeoutMs = this.#endsAt - this.#startedAt;
    return this.#outOfTime(deadlineError(this.request, { expired: true, timeoutMs }, during));
  }

  #rateLimitError({ reason, until }: Delay): PinterestError {
    const time = formatTime(until, this.#now());
    return new PinterestError(this.request, {
      kind: "rate-limit",
      outcome: "never-sent",
      summary: `rate limited by ${reason} until ${time}, which is longer than the operation's time limit (${this.#timeLimit()})`,
      remedy: `The request was not sent. Run again after that time. If that is at most an hour, you can raise ${this.#limitedBy} instead.`,
    });
  }

  /** The final error if no further request can be sent in time. The error of an earlier attempt contains more information. */
  #outOfTime(error: PinterestError): PinterestError {
    this.#tooLate = true;
    return this.#last.error ?? error;
  }

  /** How the last request counts against rate limits. One without a response may have reached Pinterest, and counts. */
  #usage(): Usage {
    const { status, rate, error } = this.#last;
    const refusal = isRateLimited(error)
      ? {
          retryAfterMs: error.retryAfterMs,
          reason: refusalText(error),
          delaysOthers: !this.call.background,
        }
      : undefined;
    return { sent: status !== undefined || error?.outcome !== "never-sent", report: rate, refusal };
  }

  /** The error to throw, with the attempts, waits and time limits of the whole operation. */
  #conclude(thrown: unknown): PinterestError {
    const isAborted = !(thrown instanceof PinterestError) && this.#signal.aborted;
    const aborted = { expired: false, timeoutMs: 0 };
    const error = isAborted ? deadlineError(this.request, aborted, "waiting to send the request") : thrown;
    if (!(error instanceof PinterestError)) throw error;
    const durationMs = this.#now() - this.#startedAt;
    return error.conclude(
      { attempts: this.#attempts, durationMs, unclear: this.#unclear },
      this.#note(error),
    );
  }

  #note(error: PinterestError): string | undefined {
    const now = this.#now();
    if (error.kind === "timeout" && now >= this.#endsAt) {
      return `The operation's time limit has passed (${this.#timeLimit()}).`;
    }
    if (!(error instanceof PinterestApiError) || error.retryAfterMs === undefined) return undefined;
    const until = now + error.retryAfterMs;
    const beyond =
      until < this.#endsAt ? "" : `, which is longer than the operation's time limit (${this.#timeLimit()})`;
    return `The answer asks to wait until ${formatTime(until, now)}${beyond}.`;
  }

  /** Reports the end of the operation to `onOperation`. */
  report(error?: PinterestError): void {
    const { operation, externalBusinessId, account, path } = this.request;
    const { address, onOperation } = this.pipeline;
    const { status, requestId, rate } = this.#last;
    onOperation({
      operation,
      externalBusinessId,
      account,
      method: this.#operation.method,
      host: address.host,
      path: address.basePath + path,
      startedAt: this.#startedAt,
      durationMs: this.#endedAt - this.#startedAt,
      attempts: this.#attempts,
      status,
      requestId,
      rate,
      error,
    });
  }

  /** The time limit and its source, for messages. */
  #timeLimit(): string {
    return `${formatSeconds(this.#endsAt - this.#startedAt)}, ${this.#limitedBy}`;
  }

  #timeLeftMs(): number {
    return Math.max(1, Math.ceil(this.#endsAt - this.#now()));
  }

  #now(): number {
    return this.pipeline.clock.now();
  }
}

function refusalText(error: PinterestApiError): string {
  const { apiMessage, requestId } = error;
  return answerText(error, [apiMessage]) + (requestId === undefined ? "" : `, request ID ${requestId}`);
}
