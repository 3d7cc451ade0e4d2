import type { Clock } from "../../../../provider/base/clock";

/** A clock that only sleeps advance. They resolve at once. */
export class TestClock implements Clock {
  /** In milliseconds. */
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
