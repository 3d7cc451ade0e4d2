import { setTimeout } from "node:timers/promises";

/** How long after a failure a turn is asked for again, in milliseconds. */
const askAgainAfter = 500;

/** Who waits for a turn. */
export interface Waiter {
  readonly go: () => void;
  isGone: boolean;
}

/** Who waits in this process, in the order of their coming; a turn is taken for who is still there alone. */
export class Waiters {
  private waiting: Waiter[] = [];
  private isServing = false;
  private hasEnded = false;

  /** @param turn settles with the next turn; where it rejects it is asked again. */
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

  /** Gives whether anybody is left. */
  private dropGone(): boolean {
    while (this.waiting[0]?.isGone) this.waiting.shift();
    return this.waiting.length > 0;
  }
}
