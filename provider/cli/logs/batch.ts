import type { LogEntry } from "../../pinterest";
import { frameBytes, maxBatchBytes, maxBatchEntries } from "../../pinterest/logs/batches";
import { maxLineBytes, type Position } from "./line-splitter";

/** An entry that waits to be sent. */
export interface Held {
  readonly start: Position;
  readonly entry: LogEntry;
  /** The line as it was given. */
  readonly text: string;
  /** Whether it was sent before, and Pinterest may have recorded it then. */
  readonly doubtful: boolean;
}

/** How many lines may be passed before the journal says so, where few of them can be sent. */
const maxLines = 10_000;

/** Entries that go in one request. */
export class Batch {
  #held: Held[] = [];
  #bytes = frameBytes;
  #textLength = 0;
  #lines = 0;

  get held(): readonly Held[] {
    return this.#held;
  }

  /** Whether there is room for an entry that takes these bytes in a request, and this much as text. */
  fits(bytes: number, textLength: number): boolean {
    return (
      this.#held.length === 0 ||
      (this.#bytes + bytes + 1 <= maxBatchBytes && this.#textLength + textLength <= maxLineBytes)
    );
  }

  add(held: Held, bytes: number): void {
    this.#held.push(held);
    this.#bytes += bytes + 1;
    this.#textLength += held.text.length;
  }

  /** Counts a line, whatever it held. */
  pass(): void {
    this.#lines += 1;
  }

  get full(): boolean {
    return this.#held.length === maxBatchEntries || this.#lines >= maxLines;
  }

  get empty(): boolean {
    return this.#lines === 0;
  }

  /** Takes everything out. */
  drain(): readonly Held[] {
    const held = this.#held;
    this.#held = [];
    this.#bytes = frameBytes;
    this.#textLength = 0;
    this.#lines = 0;
    return held;
  }
}
