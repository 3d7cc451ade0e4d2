import { AsyncLocalStorage } from "node:async_hooks";
import type { KeyedQueue } from "./async";
import type { OperationEvent, ResponseEvent } from "./client-options";
import { formatSeconds, formatTime } from "./clock";
import { abortedError, credentialsError, gateError, timeoutError } from "./error-mapping";
import {
  answerText,
  describeOperation,
  isAuthentication,
  isRateLimited,
  PinterestApiError,
  PinterestError,
} from "./errors";
import type { RequestGate } from "./fleet-environment";
import { operations, rateCategoryOf } from "./operations";
import type { Delay, Usage } from "./rate-limits";
import { type Admission, AdmissionTooLate, type RateQueue } from "./rate-queue";
import { backoff, mayRepeat, type RetryPolicy, retrying } from "./retry";
import { type Connection, type Exchange, exchange, inTime, type OperationRequest } from "./transport";

/** What all operations of a client share. */
export interface Pipeline extends Connection {
  readonly policy: Required<RetryPolicy>;
  readonly rateQueue: RateQueue;
  /** Writes by external business ID: Pinterest answers 429 if writes to one integration follow each other closely. */
  readonly writes: KeyedQueue;
  readonly gate: RequestGate | undefined;
  readonly onWait: (message: string) => void;
  readonly onOperation: (event: OperationEvent) => void;
  readonly onResponse: (event: ResponseEvent) => void;
}

export interface OperationLimits {
  readonly requestTimeoutMs: number;
  readonly operationTimeoutMs: number;
  /** The setting that `operationTimeoutMs` comes from, for messages. */
  readonly operationTimeoutSource: string;
  readonly signal: AbortSignal | undefined;
  readonly background: boolean;
}

/** A retry with less time than this would time out and hide the error before it, in milliseconds. */
const minRetryTimeMs = 100;

let operationsStarted = 0;

/** One run of an operation. */
export class OperationRun<T> {
  readonly #policy: Required<RetryPolicy>;
  /** Place among all operations: earlier ones are sent first. */
  readonly #order: number;
  readonly #startedAt: number;
  readonly #endsAt: number;
  #attempts = 0;
  /** Whether the outcome of an attempt of a write is unknown. */
  #unclear = false;
  #tokenRenewed = false;
  /** Whether the next request would be sent too late, so that the last error is final. */
  #tooLate = false;
  /** The last request. */
  #last: Partial<Exchange<T>> = {};

  constructor(
    private readonly pipeline: Pipeline,
    private readonly request: OperationRequest<T>,
    private readonly limits: OperationLimits,
  ) {
    this.#policy = limits.background ? { ...pipeline.policy, maxAttempts: 1 } : pipeline.policy;
    this.#order = limits.background ? Number.POSITIVE_INFINITY : operationsStarted++;
    this.#startedAt = this.#now();
    this.#endsAt = this.#startedAt + limits.operationTimeoutMs;
  }

  /**
   * Waits for earlier writes to the same integration, and sends the request: with retries, waits for rate limits, and renewal of a refused token.
   *
   * @throws PinterestError
   */
  async perform(): Promise<T> {
    const { externalBusinessId } = this.request;
    const send = () => this.#sendWithRetries();
    try {
      const value =
        this.#isWrite && externalBusinessId !== undefined
          ? await this.pipeline.writes.run(externalBusinessId, send, this.limits.signal)
          : await send();
      this.#report();
      return value;
    } catch (thrown) {
      const error = this.#conclude(thrown);
      this.#report(error);
      throw error;
    }
  }

