/** The signals by which somebody asks a command to end: Ctrl-C, and what a machine or a job sends. */
export const endingSignals = ["SIGINT", "SIGTERM"] as const;

/**
 * Has something done when such a signal comes; the process then ends by it, as if nobody had heard it.
 *
 * @returns how to hear them no longer.
 */
export function beforeSignalledEnd(action: () => void): () => void {
  const hear = (signal: NodeJS.Signals): void => {
    stop();
    try {
      action();
    } finally {
      process.kill(process.pid, signal);
    }
  };
  const stop = (): void => {
    for (const signal of endingSignals) process.off(signal, hear);
  };
  for (const signal of endingSignals) process.on(signal, hear);
  return stop;
}
