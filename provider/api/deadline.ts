import { waitFor } from "./async";

/** The end of a call: its time limit, or its caller's signal. */
export interface Deadline {
  readonly timeoutMs: number;
  /** Aborted at the end of the call. */
  readonly signal: AbortSignal;
  readonly ended: boolean;
  /** Whether the time limit ended the call, not the caller. */
  readonly expired: boolean;
  /** Starts work, and settles with it, or rejects at the end of the call. */
  race<T>(start: () => Promise<T>): Promise<T>;
  /** Must be called when the work is done: stops the timer. */
  stop(): void;
}

/** Starts the time limit of a call. */
export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (): void => controller.abort();
  let expired = false;
  const timer = setTimeout(() => {
    expired = !signal.aborted;
    abort();
  }, timeoutMs);
  if (caller?.aborted) abort();
  caller?.addEventListener("abort", abort);
  return {
    timeoutMs,
    signal,
    get ended() {
      return signal.aborted;
    },
    get expired() {
      return expired;
    },
    race: async (start) => {
      signal.throwIfAborted();
      return await waitFor(start(), signal);
    },
    stop: () => {
      clearTimeout(timer);
      caller?.removeEventListener("abort", abort);
    },
  };
}

/** The longest time limit: 2^31 - 1 ms, about 24 days, because Node.js runs a longer timer at once. */
export const maxTimeoutMs = 2 ** 31 - 1;

/**
 * Returns a time limit in milliseconds.
 *
 * @throws RangeError if it is not from 1 to {@link maxTimeoutMs}.
 */
export function checkedTimeout(timeoutMs: number): number {
  if (!(timeoutMs >= 1 && timeoutMs <= maxTimeoutMs)) {
    throw new RangeError(`a timeout must be from 1 to ${maxTimeoutMs} milliseconds`);
  }
  return timeoutMs;
}
