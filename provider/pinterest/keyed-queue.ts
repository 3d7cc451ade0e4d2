import { waitFor } from "./wait-for";

/** Lets only one action of a key run at a time; those behind it follow in the order in which they came. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Runs the action when all earlier ones of its key have ended.
   *
   * @throws what the action throws, or the signal's reason if it is aborted before the action begins.
   */
  async run<T>(key: string, action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const earlier = this.#last.get(key);
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    // Who leaves early still holds the place, so that nobody passes those who run.
    const last = Promise.all([earlier, over]).then(() => {});
    this.#last.set(key, last);
    try {
      if (earlier !== undefined) await waitFor(earlier, signal);
      return await action();
    } finally {
      end();
      if (this.#last.get(key) === last) void last.then(() => this.#forget(key, last));
    }
  }

  #forget(key: string, last: Promise<void>): void {
    if (this.#last.get(key) === last) this.#last.delete(key);
  }
}
