import type { AttemptResult, Connection, OperationRequest } from "./attempt";
import { attempted } from "./error-message";
import { PinterestAbortedError, PinterestApiError } from "./errors";
import type { KeyedQueue } from "./keyed-queue";
import type { OperationEvent } from "./operation-event";
import { operations } from "./operations";
import { PinterestError } from "./pinterest-error";
import type { RateBudget } from "./rate/budget";
import { untilText } from "./rate/wait-text";
import type { RetryPolicy, RetryWait } from "./retry/retrying";
import { waitNotice } from "./retry/wait-notice";
import type { RequestGate } from "./shared-cap";

/** What all operations of a client have in common. */
export interface Pipeline {
  readonly connection: Connection;
  readonly budget: RateBudget;
  /** By external business id. */
  readonly writes: KeyedQueue;
  readonly policy: Required<RetryPolicy>;
  readonly gate: RequestGate | undefined;
  readonly onWait: (message: string) => void;
  readonly onOperation: ((event: OperationEvent) => void) | undefined;
}

/** When an operation ends, if not by its answer. */
export interface CallLimits {
  readonly requestTimeoutMs: number;
  readonly operationTimeoutMs: number;
  /** What has set it, for messages. */
  readonly operationTimeoutOf: string;
  readonly signal: AbortSignal | undefined;
  /** Whether it gives way to all others. */
  readonly aside: boolean;
}

let tickets = 0;

/** One operation on its way: what is to be done, by when, and what has come of it so far. */
export class Progress<T> {
  /** Its place among all operations: earlier ones go first. */
  readonly ticket: number;
  /** The client's, or one without repetition for an operation aside. */
  readonly policy: Required<RetryPolicy>;
  readonly startedAt: number;
  readonly endsAt: number;
  attempts = 0;
  waitedMs = 0;
  /** Whether a write may have been carried out, though it failed. */
  unclear = false;
  /** How the last request ended. */
  last: AttemptResult<T> | undefined;

  constructor(
    readonly pipeline: Pipeline,
    readonly request: OperationRequest<T>,
    readonly limits: CallLimits,
  ) {
    this.policy = limits.aside ? { ...pipeline.policy, maxAttempts: 1 } : pipeline.policy;
    this.ticket = limits.aside ? Number.POSITIVE_INFINITY : tickets++;
    this.startedAt = this.now();
    this.endsAt = this.startedAt + limits.operationTimeoutMs;
  }

  now(): number {
    return this.policy.clock.now();
  }

  /** What one request may take, in milliseconds. */
  requestTimeMs(): number {
    return Math.min(this.limits.requestTimeoutMs, this.timeLeftMs());
  }

  /** What is left of the operation's time, in milliseconds. */
  timeLeftMs(): number {
    return Math.max(1, Math.ceil(this.endsAt - this.now()));
  }

  /** A request has ended. */
  ended(result: AttemptResult<T>): void {
    this.last = result;
    const isWrite = operations[this.request.operation].method !== "GET";
    if (isWrite && this.lastError()?.outcome === "unknown") this.unclear = true;
  }

  /** The error of the last request; undefined if there was none, of either. */
  lastError(): PinterestError | undefined {
    const outcome = this.last?.outcome;
    return outcome !== undefined && "error" in outcome ? outcome.error : undefined;
  }

  /** A wait before another request begins. */
  waits(wait: RetryWait): void {
    this.waitedMs += wait.waitMs;
    const notice = waitNotice(attempted(this.request), wait);
    if (notice !== undefined) this.pipeline.onWait(notice);
  }

  /** The error to throw, which tells of the whole operation. */
  failed(thrown: unknown): PinterestError {
    const error = thrown instanceof PinterestError ? thrown : this.#cancelled(thrown);
    const effort = {
      attempts: this.attempts,
      waitedMs: Math.round(this.waitedMs),
      durationMs: this.now() - this.startedAt,
      unclear: this.unclear,
    };
    return error.conclude(effort, this.#outOfTime(error) || this.#askedToWait(error));
  }

  /** A wait was ended by the signal. */
  #cancelled(thrown: unknown): PinterestError {
    if (!this.limits.signal?.aborted) throw thrown;
    return new PinterestAbortedError(this.request, "never-sent", "waiting to send the request");
  }

  /** That the time of the whole operation was up, and who set it. */
  #outOfTime(error: PinterestError): string {
    if (error.kind !== "timeout" || this.now() < this.endsAt) return "";
    return `That is all the time that it may take (${this.#allowed()}).`;
  }

  /** The time that the operation may take, and what has set it. */
  #allowed(): string {
    const { operationTimeoutMs, operationTimeoutOf } = this.limits;
    return `${Math.round(operationTimeoutMs / 100) / 10} s, ${operationTimeoutOf}`;
  }

  /** Until when the server asks to wait, and why that was not done. */
  #askedToWait(error: PinterestError): string {
    if (!(error instanceof PinterestApiError) || error.retryAfterMs === undefined) return "";
    const until = this.now() + error.retryAfterMs;
    const beyond = until < this.endsAt ? "" : `, longer than this operation may take (${this.#allowed()})`;
    return `It asks to wait ${untilText(until, this.now())}${beyond}.`;
  }

  /** Tells the observer that the operation has ended. */
  report(error?: PinterestError): void {
    const { operation, externalBusinessId, account, path } = this.request;
    const { address } = this.pipeline.connection;
    const { answer, requestId } = this.last ?? {};
    this.pipeline.onOperation?.({
      operation,
      ...(externalBusinessId === undefined ? {} : { externalBusinessId }),
      ...(account === undefined ? {} : { account }),
      method: operations[operation].method,
      host: address.host,
      path: address.basePath + path,
      startedAt: this.startedAt,
      durationMs: this.now() - this.startedAt,
      attempts: this.attempts,
      ...(answer === undefined ? {} : { status: answer.status }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(error === undefined ? {} : { error }),
    });
  }
}
