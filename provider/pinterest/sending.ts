import { AsyncLocalStorage } from "node:async_hooks";
import { type AttemptResult, attempt } from "./attempt";
import { isAuthentication } from "./classify";
import { startDeadline } from "./deadline";
import { attempted, type ErrorContext } from "./error-message";
import { PinterestTimeoutError, PinterestTooLateError } from "./errors";
import { credentialsError, gateError, givenUp } from "./failures";
import { operations } from "./operations";
import type { PinterestError } from "./pinterest-error";
import type { Progress } from "./progress";
import type { Usage } from "./rate/account-limits";
import { type Admission, AdmissionTooLate } from "./rate/budget";
import { readRateReport } from "./rate/header";
import { untilText } from "./rate/wait-text";
import { backoffBound } from "./retry/backoff";
import { isRateLimited } from "./retry/transient";
import type { RequestGate } from "./shared-cap";

/** With less time than this, in milliseconds, a repetition would be given up before its answer, and hide the failure before it. */
const leastForRepetitionMs = 100;

/** Sends an operation's request until neither a rate limit nor an outdated token is in its way. */
export class Sending<T> {
  #renewed = false;
  /** Whether the next request would have to wait beyond the operation's end. */
  tooLate = false;

  constructor(private readonly progress: Progress<T>) {}

  /** @throws PinterestError, and the signal's reason if that ends a wait. */
  async send(): Promise<T> {
    const { request, pipeline, policy } = this.progress;
    const { category } = operations[request.operation];
    for (let refusals = 0; ; refusals += 1) {
      const { outcome } = await this.#authenticated();
      if ("value" in outcome) return outcome.value;
      const { error } = outcome;
      if (!isRateLimited(error) || policy.maxAttempts === 1) throw error;
      // Where others are admitted meanwhile, the category opens again each time, and this one's waits would not grow.
      const until = this.progress.now() + backoffBound(refusals);
      if (until > pipeline.budget.limits.closedUntil(category, this.progress.now()))
        await this.#pause(until, error);
    }
  }

  async #pause(until: number, error: PinterestError): Promise<void> {
    const { progress } = this;
    const { clock, maxAttempts } = progress.policy;
    if (until >= progress.endsAt) {
      this.tooLate = true;
      throw error;
    }
    const waitMs = until - progress.now();
    progress.waits({ waitMs, error, nextAttempt: progress.attempts + 1, maxAttempts });
    await clock.sleep(waitMs, progress.limits.signal);
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
    const { credentials } = this.progress.pipeline.connection;
    if (credentials.renew === undefined) return false;
    const renew = async (signal: AbortSignal) => credentials.renew?.(refused, signal);
    return (await this.#inTime("getting another access token", renew, credentialsError)) ?? false;
  }

  /** Does something that a request waits for, within the operation's time; what fails in it becomes an error of the operation. */
  async #inTime<R>(
    during: string,
    action: (signal: AbortSignal) => Promise<R>,
    failed: (context: ErrorContext, error: unknown) => PinterestError,
  ): Promise<R> {
    const { request, limits } = this.progress;
    const deadline = startDeadline(this.progress.timeLeftMs(), limits.signal);
    try {
      return await deadline.race(() => action(deadline.signal));
    } catch (error) {
      throw deadline.ended ? givenUp(request, deadline, during, false) : failed(request, error);
    } finally {
      deadline.stop();
    }
  }

  /** Sends when the rate budget admits it. */
  async #once(): Promise<AttemptResult<T>> {
    const { progress } = this;
    const { request, pipeline, limits } = progress;
    const admission = await this.#admission();
    let usage: Usage = { kind: "unsent" };
    try {
      if (pipeline.gate !== undefined) await this.#throughGate(pipeline.gate);
      progress.attempts += 1;
      const result = await attempt(pipeline.connection, request, {
        timeoutMs: progress.requestTimeMs(),
        timeoutWithTokenMs: progress.timeLeftMs(),
        signal: limits.signal,
      });
      usage = usageOf(result, limits.aside);
      progress.ended(result);
      return result;
    } finally {
      admission.end(usage);
    }
  }

  /** Leave to send, after a wait where it takes one. */
  async #admission(): Promise<Admission> {
    const { request, pipeline, limits } = this.progress;
    limits.signal?.throwIfAborted();
    const isRepetition = this.progress.lastError() !== undefined;
    const endsAt = this.progress.endsAt - (isRepetition ? leastForRepetitionMs : 0);
    const admission =
      pipeline.budget.acquireAtOnce(operations[request.operation].category) ??
      (await this.#admissionInTime(endsAt));
    // Earlier writes of the same integration may have taken all of the time, and timers are late on a busy machine.
    if (this.progress.now() < endsAt) return admission;
    admission.end({ kind: "unsent" });
    throw this.#overtaken();
  }

  async #admissionInTime(endsAt: number): Promise<Admission> {
    const { request, pipeline, limits, ticket } = this.progress;
    const from = this.progress.now();
    try {
      return await pipeline.budget.acquire({
        category: operations[request.operation].category,
        ticket,
        endsAt,
        doing: attempted(request),
        signal: limits.signal,
        // A wait is told by whatever timer comes first, and belongs to this operation all the same.
        onWait: AsyncLocalStorage.bind(pipeline.onWait),
      });
    } catch (error) {
      throw error instanceof AdmissionTooLate ? this.#late(error) : error;
    } finally {
      this.progress.waitedMs += this.progress.now() - from;
    }
  }

  /** Leave by whoever caps the requests of several processes. */
  async #throughGate(gate: RequestGate): Promise<void> {
    const from = this.progress.now();
    try {
      await this.#inTime("waiting for a cap that processes share", gate, gateError);
    } finally {
      this.progress.waitedMs += this.progress.now() - from;
    }
  }

  /** A wait, or earlier writes of the same integration, took all of the time. */
  #overtaken(): PinterestError {
    this.tooLate = true;
    return (
      this.progress.lastError() ??
      new PinterestTimeoutError(this.progress.request, "never-sent", {
        timeoutMs: this.progress.limits.operationTimeoutMs,
        during: "waiting for earlier writes of the same integration",
      })
    );
  }

  #late({ obstacle }: AdmissionTooLate): PinterestError {
    this.tooLate = true;
    return (
      this.progress.lastError() ??
      new PinterestTooLateError(this.progress.request, {
        reason: obstacle.reason,
        availableAt: obstacle.until,
        until: untilText(obstacle.until, this.progress.now()),
        timeoutMs: this.progress.limits.operationTimeoutMs,
        timeoutOf: this.progress.limits.operationTimeoutOf,
      })
    );
  }
}

/** A request that got no answer may have come in all the same, and counts. */
function usageOf({ answer, outcome }: AttemptResult<unknown>, aside: boolean): Usage {
  const error = "error" in outcome ? outcome.error : undefined;
  if (answer === undefined && error?.outcome === "never-sent") return { kind: "unsent" };
  return {
    kind: "sent",
    ...(answer === undefined ? {} : { report: readRateReport(answer) }),
    ...(isRateLimited(error) && !aside
      ? { refusal: { toldMs: error.retryAfterMs, said: error.inShort } }
      : {}),
  };
}
