import { exitCodes } from "../exit-codes";
import { hearEndingSignals } from "../signals";

/**
 * Runs an action that Ctrl-C, and what machines send, ends in its own time; a second one ends the process. Engines are in sessions of their own
 * here, and hear of Ctrl-C by the abort signal alone.
 *
 * @returns what the action gave, and whether a signal came.
 */
export async function interruptible<T>(
  action: (abort: AbortSignal) => Promise<T>,
): Promise<{ result: T; interrupted: boolean }> {
  const controller = new AbortController();
  const { signal } = controller;
  const hearNoLonger = hearEndingSignals(() => {
    if (signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  });
  try {
    return { result: await action(signal), interrupted: signal.aborted };
  } finally {
    hearNoLonger();
  }
}
