import { finishTokenRequests } from "../provider/api";
import { messageOf } from "../provider/base/message-text";
import { type CommandStack, commandsOn } from "../provider/base/shell";
import { CommandError } from "./command-error";
import { exitCodes } from "./exit-codes";

/** Signals that request termination: SIGINT from Ctrl-C, SIGBREAK from Ctrl-Break on Windows, and SIGTERM from a system or a CI job. */
const terminationSignals = ["SIGINT", "SIGBREAK", "SIGTERM"] as const;

let listeners = 0;

/**
 * Calls a listener at each of these signals, and replaces the default behavior (exit).
 *
 * @returns a function that removes the listener.
 */
export function onTerminationSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of terminationSignals) process.on(signal, listener);
  listeners += 1;
  return () => {
    listeners -= 1;
    for (const signal of terminationSignals) process.off(signal, listener);
  };
}

/**
 * Exits with the exit code of an interruption if no listener handles such a signal. Waits for tokens that are being requested. A second signal
 * ends the process at once.
 */
export function exitOnUnhandledSignals(): void {
  const exit = () => process.exit(exitCodes.interrupted);
  let isExiting = false;
  for (const signal of terminationSignals) {
    process.on(signal, () => {
      if (listeners > 0) return;
      if (isExiting) exit();
      isExiting = true;
      void finishTokenRequests().then(exit);
    });
  }
}

/** A message about stacks whose engine was asked to end. */
export function unlockAdvice(stacks: readonly CommandStack[]): string {
  return `If an engine was killed, its stack is locked. When no engine runs, unlock it with ${commandsOn(stacks, "pulumi cancel --yes")}.`;
}

/**
 * Whether a signal also reaches all child processes, such as Ctrl-C in a terminal. An engine that receives it twice ends at once, in the middle of
 * its operations. On Windows, only consoles send signals that a process can handle, and a console sends them to all of its processes.
 */
export function reachesEngine(
  signal: NodeJS.Signals,
  { platform = process.platform as NodeJS.Platform, isTTY = process.stdin.isTTY === true } = {},
): boolean {
  return platform === "win32" || (signal === "SIGINT" && isTTY);
}

/**
 * Runs an action that a signal stops gracefully through the abort signal. A second signal ends the process at once.
 *
 * @param reaches whether a signal reaches the engines without this process. It does not reach those in their own sessions.
 * @returns the action's result, and whether a signal arrived.
 * @throws CommandError with the exit code of an interruption if the action fails after a signal.
 */
export async function stoppingGracefully<T>(
  action: (abort: AbortSignal, interrupted: () => boolean) => Promise<T>,
  reaches: (signal: NodeJS.Signals) => boolean = (signal) => reachesEngine(signal),
): Promise<{ result: T; interrupted: boolean }> {
  const controller = new AbortController();
  let interrupted = false;
  const removeListener = onTerminationSignal((signal) => {
    if (interrupted) process.exit(exitCodes.interrupted);
    interrupted = true;
    if (!reaches(signal)) controller.abort();
  });
  try {
    const result = await action(controller.signal, () => interrupted);
    return { result, interrupted };
  } catch (error) {
    throw interrupted ? new CommandError(messageOf(error), exitCodes.interrupted) : error;
  } finally {
    removeListener();
  }
}

/** The engines that {@link stoppingWithProcess} runs in this process. The last one that stops ends the process. */
let runningEngines = 0;
/** Whether the process ends as soon as these engines have stopped. */
let isStopping = false;

/**
 * Runs an engine of a read-only command, and stops it before the process if a signal arrives. Otherwise, provider processes that are about
 * to start would outlive the engine. A second signal ends the process at once.
 */
export async function stoppingWithProcess<T>(engine: (interrupt: AbortSignal) => Promise<T>): Promise<T> {
  if (isStopping) return untilExit();
  runningEngines += 1;
  const removeListener = onTerminationSignal(() => {
    isStopping = true;
  });
  try {
    return (await stoppingGracefully(engine)).result;
  } finally {
    removeListener();
    runningEngines -= 1;
    if (isStopping) {
      if (runningEngines === 0) process.exit(exitCodes.interrupted);
      // Print nothing about the interrupted operation.
      await untilExit();
    }
  }
}

/** Never settles, so that the caller does nothing more until the process ends. */
const untilExit = () => new Promise<never>(() => {});
