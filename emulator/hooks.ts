import type { RequestEntry } from "./journal";

/** Receives a request's log entry. The request continues when the returned promise resolves. */
export type Listener = (entry: RequestEntry) => void | Promise<void>;

/** The listeners at a moment of a request. */
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
