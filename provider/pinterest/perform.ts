import type { AccountState } from "./account-state";
import { type AttemptResult, attempt, type Connection, type OperationRequest } from "./attempt";
import { isAuthentication } from "./classify";
import { startDeadline } from "./deadline";
import { attempted } from "./error-message";
import {
  PinterestAbortedError,
  PinterestApiError,
  PinterestError,
  PinterestTimeoutError,
  PinterestTooLateError,
} from "./errors";
import { credentialsError, givenUp } from "./failures";
import type { OperationEvent } from "./operation-event";
import { operations } from "./operations";
import { AdmissionTooLate, type Usage } from "./rate/budget";
import { readRateReport } from "./rate/header";
import { spanText, untilText } from "./rate/wait-text";
import { backoffBound } from "./retry/backoff";
import { type RetryPolicy, type RetryWait, retrying } from "./retry/retrying";
import { isRateLimited, mayRepeat } from "./retry/transient";

/** What all operations of a client have in common. */
export interface Pipeline extends AccountState {
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

/** Shorter waits are not worth a word. */
const worthTellingMs = 2_000;

let tickets = 0;

class Performance<T> {
  readonly #pipeline: Pipeline;
  readonly #request: OperationRequest<T>;
  readonly #limits: CallLimits;
  readonly #ticket = tickets++;
  readonly #startedAt: number;
  readonly #endsAt: number;
  #attempts = 0;
  #waitedMs = 0;
  #renewed = false;
  #last: AttemptResult<T> | undefined;
  /** Set when a wait would have gone beyond the operation's end. */
  #tooLate = false;

  constructor(pipeline: Pipeline, request: OperationRequest<T>, limits: CallLimits) {
    this.#pipeline = pipeline;
    this.#request = request;
    this.#limits = limits;
    this.#startedAt = this.#now();
    this.#endsAt = this.#startedAt + limits.operationTimeoutMs;
  }

  async run(): Promise<T> {
    try {
      const value = await this.#inTurn();
      this.#report();
      return value;
    } catch (thrown) {
      const error = this.#ended(thrown);
      this.#report(error);
      throw error;
    }
  }

  /** Pinterest answers 429 to writes of one integration that come close together, so they go one after the other. */
  #inTurn(): Promise<T> {
    const { operation, externalBusinessId } = this.#request;
    if (operations[operation].method === "GET" || externalBusinessId === undefined) return this.#repeated();
    return this.#pipeline.writes.run(externalBusinessId, () => this.#repeated(), this.#limits.signal);
  }

