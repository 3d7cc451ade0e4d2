import { setTimeout } from "node:timers/promises";

/** Wait after a failure before the next turn is requested, in milliseconds. */
const askAgainAfter = 500;

/** A waiting request. */
export interface Waiter {
  readonly go: () => void;
  isGone: boolean;
}

/** The waiting requests of this process, in order of arrival. Turns are taken only for requests that still wait. */
export class Waiters {
  private waiting: Waiter[] = [];
  private isServing = false;
  private hasEnded = false;

  /** @param turn resolves with the next turn. If it rejects, it is called again. */
  constructor(private readonly turn: () => Promise<void>) {}

  add(waiter: Waiter): void {
    this.waiting.push(waiter);
    if (!this.isServing) void this.serve();
  }

  end(): void {
    this.hasEnded = true;
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    while (!this.hasEnded && this.dropGone()) {
      try {
        await this.turn();
      } catch {
        await setTimeout(askAgainAfter);
        continue;
      }
      this.dropGone();
      this.waiting.shift()?.go();
    }
    this.isServing = false;
  }

  /** Returns whether a request waits. */
  private dropGone(): boolean {
    while (this.waiting[0]?.isGone) this.waiting.shift();
    return this.waiting.length > 0;
  }
}
