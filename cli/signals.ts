import { exitCodes } from "./exit-codes";
import { type CommandStack, commandsOn } from "./text/shell";

/** The signals by which somebody asks a command to end: Ctrl-C, and what a machine or a job sends. */
const endingSignals = ["SIGINT", "SIGTERM"] as const;

let hearers = 0;

/**
 * Calls a listener at every such signal, which then ends nothing by itself.
 *
 * @returns how to hear them no longer.
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

/** Has the process end with the exit code of an interruption where nobody hears such a signal: at whatever point, one rule holds. */
export function endAtUnheardSignals(): void {
  for (const signal of endingSignals) {
    process.on(signal, () => {
      if (hearers === 0) process.exit(exitCodes.interrupted);
    });
  }
}

/** What may have become of stacks on which an engine was to end in its own time. */
export function whereLocked(stacks: readonly CommandStack[]): string {
  return `A stack whose engine could not end in its own time is locked: once no engine runs any more, unlock it with ${commandsOn(stacks, "pulumi cancel")}.`;
}

/**
 * Ctrl-C at a terminal reaches all that runs there by itself. An engine that hears it a second time ends at once, and leaves what it
 * had under way.
 */
function reachesEngine(signal: NodeJS.Signals): boolean {
  return signal === "SIGINT" && process.stdin.isTTY === true;
}

/**
 * Runs an action that ends in its own time where such a signal comes: it is told by the abort signal, and a second one ends the
 * process at once.
 *
 * @param reaches whether a signal comes to the engines by itself, which are not told then; those in sessions of their own it does not reach.
 * @returns what the action gave, and whether a signal came.
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

/** What tells each engine that runs, and writes nothing, to end. */
const reading = new Set<AbortController>();
let isEnding = false;
let hearNoLonger = () => {};

/**
 * Runs an engine that writes nothing, and that a signal ends together with the process, whatever else that does: the engine first,
 * since provider processes that it is about to start outlive an engine that dies with its caller. A second signal ends the process at
 * once.
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
    // Of what was cut off nobody is to be told.
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
