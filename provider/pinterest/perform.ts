import { type AttemptResult, attempt, type Connection, type OperationRequest } from "./attempt";
import { isAuthentication } from "./classify";
import { startDeadline } from "./deadline";
import { PinterestAbortedError, PinterestError } from "./errors";
import { credentialsError, givenUp } from "./failures";
import type { OperationEvent } from "./operation-event";
import { operations } from "./operations";
import { rateLimitBackoff } from "./retry/backoff";
import { type RetryPolicy, retrying } from "./retry/retrying";
import { isRateLimited, mayRepeat } from "./retry/transient";

/** What all operations of a client have in common. */
export interface Pipeline {
  readonly connection: Connection;
  readonly policy: Required<RetryPolicy>;
  readonly onWait: (message: string) => void;
  readonly onOperation: (event: OperationEvent) => void;
}

/** When an operation ends, if not by its answer. */
export interface CallLimits {
  readonly requestTimeoutMs: number;
  readonly operationTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Carries one operation out: as many requests as it takes and may take. Whatever goes wrong is a PinterestError. */
export async function perform<T>(
  pipeline: Pipeline,
  request: OperationRequest<T>,
  limits: CallLimits,
): Promise<T> {
  return new Performance(pipeline, request, limits).run();
}

class Performance<T> {
  readonly #pipeline: Pipeline;
  readonly #request: OperationRequest<T>;
  readonly #limits: CallLimits;
  readonly #startedAt: number;
  readonly #endsAt: number;
  #attempts = 0;
  #waitedMs = 0;
  #renewed = false;
  #last: AttemptResult<T> | undefined;

  constructor(pipeline: Pipeline, request: OperationRequest<T>, limits: CallLimits) {
    this.#pipeline = pipeline;
    this.#request = request;
    this.#limits = limits;
    this.#startedAt = this.#now();
    this.#endsAt = this.#startedAt + limits.operationTimeoutMs;
  }

  async run(): Promise<T> {
    try {
      const value = await retrying(() => this.#admitted(), {
        ...this.#pipeline.policy,
        timeoutMs: this.#endsAt - this.#now(),
        retryable: (error) => mayRepeat(operations[this.#request.operation], error),
        onWait: ({ waitMs }) => {
          this.#waitedMs += waitMs;
        },
        ...(this.#limits.signal === undefined ? {} : { signal: this.#limits.signal }),
      });
      this.#report();
      return value;
    } catch (thrown) {
      const error = this.#ended(thrown);
      this.#report(error);
      throw error;
    }
  }

  /** Sends until no rate limit is in the way. */
  async #admitted(): Promise<T> {
    const { policy } = this.#pipeline;
    for (let refusals = 0; ; refusals += 1) {
      const { outcome } = await this.#authenticated();
      if ("value" in outcome) return outcome.value;
      const { error } = outcome;
      if (!isRateLimited(error) || policy.maxAttempts === 1) throw error;
      const waitMs = rateLimitBackoff(refusals, error.retryAfterMs, policy.clock);
      if (this.#now() + waitMs >= this.#endsAt) throw error;
      this.#waitedMs += waitMs;
      await policy.clock.sleep(waitMs, this.#limits.signal);
    }
  }

  /** Sends, and once more where the token was refused and there is another. */
  async #authenticated(): Promise<AttemptResult<T>> {
    const result = await this.#once();
    if (this.#renewed || !("error" in result.outcome) || !isAuthentication(result.outcome.error))
      return result;
    this.#renewed = true;
    return (await this.#renew(result.token ?? "")) ? this.#once() : result;
  }

  async #renew(refused: string): Promise<boolean> {
    const { credentials } = this.#pipeline.connection;
    if (credentials.renew === undefined) return false;
    const deadline = startDeadline(this.#timeLeft(), this.#limits.signal);
    try {
      return (await deadline.race(async () => credentials.renew?.(refused, deadline.signal))) ?? false;
    } catch (error) {
      if (deadline.signal.aborted)
        throw givenUp(this.#request, deadline, "getting another access token", false);
      throw credentialsError(this.#request, error);
    } finally {
      deadline.stop();
    }
  }

  async #once(): Promise<AttemptResult<T>> {
    this.#attempts += 1;
    this.#last = await attempt(this.#pipeline.connection, this.#request, {
      timeoutMs: this.#timeLeft(),
      signal: this.#limits.signal,
    });
    return this.#last;
  }

  /** For one request, in milliseconds. */
  #timeLeft(): number {
    return Math.max(1, Math.ceil(Math.min(this.#limits.requestTimeoutMs, this.#endsAt - this.#now())));
  }

  #ended(thrown: unknown): PinterestError {
    const error = thrown instanceof PinterestError ? thrown : this.#cancelled(thrown);
    return error.conclude({
      attempts: this.#attempts,
      waitedMs: Math.round(this.#waitedMs),
      durationMs: this.#now() - this.#startedAt,
    });
  }

  /** A wait was ended by the signal. What the last request left open is still open. */
  #cancelled(thrown: unknown): PinterestError {
    if (!this.#limits.signal?.aborted) throw thrown;
    const last = this.#last?.outcome;
    const outcome = last !== undefined && "error" in last ? last.error.outcome : "never-sent";
    return new PinterestAbortedError(this.#request, outcome, "waiting to send the request again");
  }

  #report(error?: PinterestError): void {
    const { operation, externalBusinessId, account, path } = this.#request;
    const { address } = this.#pipeline.connection;
    const { answer, requestId } = this.#last ?? {};
    try {
      this.#pipeline.onOperation({
        operation,
        ...(externalBusinessId === undefined ? {} : { externalBusinessId }),
        ...(account === undefined ? {} : { account }),
        method: operations[operation].method,
        host: new URL(address.origin).host,
        path: address.basePath + path,
        startedAt: this.#startedAt,
        durationMs: this.#now() - this.#startedAt,
        attempts: this.#attempts,
        ...(answer === undefined ? {} : { status: answer.status }),
        ...(requestId === undefined ? {} : { requestId }),
        ...(error === undefined ? {} : { error }),
      });
    } catch {
      // An observer's failure is none of the operation.
    }
  }

  #now(): number {
    return this.#pipeline.policy.clock.now();
  }
}
