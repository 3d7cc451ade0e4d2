import type { Integration } from "../api/integration";
import type { Outputs } from "./bags";
import type { Surroundings } from "./session";

const firstPauseMs = 100;
const longestPauseMs = 2000;

/** Repeats a read until its result satisfies, or the time for it is over; the last result is returned either way. */
export async function readUntil<T>(
  read: () => Promise<T>,
  satisfies: (result: T) => boolean,
  { consistencyTimeoutMs, sleep, now }: Pick<Surroundings, "consistencyTimeoutMs" | "sleep" | "now">,
): Promise<T> {
  const deadline = now() + consistencyTimeoutMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    const result = await read();
    if (satisfies(result) || now() + pause > deadline) {
      return result;
    }
    await sleep(pause);
  }
}

/**
 * Reads an integration, allowing for a read that lags behind the last known write: an answer older than what state
 * knows, or an absence within the settling time after that write, is asked again.
 *
 * @param isUnseen whether state knows a creation of which nobody has seen yet what became of it, nor when.
 */
export function findSettled(
  previous: Outputs,
  surroundings: Surroundings,
  ask: () => Promise<Integration | undefined>,
  isUnseen = false,
): Promise<Integration | undefined> {
  const { updatedTimestamp } = previous;
  const justWritten =
    updatedTimestamp === undefined
      ? isUnseen
      : Math.abs(surroundings.now() - updatedTimestamp) < surroundings.consistencyTimeoutMs;
  return readUntil(
    ask,
    (live) => (live === undefined ? !justWritten : isCurrent(live, previous)),
    surroundings,
  );
}

/** Whether an answer is no older than the last write that state knows, as far as both tell their time. */
export function isCurrent(live: Integration, { updatedTimestamp }: Outputs): boolean {
  return (
    updatedTimestamp === undefined ||
    live.updatedTimestamp === undefined ||
    live.updatedTimestamp >= updatedTimestamp
  );
}
