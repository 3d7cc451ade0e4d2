import { AsyncLocalStorage } from "node:async_hooks";
import type { AmbientLimits } from "../api";
import { maxTimeoutMs } from "../api/async";
import { systemClock } from "../api/clock";

/** How long a call goes on beyond its time where its requests do not end by themselves, in milliseconds. */
const graceMs = 250;

/** How long a call that was ended may take to say what came of it, in milliseconds. */
const lastWordMs = 1500;

/** A call of the engine. */
export interface EngineCall {
  /** The resource that it is about; "" where it is about none. */
  readonly urn: string;
  readonly limits: AmbientLimits;
  /** Aborted when the engine cancels. */
  readonly cancelled: AbortSignal;
}

/** The calls of the engine that are under way: whatever is done for one knows which, and all end when the engine cancels. */
export class EngineCalls {
  readonly #current = new AsyncLocalStorage<EngineCall>();
  #cancelled = new AbortController();

  /** The call that the asking code runs for, if any. */
  get current(): EngineCall | undefined {
    return this.#current.getStore();
  }

  /**
   * Does what a call asks for. Rejects when the call is ended, at the latest after a second and a half in which the action may say itself
   * what it left.
   *
   * @param timeoutSeconds what the resource's customTimeouts allow it; 0 is no such limit.
   */
  run<T>(urn: string, timeoutSeconds: number, action: () => Promise<T>): Promise<T> {
    // A signal for each: Node takes many listeners to a single one for a leak.
    const cancelled = AbortSignal.any([this.#cancelled.signal]);
    const limits = limitsOf(cancelled, timeoutSeconds * 1000);
    const call = { urn, limits, cancelled };
    return this.#current.run(call, () => endedWith(limits.signal, action(), () => new Error(whyEnded(call))));
  }

  /** Waits; a call that ends meanwhile ends the wait, with an error that says so. */
  async sleep(milliseconds: number): Promise<void> {
    const call = this.current;
    try {
      await systemClock.sleep(milliseconds, call?.limits.signal);
    } catch (error) {
      throw call === undefined ? error : new Error(`${whyEnded(call)}, while waiting`);
    }
  }

  /** Ends the calls that are under way. */
  cancel(): void {
    this.#cancelled.abort();
    // A plugin that engines attach themselves to is cancelled by each that ends.
    this.#cancelled = new AbortController();
  }
}

type Limits = AmbientLimits & { readonly signal: AbortSignal };

function limitsOf(cancelled: AbortSignal, givenMs: number): Limits {
  if (givenMs <= 0) return { signal: cancelled };
  const timeoutMs = Math.min(givenMs, maxTimeoutMs - graceMs);
  return {
    // Later than requests end by themselves, who can say what they waited for.
    signal: AbortSignal.any([cancelled, AbortSignal.timeout(timeoutMs + graceMs)]),
    endsAt: systemClock.now() + timeoutMs,
    setBy: "the resource's customTimeouts",
  };
}

function whyEnded({ cancelled, limits: { setBy } }: EngineCall): string {
  return cancelled.aborted ? "cancelled" : `the time is up that ${setBy} allow`;
}

/** Settles as the action does, or rejects some time after the signal. */
async function endedWith<T>(signal: AbortSignal, action: Promise<T>, error: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(error()), lastWordMs);
    };
    signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([action, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
