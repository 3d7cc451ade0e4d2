import { endingInItsTime } from "../signals";

/** Runs an action that a signal ends in its own time. A fleet's engines are in sessions of their own, and hear of Ctrl-C by the abort signal alone. */
export function interruptible<T>(
  action: (abort: AbortSignal) => Promise<T>,
): Promise<{ result: T; interrupted: boolean }> {
  return endingInItsTime(action, () => false);
}
