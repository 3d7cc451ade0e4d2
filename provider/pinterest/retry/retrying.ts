import { type Clock, systemClock } from "../clock";
import { PinterestApiError } from "../errors";
import { backoff } from "./backoff";
import type { RetryBucket } from "./bucket";
import { isTransient } from "./transient";

export const defaultMaxAttempts = 4;
export const defaultOperationTimeoutMs = 300_000;

/** How often and how long something is attempted. */
export interface RetryPolicy {
  /** @default 4; 1 is no retry */
  readonly maxAttempts?: number;
  /** The time for all attempts and waits together, in milliseconds; a wait that would go beyond it is not begun. @default 300000 */
  readonly timeoutMs?: number;
  /** What limits the retries of many operations together. @default none */
  readonly bucket?: RetryBucket;
  /** @default the system's */
  readonly clock?: Clock;
  /** Called before each wait. @default nobody is told */
  readonly onWait?: (wait: RetryWait) => void;
}

/** A wait before a retry. */
export interface RetryWait {
  readonly waitMs: number;
  /** The number of the attempt that follows, from 2. */
  readonly nextAttempt: number;
  readonly maxAttempts: number;
  /** What the last attempt ended with. */
  readonly error: unknown;
}

interface RetryOptions extends RetryPolicy {
  /** Whether what an attempt ended with is worth another one. @default {@link isTransient} */
  readonly retryable?: (error: unknown) => boolean;
  /** The wait that the server asked for, in milliseconds. @default that of a {@link PinterestApiError} */
  readonly toldWaitMs?: (error: unknown) => number | undefined;
  /** Ends a wait. */
  readonly signal?: AbortSignal;
}

/**
 * Attempts an action until it succeeds, fails for good, or attempts, time or bucket are used up; then its last error is thrown.
 *
 * @throws what the action threw last, or the signal's reason if that ends a wait.
 */
export async function retrying<T>(action: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const {
    maxAttempts = defaultMaxAttempts,
    timeoutMs = defaultOperationTimeoutMs,
    bucket,
    clock = systemClock,
    retryable = isTransient,
    toldWaitMs = toldByPinterest,
    onWait,
    signal,
  } = options;
  const endsAt = clock.now() + timeoutMs;
  for (let number = 1; ; number += 1) {
    try {
      const result = await action();
      bucket?.succeeded(number - 1);
      return result;
    } catch (error) {
      if (number >= maxAttempts || signal?.aborted || !retryable(error)) throw error;
      const waitMs = backoff(number - 1, toldWaitMs(error), clock);
      if (clock.now() + waitMs >= endsAt || bucket?.take() === false) throw error;
      onWait?.({ waitMs, nextAttempt: number + 1, maxAttempts, error });
      await clock.sleep(waitMs, signal);
    }
  }
}

/**
 * A number of attempts, checked.
 *
 * @throws RangeError if it is no whole number from 1.
 */
export function checkedAttempts(maxAttempts: number): number {
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError("maxAttempts must be a whole number of at least 1");
  }
  return maxAttempts;
}

function toldByPinterest(error: unknown): number | undefined {
  return error instanceof PinterestApiError ? error.retryAfterMs : undefined;
}
