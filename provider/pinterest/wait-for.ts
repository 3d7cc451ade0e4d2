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
