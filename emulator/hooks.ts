import { channel } from "node:diagnostics_channel";
import type { RequestEntry } from "./journal";

/** Name of the diagnostics channel on which all emulators of a process publish each answered request, as a `RequestEntry`. */
export const ANSWER_CHANNEL = "pulumi-pinterest:emulator:answer";

const answers = channel(ANSWER_CHANNEL);

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
    answers.publish(entry);
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
