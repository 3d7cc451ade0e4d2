import { constants } from "node:os";

const controller = new AbortController();

/** Aborted once this process was told to end: what it started is ended then, and what it made in temporary folders removed. */
export const interruption: AbortSignal = controller.signal;

/** Lets the first Ctrl-C or SIGTERM interrupt what runs; the next one ends this process at once. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      controller.abort(new Error(`interrupted by ${signal}`));
    });
  }
}
