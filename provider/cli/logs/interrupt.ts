import { hearEndingSignals } from "../signals";

/** Whether somebody wants to end it. */
export class Interrupt {
  #requested = false;
  readonly #abort = new AbortController();
  readonly #listeners: (() => void)[] = [];

  get requested(): boolean {
    return this.#requested;
  }

  /** Aborted when it is not to wait for the request under way either. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Calls a listener when the end is asked for, at once where it was already. */
  onRequest(listener: () => void): void {
    if (this.#requested) listener();
    else this.#listeners.push(listener);
  }

  /** Asks for the end: after the request under way, and asked again, at once. */
  request(): void {
    if (this.#requested) {
      this.#abort.abort();
      return;
    }
    this.#requested = true;
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Hears Ctrl-C and SIGTERM. The third one ends the process, as if nobody heard it.
 *
 * @param onFirst is called at the first one.
 * @returns how to hear them no longer.
 */
export function hearSignals(interrupt: Interrupt, onFirst: () => void): () => void {
  const stop = hearEndingSignals(() => {
    if (interrupt.requested) stop();
    else onFirst();
    interrupt.request();
  });
  return stop;
}
