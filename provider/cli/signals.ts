/** The signals by which somebody asks a command to end: Ctrl-C, and what a machine or a job sends. */
const endingSignals = ["SIGINT", "SIGTERM"] as const;

/**
 * Calls a listener at every such signal, which then ends nothing by itself.
 *
 * @returns how to hear them no longer.
 */
export function hearEndingSignals(hear: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endingSignals) process.on(signal, hear);
  return () => {
    for (const signal of endingSignals) process.off(signal, hear);
  };
}

/**
 * Has something done when such a signal comes; the process then ends by it, as if nobody had heard it.
 *
 * @returns how to hear them no longer.
 */
export function beforeSignalledEnd(action: () => void): () => void {
  const stop = hearEndingSignals((signal) => {
    stop();
    try {
      action();
    } finally {
      process.kill(process.pid, signal);
    }
  });
  return stop;
}

/** What may have become of a stack on which an engine was to end in its own time. */
export const whereLocked =
  "Where the engine could not end in its own time the stack is locked: `pulumi cancel` unlocks it, once no engine runs any more.";

/**
 * Runs an action that ends in its own time where such a signal comes: it is told by the abort signal, and a second one ends the
 * process at once. Ctrl-C at a terminal reaches the engine by itself, and a second time would have it end at once too, so that is
 * no abort.
 *
 * @returns what the action gave, and whether a signal came.
 */
export async function endingInItsTime<T>(
  action: (abort: AbortSignal, interrupted: () => boolean) => Promise<T>,
): Promise<{ result: T; interrupted: boolean }> {
  const controller = new AbortController();
  let interrupted = false;
  const stop = hearEndingSignals((signal) => {
    if (interrupted) {
      stop();
      process.kill(process.pid, signal);
      return;
    }
    interrupted = true;
    if (signal !== "SIGINT" || process.stdin.isTTY !== true) controller.abort();
  });
  try {
    const result = await action(controller.signal, () => interrupted);
    return { result, interrupted };
  } finally {
    stop();
  }
}
