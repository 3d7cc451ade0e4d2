import { stoppingGracefully } from "../signals";

/**
 * Runs an action that a signal stops gracefully. A fleet's engines run in their own sessions, so only the abort signal reaches them on
 * Ctrl-C.
 */
export function interruptible<T>(
  action: (abort: AbortSignal) => Promise<T>,
): Promise<{ result: T; interrupted: boolean }> {
  return stoppingGracefully(action, () => false);
}
