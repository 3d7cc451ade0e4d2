/**
 * Waits for work that others may be waiting for too: the signal ends this waiting, not the work.
 *
 * @throws what the work throws, or the signal's reason.
 */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  // Otherwise work that fails after everybody left would end the process.
  work.catch(() => {});
  signal.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Waits for work at its end, but not for long: what has not settled by then is left alone.
 *
 * @throws what the work throws in that time.
 */
export async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise: timeUp, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
