/** What may end a call before its answer: its time, or its caller. */
export interface Ending {
  /** Whether it has. */
  readonly ended: boolean;
  /**
   * Calls the listener when it does.
   *
   * @returns what takes the listener away.
   */
  onEnd(listener: () => void): () => void;
}

/** The end of a call: when its time is up or its caller gives up, whichever is first. */
export interface Deadline extends Ending {
  readonly timeoutMs: number;
  /** The same for what knows signals only. */
  readonly signal: AbortSignal;
  /** Whether it was the time that ended the call. */
  readonly expired: boolean;
  /** Starts something and settles as it does, or rejects when the call ends first. */
  race<T>(start: () => Promise<T>): Promise<T>;
  /** To be called when the call is over. */
  stop(): void;
}

/** Starts the time of a call. */
export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  return new RunningDeadline(timeoutMs, caller);
}

class RunningDeadline implements Deadline {
  ended: boolean;
  expired = false;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();
  readonly #onCallerAbort = (): void => this.#end();
  #controller: AbortController | undefined;

  constructor(
    readonly timeoutMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.#timer = setTimeout(() => {
      this.expired = !this.ended;
      this.#end();
    }, timeoutMs);
    this.ended = caller?.aborted ?? false;
    caller?.addEventListener("abort", this.#onCallerAbort);
  }

  /** Made when it is asked for: a request needs none. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.ended) this.#controller.abort();
    return this.#controller.signal;
  }

  onEnd(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async race<T>(start: () => Promise<T>): Promise<T> {
    if (this.ended) throw endedEarly();
    const started = start();
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const leave = this.onEnd(() => reject(endedEarly()));
    return await Promise.race([started, ended]).finally(leave);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.caller?.removeEventListener("abort", this.#onCallerAbort);
  }

  #end(): void {
    if (this.ended) return;
    this.ended = true;
    this.#controller?.abort();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Nobody sees it: whoever has started the deadline says why. */
function endedEarly(): Error {
  return new Error("the call has ended");
}

/** The longest time that a timer of Node can measure, about 24 days. */
export const maxTimeoutMs = 2 ** 31 - 1;

/**
 * A timeout, checked.
 *
 * @throws RangeError if it is no positive number of milliseconds up to 2^31 - 1.
 */
export function checkedTimeout(timeoutMs: number): number {
  if (!(timeoutMs >= 1 && timeoutMs <= maxTimeoutMs)) {
    throw new RangeError(`a timeout must be between 1 and ${maxTimeoutMs} milliseconds`);
  }
  return timeoutMs;
}
