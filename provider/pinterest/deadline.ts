/** The end of a call: when its time is up or its caller gives up, whichever is first. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether it was the time that ended the call. */
  readonly expired: boolean;
  /** Settles as the promise does, or rejects when the call ends first. */
  race<T>(promise: Promise<T>): Promise<T>;
  /** To be called when the call is over. */
  stop(): void;
}

/** Starts the time of a call. */
export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, timeoutMs);
  const onCallerAbort = (): void => controller.abort();
  if (caller?.aborted) onCallerAbort();
  caller?.addEventListener("abort", onCallerAbort);

  const { signal } = controller;
  return {
    timeoutMs,
    signal,
    get expired() {
      return expired;
    },
    race: (promise) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason);
        if (signal.aborted) onAbort();
        signal.addEventListener("abort", onAbort);
        promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
      }),
    stop() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onCallerAbort);
    },
  };
}

/** The longest time that a timer of Node can measure, about 24 days. */
const maxTimeoutMs = 2 ** 31 - 1;

/**
 * A timeout, checked.
 *
 * @throws RangeError if it is no positive number of milliseconds up to 2^31 - 1.
 */
export function checkedTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    throw new RangeError(`a timeout must be between 1 and ${maxTimeoutMs} milliseconds`);
  }
  return timeoutMs;
}
