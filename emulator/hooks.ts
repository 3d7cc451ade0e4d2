import type { RequestEntry } from "./journal";

/** Called with a request's entry in the log; the request goes on when what it returns has settled. */
export type Listener = (entry: RequestEntry) => void | Promise<void>;

/** Those who want to act at a given moment of a request. */
export class Hooks {
  readonly #request = new Set<Listener>();
  readonly #answer = new Set<Listener>();

  onRequest(listener: Listener): () => void {
    return add(this.#request, listener);
  }

  onAnswer(listener: Listener): () => void {
    return add(this.#answer, listener);
  }

  async request(entry: RequestEntry): Promise<void> {
    for (const listener of this.#request) await listener(entry);
  }

  async answer(entry: RequestEntry): Promise<void> {
    for (const listener of this.#answer) await listener(entry);
  }

  clear(): void {
    this.#request.clear();
    this.#answer.clear();
  }
}

function add(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
