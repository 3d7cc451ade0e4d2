import type { Clock } from "../clock";

/** Long enough for the operations that an engine starts together, too short to be noticed. */
const gatherMs = 10;

/**
 * Gathers what is asked for at about the same time, and has it done together: one batch at a time. What is asked for while one
 * is done makes the next.
 */
export class Batches<K, V> {
  #next: { readonly wanted: Map<K, V>; readonly done: Promise<void> } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param work does a batch; told of each key with what was last said of it. */
  constructor(
    private readonly work: (wanted: ReadonlyMap<K, V>) => Promise<void>,
    private readonly clock: Pick<Clock, "sleep">,
  ) {}

  /** Settles when a batch with this key, which was not begun yet, is done. */
  add(key: K, value: V): Promise<void> {
    this.#next ??= this.#begin();
    this.#next.wanted.set(key, value);
    return this.#next.done;
  }

  #begin(): { wanted: Map<K, V>; done: Promise<void> } {
    const wanted = new Map<K, V>();
    const before = this.#last;
    const gathered = async (): Promise<void> => {
      await before;
      await this.clock.sleep(gatherMs);
      this.#next = undefined;
      await this.work(wanted);
    };
    const done = gathered();
    this.#last = done.catch(() => {});
    return { wanted, done };
  }
}
