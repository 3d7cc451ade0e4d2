import type { Clock } from "../../../../provider/pinterest/clock";

/** A clock that stands still: a sleep ends at once and moves it on. */
export class TestClock implements Clock {
  /** The sleeps so far, in milliseconds. */
  readonly sleeps: number[] = [];

  constructor(public time = Date.UTC(2027, 0, 1)) {}

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
  }

  random(): number {
    return 0.5;
  }
}