  #sendWithRetries(): Promise<T> {
    const { signal } = this.limits;
    return retrying(() => this.#sendUntilAccepted(), {
      ...this.#policy,
      timeoutMs: this.#endsAt - this.#now(),
      retryable: (error) => !this.#tooLate && mayRepeat(this.#operation, error),
      signal,
    });
  }

  /** Sends the request again after a rate limit, and once after a refused token. These do not count as attempts of the retry policy. */
  async #sendUntilAccepted(): Promise<T> {
    let backOff: Delay | undefined;
    for (let refusals = 0; ; ) {
      try {
        return await this.#sendOnce(backOff);
      } catch (error) {
        if (this.#tooLate) throw error;
        backOff = undefined;
        if (isAuthentication(error) && (await this.#renewToken())) continue;
        if (!isRateLimited(error) || this.#policy.maxAttempts === 1) throw error;
        backOff = { until: this.#now() + backoff(refusals), reason: `Pinterest (${refusalText(error)})` };
        refusals += 1;
      }
    }
  }

  /** @returns whether another token is available. */
  async #renewToken(): Promise<boolean> {
    const { credentials } = this.pipeline;
    if (this.#tokenRenewed || credentials.renew === undefined) return false;
    this.#tokenRenewed = true;
    const renew = async (signal: AbortSignal) =>
      (await credentials.renew?.(this.#last.token ?? "", signal)) ?? false;
    return inTime(this.request, this.#requestLimits, "getting another access token", renew, credentialsError);
  }

  /** Sends one request when rate limits admit it. */
  async #sendOnce(backOff: Delay | undefined): Promise<T> {
    const { pipeline, request } = this;
    const admission = await this.#admission(backOff);
    let usage: Usage = { sent: false };
    try {
      if (pipeline.gate !== undefined) {
        const during = "waiting for the fleet's request limit";
        await inTime(request, this.#requestLimits, during, pipeline.gate, gateError);
      }
      this.#attempts += 1;
      const last = await exchange(pipeline, request, this.#requestLimits);
      this.#last = last;
      usage = this.#usageOf(last);
      this.#observe(last);
      if (last.error === undefined) return last.value;
      this.#unclear ||= this.#isWrite && last.error.outcome === "unknown";
      throw last.error;
    } finally {
      admission.end(usage);
    }
  }

  /** Waits until rate limits admit the request. */
  async #admission(backOff: Delay | undefined): Promise<Admission> {
    const { rateQueue, onWait } = this.pipeline;
    const category = rateCategoryOf(this.#operation);
    const { signal } = this.limits;
    signal?.throwIfAborted();
    const endsAt = this.#endsAt - (this.#last.error === undefined ? 0 : minRetryTimeMs);
    const immediate = backOff === undefined ? rateQueue.admitAtOnce(category) : undefined;
    try {
      const admission =
        immediate ??
        (await rateQueue.admit({
          category,
          order: this.#order,
          endsAt,
          backOff,
          doing: describeOperation(this.request),
          signal,
          // The notice belongs to this operation, also if another one's timer sends it.
          onWait: AsyncLocalStorage.bind(onWait),
        }));
      // Earlier writes may have taken all of the time, and timers are late on a busy machine.
      if (this.#now() < endsAt) return admission;
      admission.end({ sent: false });
    } catch (error) {
      if (!(error instanceof AdmissionTooLate)) throw error;
      const { reason, until } = error.delay;
      if (until !== Number.POSITIVE_INFINITY) throw this.#outOfTime(this.#rateLimitError(reason, until));
    }
    const during =
      immediate === undefined
        ? "waiting for a rate limit"
        : "waiting for earlier writes of the same integration";
    throw this.#outOfTime(timeoutError(this.request, this.limits.operationTimeoutMs, during));
  }

  #rateLimitError(reason: string, availableAt: number): PinterestError {
    const until = formatTime(availableAt, this.#now());
    return new PinterestError(this.request, {
      kind: "rate-limit",
      outcome: "never-sent",
      summary: `rate limited by ${reason} until ${until}, which is longer than the operation's time limit (${this.#timeLimit()})`,
      remedy: `The request was not sent. Run again after that time. If that is at most an hour, you can raise ${this.limits.operationTimeoutSource} instead.`,
    });
  }

  /** The final error if no further request can be sent in time. The error of an earlier attempt says more. */
  #outOfTime(error: PinterestError): PinterestError {
    this.#tooLate = true;
    return this.#last.error ?? error;
  }

  /** How a request counts against rate limits. One without a response may have reached Pinterest, and counts. */
  #usageOf({ status, rate, error }: Exchange<T>): Usage {
    return {
      sent: status !== undefined || error?.outcome !== "never-sent",
      report: rate,
      refusal: isRateLimited(error)
        ? {
            retryAfterMs: error.retryAfterMs,
            reason: refusalText(error),
            delaysOthers: !this.limits.background,
          }
        : undefined,
    };
  }

  #observe({ status, requestId, rate }: Exchange<T>): void {
    const { operation, account } = this.request;
    if (status === undefined || rate === undefined) return;
    this.pipeline.onResponse({ operation, account, status, requestId, rate });
  }

  /** The error to throw, with the attempts, waits and time limits of the whole operation. */
  #conclude(thrown: unknown): PinterestError {
    const isAborted = !(thrown instanceof PinterestError) && this.limits.signal?.aborted;
    const error = isAborted ? abortedError(this.request, "waiting to send the request") : thrown;
    if (!(error instanceof PinterestError)) throw error;
    const effort = {
      attempts: this.#attempts,
      durationMs: this.#now() - this.#startedAt,
      unclear: this.#unclear,
    };
    return error.conclude(effort, this.#note(error));
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

  #timeLimit(): string {
    const { operationTimeoutMs, operationTimeoutSource } = this.limits;
    return `${formatSeconds(operationTimeoutMs)}, ${operationTimeoutSource}`;
  }

  #report(error?: PinterestError): void {
    const { operation, externalBusinessId, account, path } = this.request;
    const { address } = this.pipeline;
    this.pipeline.onOperation({
      operation,
      externalBusinessId,
      account,
      method: this.#operation.method,
      host: address.host,
      path: address.basePath + path,
      startedAt: this.#startedAt,
      durationMs: this.#now() - this.#startedAt,
      attempts: this.#attempts,
      status: this.#last.status,
      requestId: this.#last.requestId,
      error,
    });
  }

  get #operation() {
    return operations[this.request.operation];
  }

  get #isWrite(): boolean {
    return this.#operation.method !== "GET";
  }

  get #requestLimits() {
    const { requestTimeoutMs, signal } = this.limits;
    const timeLeftMs = () => Math.max(1, Math.ceil(this.#endsAt - this.#now()));
    return { requestTimeoutMs, timeLeftMs, signal };
  }

  #now(): number {
    return this.pipeline.clock.now();
  }
}

function refusalText(error: PinterestApiError): string {
  const { apiMessage, requestId } = error;
  return answerText(error, [apiMessage]) + (requestId === undefined ? "" : `, request id ${requestId}`);
}
