import type { Integration } from "../api";
import type { Outputs } from "./outputs";
import type { Dependencies } from "./session";

/** Pinterest's timestamps are whole seconds, so a write can be up to this much later than its timestamp. */
const timestampPrecisionMs = 1000;

type Timing = Pick<Dependencies, "consistencyTimeoutMs" | "sleep" | "now">;

/** Whether a response is not older than the last known write, if both have a time. */
export function isCurrent(live: Integration, { updatedTimestamp = 0 }: Outputs): boolean {
  return (live.updatedTimestamp ?? updatedTimestamp) >= updatedTimestamp;
}

/**
 * Reads an integration, and retries stale reads: those that are older than state, and a missing integration shortly after the last known
 * write.
 *
 * @param options.isCreateUncertain whether state is from a create whose outcome and time are unknown
 */
export function findRetryingStale(
  known: Outputs,
  timing: Timing,
  find: () => Promise<Integration | undefined>,
  { isCreateUncertain }: { readonly isCreateUncertain: boolean },
): Promise<Integration | undefined> {
  const { updatedTimestamp } = known;
  const isJustWritten =
    updatedTimestamp === undefined
      ? isCreateUncertain
      : Math.abs(timing.now() - updatedTimestamp) < timing.consistencyTimeoutMs + timestampPrecisionMs;
  return readUntil(find, (live) => (live === undefined ? !isJustWritten : isCurrent(live, known)), timing);
}

const firstPauseMs = 100;
const maxPauseMs = 2000;

/** Repeats a read until its result is as expected, or `consistencyTimeoutMs` is over. Returns the last result. */
export async function readUntil<T>(
  read: () => Promise<T>,
  isExpected: (result: T) => boolean,
  { consistencyTimeoutMs, sleep, now }: Timing,
): Promise<T> {
  const endsAt = now() + consistencyTimeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    const result = await read();
    if (isExpected(result) || now() + pauseMs > endsAt) return result;
    await sleep(pauseMs);
  }
}
