import type { Dispatcher } from "undici";
import type { Clock } from "../../../provider/pinterest/index.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** How a clock finds out that nothing happens. */
export interface Idleness {
  /** Waits for one turn. @default a turn of the event loop */
  readonly turn?: () => Promise<void>;
  /** Turns without anything happening after which time passes. @default 1 */
  readonly quietTurns?: number;
  /** Turns without anybody who sleeps after which a run counts as stuck. @default 1000 */
  readonly patience?: number;
}

/**
 * Time that passes only when nothing else happens: when no work is in flight and everybody sleeps, it jumps to the first who
 * wakes. So a minute of waiting takes no time, and what a test measures is exact.
 *
 * Work that is no sleep (a real request, a child process) has to be made known by {@link track} or {@link tracking}.
 */
export class VirtualClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  readonly #idleness: Required<Idleness>;
  #now: number;
  #inFlight = 0;
  /** Grows with all that happens: sleeps, and work that begins or ends. */
  #happened = 0;
  /** What random() gives, in turn, and then the last of it again and again. */
  chances: number[] = [0.5];
  /** How long each sleep was meant to be, in milliseconds. */
  readonly sleeps: number[] = [];

  constructor(start: string | number = "2026-01-01T00:00:00Z", idleness: Idleness = {}) {
    this.#now = new Date(start).getTime();
    this.#idleness = {
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      quietTurns: 1,
      patience: 1_000,
      ...idleness,
    };
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return (this.chances.length > 1 ? this.chances.shift() : this.chances[0]) ?? 0;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(milliseconds);
    this.#happened += 1;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        leave();
        reject(signal?.reason);
      };
      const sleeper = {
        until: this.#now + Math.max(0, milliseconds),
        wake: () => {
          leave();
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort);
      this.#sleepers.add(sleeper);
    });
  }

  /** Something that takes real time: until it has settled, the clock stands still. */
  async track<T>(work: Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work;
    } finally {
      end();
    }
  }

  /** The same for work that is no promise. @returns what ends it. */
  begin(): () => void {
    this.#inFlight += 1;
    this.#happened += 1;
    return () => {
      this.#inFlight -= 1;
      this.#happened += 1;
    };
  }

  /** Notes something that happened, so that time does not pass at once. */
  note(): void {
    this.#happened += 1;
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
   * Lets time pass until the work has settled, and settles as it does.
   *
   * @throws Error when nothing is left that could settle it.
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    work.then(settle, settle);
    const { turn, quietTurns, patience } = this.#idleness;
    for (let idle = 0, quiet = 0, known = -1; !settled; ) {
      await turn();
      quiet = this.#happened === known ? quiet + 1 : 1;
      known = this.#happened;
      if (settled || this.#inFlight > 0 || quiet < quietTurns) continue;
      idle = this.#advance() ? 0 : idle + 1;
      if (idle > patience) throw new Error("nobody sleeps and nothing is in flight: this never ends");
    }
    return await work;
  }

  /** Jumps to the first who wakes, and wakes all of that moment. */
  #advance(): boolean {
    if (this.#sleepers.size === 0) return false;
    const first = Math.min(...[...this.#sleepers].map(({ until }) => until));
    this.#now = Math.max(this.#now, first);
    for (const sleeper of [...this.#sleepers]) if (sleeper.until <= this.#now) sleeper.wake();
    return true;
  }
}