  /** Sends until an answer is final. */
  #repeated(): Promise<T> {
    const { signal } = this.#limits;
    return retrying(() => this.#admitted(), {
      ...this.#pipeline.policy,
      timeoutMs: this.#endsAt - this.#now(),
      retryable: (error) =>
        !this.#tooLate && !isRateLimited(error) && mayRepeat(operations[this.#request.operation], error),
      onWait: (wait) => {
        this.#waitedMs += wait.waitMs;
        this.#tell(wait);
      },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Sends until no rate limit is in the way. */
  async #admitted(): Promise<T> {
    const { policy, budget } = this.#pipeline;
    const { category } = operations[this.#request.operation];
    for (let refusals = 0; ; refusals += 1) {
      const { outcome } = await this.#authenticated();
      if ("value" in outcome) return outcome.value;
      const { error } = outcome;
      if (!isRateLimited(error) || policy.maxAttempts === 1) throw error;
      // Where others are admitted meanwhile, the category opens again each time, and this one would not wait longer.
      const untilMs = this.#now() + backoffBound(refusals);
      if (untilMs <= budget.closedUntil(category)) continue;
      await this.#wait(untilMs - this.#now(), error);
    }
  }

  async #wait(waitMs: number, error: PinterestError): Promise<void> {
    const { clock, maxAttempts } = this.#pipeline.policy;
    if (this.#now() + waitMs >= this.#endsAt) throw error;
    this.#waitedMs += waitMs;
    this.#tell({ waitMs, error, nextAttempt: this.#attempts + 1, maxAttempts });
    await clock.sleep(waitMs, this.#limits.signal);
  }

  /** Sends, and once more where the token was refused and there is another. */
  async #authenticated(): Promise<AttemptResult<T>> {
    const result = await this.#once();
    const refused = "error" in result.outcome && isAuthentication(result.outcome.error);
    if (!refused || this.#renewed) return result;
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
      if (deadline.signal.aborted) {
        throw givenUp(this.#request, deadline, "getting another access token", false);
      }
      throw credentialsError(this.#request, error);
    } finally {
      deadline.stop();
    }
  }

  /** Sends when the rate budget admits it. */
  async #once(): Promise<AttemptResult<T>> {
    const { budget, connection, onWait } = this.#pipeline;
    const { signal } = this.#limits;
    if (this.#now() >= this.#endsAt) throw this.#overtaken();
    const waitedFrom = this.#now();
    let admission: Awaited<ReturnType<typeof budget.acquire>>;
    try {
      admission = await budget.acquire({
        category: operations[this.#request.operation].category,
        ticket: this.#ticket,
        endsAt: this.#endsAt,
        doing: attempted(this.#request),
        signal,
        onWait,
      });
    } catch (error) {
      throw error instanceof AdmissionTooLate ? this.#late(error) : error;
    } finally {
      this.#waitedMs += this.#now() - waitedFrom;
    }
    let usage: Usage = { kind: "unsent" };
    try {
      this.#attempts += 1;
      this.#last = await attempt(connection, this.#request, { timeoutMs: this.#timeLeft(), signal });
      usage = usageOf(this.#last);
      return this.#last;
    } finally {
      admission.end(usage);
    }
  }

  #late({ obstacle }: AdmissionTooLate): PinterestError {
    this.#tooLate = true;
    const last = this.#last?.outcome;
    if (last !== undefined && "error" in last) return last.error;
    return new PinterestTooLateError(this.#request, {
      reason: obstacle.reason,
      availableAt: obstacle.until,
      until: untilText(obstacle.until, this.#now()),
      timeoutMs: this.#limits.operationTimeoutMs,
    });
  }

  /** Earlier writes of the same integration took all of the time. */
  #overtaken(): PinterestError {
    return new PinterestTimeoutError(this.#request, "never-sent", {
      timeoutMs: this.#limits.operationTimeoutMs,
      during: "waiting for earlier writes of the same integration",
    });
  }

  /** For one request, in milliseconds. */
  #timeLeft(): number {
    return Math.max(1, Math.ceil(Math.min(this.#limits.requestTimeoutMs, this.#endsAt - this.#now())));
  }

  #tell({ waitMs, error, nextAttempt, maxAttempts }: RetryWait): void {
    if (waitMs <= worthTellingMs) return;
    const which = isRateLimited(error)
      ? `attempt ${nextAttempt}`
      : `attempt ${nextAttempt} of ${maxAttempts}`;
    const why = error instanceof PinterestError ? error.inShort : "a failure";
    this.#pipeline.onWait(
      `${attempted(this.#request)} waits ${spanText(waitMs)} after ${why}, then makes ${which}`,
    );
  }

  #ended(thrown: unknown): PinterestError {
    const error = thrown instanceof PinterestError ? thrown : this.#cancelled(thrown);
    const effort = {
      attempts: this.#attempts,
      waitedMs: Math.round(this.#waitedMs),
      durationMs: this.#now() - this.#startedAt,
    };
    return error.conclude(effort, this.#toldText(error));
  }

  /** Until when the server asks to wait, and why that was not done. */
  #toldText(error: PinterestError): string {
    if (!(error instanceof PinterestApiError) || error.retryAfterMs === undefined) return "";
    const until = this.#now() + error.retryAfterMs;
    const beyond =
      until < this.#endsAt
        ? ""
        : `, longer than this operation may take (${this.#limits.operationTimeoutMs / 1000} s, pinterest:operationTimeout)`;
    return `It asks to wait ${untilText(until, this.#now())}${beyond}.`;
  }

  /** A wait was ended by the signal. What the last request left open is still open. */
  #cancelled(thrown: unknown): PinterestError {
    if (!this.#limits.signal?.aborted) throw thrown;
    const last = this.#last?.outcome;
    const outcome = last !== undefined && "error" in last ? last.error.outcome : "never-sent";
    return new PinterestAbortedError(this.#request, outcome, "waiting to send the request");
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

/** A request that got no answer may have come in all the same, and counts. */
function usageOf({ answer, outcome }: AttemptResult<unknown>): Usage {
  const error = "error" in outcome ? outcome.error : undefined;
  if (answer === undefined && error?.outcome === "never-sent") return { kind: "unsent" };
  return {
    kind: "sent",
    ...(answer === undefined ? {} : { report: readRateReport(answer) }),
    ...(isRateLimited(error) ? { refusal: { toldMs: error.retryAfterMs, said: error.inShort } } : {}),
  };
}
