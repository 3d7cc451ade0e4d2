import { AsyncLocalStorage } from "node:async_hooks";
import type { AmbientLimits } from "../pinterest";
import { anySignal } from "../pinterest/ambient-limits";
import { systemClock } from "../pinterest/clock";

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
    const limits =
      timeoutSeconds > 0
        ? {
            signal: anySignal(this.#cancelled.signal, AbortSignal.timeout(timeoutSeconds * 1000)),
            endsAt: systemClock.now() + timeoutSeconds * 1000,
          }
        : { signal: this.#cancelled.signal };
    return this.#current.run({ urn, limits: limits as AmbientLimits }, action);
  }

  /** Waits; a call that ends meanwhile ends the wait. */
  sleep(milliseconds: number): Promise<void> {
    return systemClock.sleep(milliseconds, this.current?.limits.signal);
  }

  /** Ends all calls, and those to come. */
  cancel(): void {
    this.#cancelled.abort();
  }
}
