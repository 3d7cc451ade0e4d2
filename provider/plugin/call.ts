import { AsyncLocalStorage } from "node:async_hooks";
import type { AmbientLimits } from "../pinterest";
import { systemClock } from "../pinterest/clock";
import { maxTimeoutMs } from "../pinterest/deadline";

/** How long a call goes on beyond its time where it does not end by itself, in milliseconds. */
const graceMs = 250;

/** A call of the engine. */
export interface EngineCall {
  /** The resource that it is about; "" where it is about none. */
  readonly urn: string;
  readonly limits: AmbientLimits;
}

/** The calls of the engine that are under way: whatever is done for one knows which, and all end when the engine cancels. */
export class EngineCalls {
  readonly #current = new AsyncLocalStorage<EngineCall>();
  readonly #cancelled = new AbortController();

  /** The call that the asking code runs for, if any. */
  get current(): EngineCall | undefined {
    return this.#current.getStore();
  }

  /**
   * Does what a call asks for.
   *
   * @param timeoutSeconds what the resource's customTimeouts allow it; 0 is no such limit.
   */
  run<T>(urn: string, timeoutSeconds: number, action: () => Promise<T>): Promise<T> {
    return this.#current.run({ urn, limits: this.#limits(timeoutSeconds * 1000) }, action);
  }

  #limits(givenMs: number): AmbientLimits {
    const { signal } = this.#cancelled;
    if (givenMs <= 0) return { signal };
    const timeoutMs = Math.min(givenMs, maxTimeoutMs - graceMs);
    return {
      // Later than requests end by themselves, who can say what they waited for.
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs + graceMs)]),
      endsAt: systemClock.now() + timeoutMs,
      setBy: "the resource's customTimeouts",
    };
  }

  /** Waits; a call that ends meanwhile ends the wait, with an error that says so. */
  async sleep(milliseconds: number): Promise<void> {
    const { signal, setBy } = this.current?.limits ?? {};
    try {
      await systemClock.sleep(milliseconds, signal);
    } catch {
      throw new Error(
        this.#cancelled.signal.aborted
          ? "cancelled while waiting"
          : `the time was up while waiting (${setBy})`,
      );
    }
  }

  /** Ends all calls, and those to come. */
  cancel(): void {
    this.#cancelled.abort();
  }
}
