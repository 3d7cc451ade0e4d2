/** The end of a call: when its time is up or its caller gives up, whichever is first. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether it was the time that ended the call. */
  readonly expired: boolean;
  /** Starts something and settles as it does, or rejects when the call ends first. */
  race<T>(start: () => Promise<T>): Promise<T>;
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
    async race(start) {
      signal.throwIfAborted();
      const started = start();
      let onAbort = (): void => {};
      const ended = new Promise<never>((_resolve, reject) => {
        onAbort = () => reject(signal.reason);
      });
      signal.addEventListener("abort", onAbort);
      return await Promise.race([started, ended]).finally(() => signal.removeEventListener("abort", onAbort));
    },
    stop() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onCallerAbort);
    },
  };
}

/** The longest time that a timer of Node can measure, about 24 days. */
export const maxTimeoutMs = 2 ** 31 - 1;

/**
 * A timeout, checked.
 *
 * @throws RangeError if it is no positive number of milliseconds up to 2^31 - 1.
 */
export function checkedTimeout(timeoutMs: number): number {
  if (!(timeoutMs >= 1 && timeoutMs <= maxTimeoutMs)) {
    throw new RangeError(`a timeout must be between 1 and ${maxTimeoutMs} milliseconds`);
  }
  return timeoutMs;
}
