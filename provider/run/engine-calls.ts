import { AsyncLocalStorage } from "node:async_hooks";
import type { AmbientLimits } from "../api";
import { maxTimeoutMs, waitFor } from "../base/async";
import { systemClock } from "../base/clock";

/** Time after its time limit at which a call is aborted. Its requests end at the limit, with a better message. */
const graceMs = 250;

/** Longest time in which an aborted call can report its own error. */
const reportMs = 1500;

/** The wait for the responses of aborted calls to leave the process. */
const responseMs = 100;

export interface EngineCall {
  /** The call's resource, or an empty string for a call without a resource. */
  readonly urn: string;
  /** The signal is aborted at the time limit, and when the engine cancels. */
  readonly limits: AmbientLimits & { readonly signal: AbortSignal };
}

export class EngineCalls {
  private readonly calls = new AsyncLocalStorage<EngineCall>();
  private readonly inProgress = new Set<Promise<unknown>>();
  private canceled = new AbortController();

  /** The call for which the current code runs. */
  get current(): EngineCall | undefined {
    return this.calls.getStore();
  }

  /**
   * Runs the action of a call. Rejects if the call is aborted, at most 1.5 s later, so that the action can report its own error.
   *
   * @param timeoutSeconds the time limit of the resource's customTimeouts, or 0 for none.
   */
  async run<T>(urn: string, timeoutSeconds: number, action: () => Promise<T>): Promise<T> {
    const call = { urn, limits: callLimits(this.canceled.signal, timeoutSeconds * 1000) };
    const late = new AbortController();
    const reject = () => late.abort(new Error(abortReason(call)));
    const onAbort = () => setTimeout(reject, reportMs).unref();
    const { signal } = call.limits;
    signal.addEventListener("abort", onAbort);
    const running = this.calls.run(call, () => waitFor(action(), late.signal));
    this.inProgress.add(running);
    try {
      return await running;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.inProgress.delete(running);
    }
  }

  /** @throws Error if the current call is aborted. */
  async sleep(milliseconds: number): Promise<void> {
    const call = this.current;
    try {
      await systemClock.sleep(milliseconds, call?.limits.signal);
    } catch (error) {
      throw call === undefined ? error : new Error(`${abortReason(call)}, while waiting`);
    }
  }

  /** Aborts the calls in progress, and waits until their responses are sent. */
  async cancel(): Promise<void> {
    this.canceled.abort();
    // Each engine that attached to this process cancels when it ends.
    this.canceled = new AbortController();
    if (this.inProgress.size === 0) return;
    await Promise.allSettled(this.inProgress);
    await systemClock.sleep(responseMs);
  }
}

function callLimits(canceled: AbortSignal, customTimeoutMs: number): EngineCall["limits"] {
  if (customTimeoutMs <= 0) return { signal: canceled };
  const timeoutMs = Math.min(customTimeoutMs, maxTimeoutMs - graceMs);
  return {
    signal: AbortSignal.any([canceled, AbortSignal.timeout(timeoutMs + graceMs)]),
    endsAt: systemClock.now() + timeoutMs,
    setBy: "the resource's customTimeouts",
  };
}

function abortReason({ limits: { signal, setBy } }: EngineCall): string {
  return signal.reason.name === "TimeoutError" ? `timed out: ${setBy} limit this operation` : "canceled";
}
