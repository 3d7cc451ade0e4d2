import { exitCodes } from "./exit-codes";
import { type CommandStack, commandsOn } from "./text/shell";

/** Signals that ask a command to end: Ctrl-C, and those of a machine or a job. */
const endingSignals = ["SIGINT", "SIGTERM"] as const;

let hearers = 0;

/**
 * Calls a listener at each of these signals, and replaces the default behavior (exit).
 *
 * @returns a function that removes the listener.
 */
export function hearEndingSignals(hear: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endingSignals) process.on(signal, hear);
  hearers += 1;
  let hears = true;
  return () => {
    if (!hears) return;
    hears = false;
    hearers -= 1;
    for (const signal of endingSignals) process.off(signal, hear);
  };
}

/** Exits with the exit code of an interruption if no listener handles such a signal. */
export function endAtUnheardSignals(): void {
  for (const signal of endingSignals) {
    process.on(signal, () => {
      if (hearers === 0) process.exit(exitCodes.interrupted);
    });
  }
}

/** A message about stacks whose engine was asked to end. */
export function whereLocked(stacks: readonly CommandStack[]): string {
  return `A stack whose engine could not end in its own time is locked: once no engine runs any more, unlock it with ${commandsOn(stacks, "pulumi cancel")}.`;
}

/**
 * Ctrl-C in a terminal also reaches all child processes. An engine that receives it twice ends at once, in the middle of its operations.
 */
function reachesEngine(signal: NodeJS.Signals): boolean {
  return signal === "SIGINT" && process.stdin.isTTY === true;
}

/**
 * Runs an action that a signal stops gracefully through the abort signal. A second signal ends the process at once.
 *
 * @param reaches whether a signal reaches the engines without this process. It does not reach those in their own sessions.
 * @returns the action's result, and whether a signal arrived.
 */
export async function endingInItsTime<T>(
  action: (abort: AbortSignal, interrupted: () => boolean) => Promise<T>,
  reaches = reachesEngine,
): Promise<{ result: T; interrupted: boolean }> {
  const controller = new AbortController();
  let interrupted = false;
  const stop = hearEndingSignals((signal) => {
    if (interrupted) process.exit(exitCodes.interrupted);
    interrupted = true;
    if (!reaches(signal)) controller.abort();
  });
  try {
    const result = await action(controller.signal, () => interrupted);
    return { result, interrupted };
  } finally {
    stop();
  }
}

/** Functions that stop each running engine of a read-only command. */
const reading = new Set<AbortController>();
let isEnding = false;
let hearNoLonger = () => {};

/**
 * Runs an engine of a read-only command, and stops it before the process if a signal arrives. Otherwise, provider processes that are about
 * to start would outlive the engine. A second signal ends the process at once.
 */
export async function endingWithProcess<T>(engine: (interrupt: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  if (isEnding) return never();
  if (reading.size === 0) hearNoLonger = hearEndingSignals(endReading);
  reading.add(controller);
  try {
    return await engine(controller.signal);
  } finally {
    reading.delete(controller);
    if (reading.size === 0) {
      if (isEnding) process.exit(exitCodes.interrupted);
      hearNoLonger();
    }
    // Print nothing about the interrupted operation.
    if (isEnding) await never();
  }
}

function endReading(signal: NodeJS.Signals): void {
  if (isEnding) process.exit(exitCodes.interrupted);
  isEnding = true;
  if (!reachesEngine(signal)) for (const controller of reading) controller.abort();
}

function never(): Promise<never> {
  return new Promise(() => {});
}
