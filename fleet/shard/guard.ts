#!/usr/bin/env node
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitAtMost } from "../../provider/base/async";
import { panicExitCode } from "../../stack/engine";
import { renewalTimeoutSeconds } from "../store/queue";

/** The variable with the path of the engine that a guard runs. */
export const guardedEngineVariable = "PINTEREST_FLEET_ENGINE";

/** The variable with the path of the permit. If the file is missing or was not renewed for a while, the engine must not run. */
export const permitVariable = "PINTEREST_FLEET_PERMIT";

/** The fleet's secrets, which the engine does not need. */
const secretVariables = ["PINTEREST_FLEET_DATABASE", "PINTEREST_FLEET_PASSPHRASE"];

/** Interval in which the permit and the parent process are checked. */
const checkEveryMs = 250;

/** Number of characters of the engine's standard error that are kept, to find its last messages. */
const keptErrors = 100_000;

/** Time in which the engine's output must end after the engine. */
const outputTimeoutMs = 1_000;

/** A shell's exit code for a process that a signal terminated is the sum of this number and the signal's. */
const signalExitBase = 128;

/** Prefix of the marks next to a permit. A mark exists while an engine runs, and stays if the engine may have left a lock. */
export function engineMark(permit: string): string {
  return `${permit}.engine-`;
}

/**
 * Runs the engine for this process, and kills it if the parent process has ended or is suspended, or deletes the permit. Otherwise, the engine
 * of a killed worker would continue to write while another worker processes the shard. The processes that the engine started end with it.
 */
async function guard(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { [guardedEngineVariable]: engine = "", [permitVariable]: permit = "" } = environment;
  const parent = process.ppid;
  // `pulumi stack init` is short and uses an empty state. If it were killed, it could leave the lock of a stack that does not exist, which no command
  // removes.
  const createsStack = args[0] === "stack" && args[1] === "init";
  const mark = `${engineMark(permit)}${process.pid}`;
  if (!isValid(permit)) return signalExitBase + constants.signals.SIGKILL;
  writeFileSync(mark, "");
  // Before the engine starts: a signal that ended this process would leave the engine without a guard.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(engine, args, {
    stdio: ["inherit", "inherit", "pipe"],
    env: environmentOfEngine(environment),
  });
  // The parent may have ended, and the engine must still be killed.
  process.stderr.on("error", () => {});
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => {
    process.stderr.write(bytes);
    errors = (errors + bytes.toString()).slice(-keptErrors);
  });
  const check = setInterval(() => {
    // The system gives an orphan another parent.
    const isOrphan = process.ppid !== parent;
    if (isValid(permit) && (!isOrphan || createsStack)) return;
    child.kill("SIGKILL");
    signalSession("SIGKILL");
  }, checkEveryMs);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`error: the engine ${engine} cannot be run: ${error.message}\n`);
      resolve([1, null]);
    });
    // Child processes of the engine can outlive it, and keep its output open.
    const closed = new Promise((resolve) => child.stderr.once("close", resolve));
    child.on("exit", async (...ended) => {
      await endSession();
      await waitAtMost(closed, outputTimeoutMs);
      resolve(ended);
    });
  });
  clearInterval(check);
  const end = { code, signal, errors };
  if (hasUnlocked(end)) rmSync(mark, { force: true });
  const missing = missingError(end);
  if (missing !== undefined) process.stderr.write(`error: ${missing}\n`);
  return code ?? signalExitBase + (signal === null ? 0 : constants.signals[signal]);
}

/** The end of an engine. One of `code` and `signal` is null. */
interface EngineEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its standard error. */
  readonly errors: string;
}

/**
 * Whether an engine has unlocked its stack. Its exit code is the same for all errors, so that only its message shows a failure (`Unlock` in the
 * engine's pkg/backend/diy/lock.go).
 *
 * 255, "error: there was a problem deleting the lock at file:///states": false
 * 255, "error: the stack is currently locked by 1 lock(s)": true, because that lock is another process's
 */
function hasUnlocked({ code, signal, errors }: EngineEnd): boolean {
  return (
    signal === null && code !== panicExitCode && !errors.includes("there was a problem deleting the lock")
  );
}

/**
 * The error that an engine did not print, which the Automation API reports in its place. Undefined if there is none.
 *
 * 0: undefined
 * 255, "error: no stack named 'dev' found": undefined
 * 1, "\nfatal: no space left on device\n": "fatal: no space left on device"
 */
function missingError({ code, signal, errors }: EngineEnd): string | undefined {
  if (signal !== null)
    return `the engine was terminated by ${signal}, for example because the machine has too little memory`;
  if (code === 0 || /^error: /m.test(errors)) return undefined;
  return errors.trim().split("\n").at(-1) || undefined;
}

/** Time in which a provider process completes its requests for tokens. The engine gives it the same time. */
const terminationMs = 5_000;
const terminationPollMs = 50;

/**
 * Ends the processes that a killed engine has left. A provider that was starting would wait for its engine forever, and the program for its
 * provider.
 */
async function endSession(): Promise<void> {
  const killAt = performance.now() + terminationMs;
  let left = signalSession("SIGTERM");
  while (left > 0 && performance.now() < killAt) {
    await sleep(terminationPollMs);
    left = signalSession(0);
  }
  if (left > 0) signalSession("SIGKILL");
}

/**
 * Sends a signal to the other processes in this process's session: those that the engine started. On systems other than Linux, where sessions
 * cannot be listed, such processes remain.
 *
 * @param signal 0 only counts them.
 * @returns the number of processes.
 */
function signalSession(signal: NodeJS.Signals | 0): number {
  if (process.platform !== "linux" || sessionOf(process.pid) !== process.pid) return 0;
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && sessionOf(pid) === process.pid)
    .filter((pid) => {
      try {
        return process.kill(pid, signal);
      } catch {
        // It has exited in the meantime.
        return false;
      }
    }).length;
}

/** The session of a process; undefined if it has ended, also if its parent has not read its exit status yet (state Z). */
function sessionOf(pid: number): number | undefined {
  try {
    // The program's name is in parentheses, and can contain some itself.
    const [state, , , session] =
      readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return state === "Z" ? undefined : Number(session);
  } catch {
    // It has exited in the meantime.
    return undefined;
  }
}

/**
 * The environment without the fleet's secrets, and without the guard's directory on PATH, where the engine's child processes would find the
 * guard instead of `pulumi`.
 */
function environmentOfEngine(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [guardedEngineVariable]: _, [permitVariable]: permit = "", PATH = "", ...rest } = environment;
  for (const name of secretVariables) delete rest[name];
  const directories = PATH.split(delimiter).filter((directory) => !directory.startsWith(dirname(permit)));
  return { ...rest, PATH: directories.join(delimiter) };
}

/** The content of a permit that is renewed now: milliseconds since the start of the machine, a clock that all processes share. */
export function renewedPermit(): string {
  return String(process.hrtime.bigint() / 1_000_000n).padStart(16, "0");
}

/**
 * Whether an engine may run. If the permit was not renewed for a while, the process that runs the engine is suspended, and other workers
 * will count it as dead.
 */
function isValid(permit: string): boolean {
  try {
    return Number(renewedPermit()) - Number(readFileSync(permit, "utf8")) < renewalTimeoutSeconds * 1_000;
  } catch {
    // The worker has deleted the permit.
    return false;
  }
}

if (require.main === module) {
  void guard(process.argv.slice(2), process.env).then((code) => process.exit(code));
}
