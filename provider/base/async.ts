import { setTimeout } from "node:timers/promises";

/**
 * Waits for work that other callers may also wait for. The signal ends this wait, not the work.
 *
 * @throws the work's error, or the signal's reason.
 */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Waits for work, at most for the given time. The work continues after that. @throws the work's error, if it fails within the time. */
export async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  await Promise.race([work, setTimeout(ms, undefined, { ref: false })]);
}

/** Waits for a time, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Runs `action` for each item, `concurrency` at a time, and returns the results in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  action: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const remaining = items.entries();
  const work = async () => {
    for (const [index, item] of remaining) results[index] = await action(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
  return results;
}

/** Runs the actions of a key one at a time, in the order of the calls. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /** @throws the action's error, or the signal's reason if the signal is aborted before the action starts. */
  async run<T>(key: string, action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const earlier = this.last.get(key);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    // A caller that leaves early keeps its place, so that later actions still wait for the earlier ones.
    const last = Promise.all([earlier, ended]).then(() => {
      if (this.last.get(key) === last) this.last.delete(key);
    });
    this.last.set(key, last);
    try {
      if (earlier !== undefined) await waitFor(earlier, signal);
      return await action();
    } finally {
      end();
    }
  }
}

/** A listener whose errors are ignored, because they must not fail the operation that it observes. */
export function ignoreErrors<T>(listener: ((event: T) => void) | undefined): (event: T) => void {
  return (event) => {
    try {
      listener?.(event);
    } catch {}
  };
}

/** The end of a call: its time limit, or its caller's signal. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether the time limit ended the call, not the caller. */
  readonly expired: boolean;
}

export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const timeout = AbortSignal.timeout(Math.ceil(timeoutMs));
  const signal = caller === undefined ? timeout : AbortSignal.any([timeout, caller]);
  return {
    timeoutMs,
    signal,
    get expired() {
      return signal.aborted && signal.reason === timeout.reason;
    },
  };
}

/** The longest time limit: 2^31 - 1 ms, about 24 days, because Node.js runs a longer timer at once. */
export const maxTimeoutMs = 2 ** 31 - 1;
