import type { Dispatcher } from "undici";
import type { Clock } from "../../../provider/base/clock.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** How a clock detects that nothing happens. */
export interface Idleness {
  /** Waits for one turn. @default a turn of the event loop */
  readonly turn?: () => Promise<void>;
  /** Turns without an event after which time advances. @default 1 */
  readonly quietTurns?: number;
  /** Turns without a sleep after which a run counts as stuck. @default 1000 */
  readonly patience?: number;
}

/**
 * A clock that advances only when nothing else happens: if no work is in flight, it jumps to the end of the next sleep. A wait of a
 * minute takes no time, and the durations that a test measures are exact.
 *
 * Register other work (a real request, a child process) with {@link track}, {@link begin} or {@link tracking}.
 */
export class VirtualClock implements Clock {
  private readonly sleepers = new Set<Sleeper>();
  private readonly idleness: Required<Idleness>;
  private time: number;
  private inFlight = 0;
  /** Counts events: sleeps, and work that begins or ends. */
  private happened = 0;
  /** The results of random(), in order. The last one is repeated. */
  randomValues: number[] = [0.5];
  /** The requested duration of each sleep, in milliseconds. */
  readonly sleeps: number[] = [];

  constructor(start: string | number = "2026-01-01T00:00:00Z", idleness: Idleness = {}) {
    this.time = new Date(start).getTime();
    this.idleness = {
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      quietTurns: 1,
      patience: 1_000,
      ...idleness,
    };
  }

  now(): number {
    return this.time;
  }

  random(): number {
    return (this.randomValues.length > 1 ? this.randomValues.shift() : this.randomValues[0]) ?? 0;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    this.happened += 1;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = (): void => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        leave();
        reject(signal?.reason);
      };
      const sleeper = {
        until: this.time + Math.max(0, milliseconds),
        wake: () => {
          leave();
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort);
      this.sleepers.add(sleeper);
    });
  }

  /** Stops the clock until `work`, which takes real time, has settled. */
  async track<T>(work: Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work;
    } finally {
      end();
    }
  }

  /** Stops the clock for work that is not a promise. @returns a function that ends the work. */
  begin(): () => void {
    this.inFlight += 1;
    this.happened += 1;
    return () => {
      this.inFlight -= 1;
      this.happened += 1;
    };
  }

  /** Records an event, so that the clock does not advance at once. */
  note(): void {
    this.happened += 1;
  }

  /** A dispatcher whose requests are tracked. */
  tracking(dispatcher: Dispatcher): Dispatcher {
    return dispatcher.compose((dispatch) => (options, handler) => {
      const over = this.begin();
      return dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onResponseStart: (...args) => handler.onResponseStart?.(...args),
        onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
        onResponseEnd: (controller, trailers) => {
          over();
          handler.onResponseEnd?.(controller, trailers);
        },
        onResponseError: (controller, error) => {
          over();
          handler.onResponseError?.(controller, error);
        },
      });
    });
  }

  /**
   * Advances the clock until `work` has settled, and returns its result.
   *
   * @throws Error if nothing is left that could settle it.
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    work.then(settle, settle);
    const { turn, quietTurns, patience } = this.idleness;
    for (let idle = 0, quiet = 0, known = -1; !settled; ) {
      await turn();
      quiet = this.happened === known ? quiet + 1 : 1;
      known = this.happened;
      if (settled || this.inFlight > 0 || quiet < quietTurns) continue;
      idle = this.advance() ? 0 : idle + 1;
      if (idle > patience) throw new Error("the run is stuck: nothing sleeps and nothing is in flight");
    }
    return await work;
  }

  /** Jumps to the end of the next sleep. @returns whether there was one. */
  private advance(): boolean {
    if (this.sleepers.size === 0) return false;
    const first = Math.min(...[...this.sleepers].map(({ until }) => until));
    this.time = Math.max(this.time, first);
    for (const sleeper of [...this.sleepers]) if (sleeper.until <= this.time) sleeper.wake();
    return true;
  }
}
