#!/usr/bin/env node
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { waitAtMost } from "../../provider/api/async";
import { renewalTimeoutSeconds } from "../queue";

/** The variable with the path of the engine that a guard runs. */
export const guardedEngineVariable = "PINTEREST_FLEET_ENGINE";

/** The variable with the path of the permit. If the file is missing or was not renewed for a while, the engine must not run. */
export const permitVariable = "PINTEREST_FLEET_PERMIT";

/** The fleet's secrets, which the engine does not need. */
const secretVariables = ["PINTEREST_FLEET_DATABASE", "PINTEREST_FLEET_PASSPHRASE"];

/** Exit code of a Go program that panics. The engine then does not unlock the stack. */
const panicExitCode = 2;

/** The engine's message if it could not reach its backend at the end (`Unlock` in backend/diy/lock.go). */
const unlockFailure = "there was a problem deleting the lock";

/** Prefix of the marks next to a permit. A mark exists while an engine runs, and stays if the engine may have left a lock. */
export function engineMark(permit: string): string {
  return `${permit}.engine-`;
}

/**
 * Runs the engine for this process, and kills it if the parent process has ended or is suspended, or deletes the permit. Otherwise, the engine
 * of a killed worker would continue to write while another worker processes the shard. Provider processes end with their engine.
 */
async function guard(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { [guardedEngineVariable]: engine = "", [permitVariable]: permit = "" } = environment;
  const parent = process.ppid;
  // These commands are short and use an empty state. If they were killed, they could leave the lock of a stack that does not exist, which
  // no command removes.
  const createsStack = args[0] === "stack" && args[1] === "init";
  const mark = `${engineMark(permit)}${process.pid}`;
  if (!isValid(permit)) return 128 + constants.signals.SIGKILL;
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
    errors = (errors + bytes.toString()).slice(-100_000);
  });
  const check = setInterval(() => {
    // The system gives an orphan another parent.
    const isOrphan = process.ppid !== parent;
    if (isValid(permit) && (!isOrphan || createsStack)) return;
    child.kill("SIGKILL");
    killSession();
  }, 250);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`error: the engine ${engine} cannot be run: ${error.message}\n`);
      resolve([1, null]);
    });
    // Child processes of the engine can outlive it, and keep its output open.
    const closed = new Promise((resolve) => child.stderr.once("close", resolve));
    child.on("exit", (...ended) => void waitAtMost(closed, 1_000).then(() => resolve(ended)));
  });
  clearInterval(check);
  const hasUnlocked = signal === null && code !== panicExitCode && !errors.includes(unlockFailure);
  if (hasUnlocked) rmSync(mark, { force: true });
  const reason = reasonOf(code, signal, errors);
  if (reason !== undefined) process.stderr.write(`error: ${reason}\n`);
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** The reason of a failure for which the engine printed no error in the usual form. The Automation API would report only the exit code. */
function reasonOf(code: number | null, signal: NodeJS.Signals | null, errors: string): string | undefined {
  if (signal !== null)
    return `the engine was terminated by ${signal}, for example because the machine has too little memory`;
  return code === 0 || /^error: /m.test(errors) ? undefined : errors.trim().split("\n").at(-1) || undefined;
}

/**
 * Kills the processes that the engine started, which are in this process's session. A provider that is still starting would wait for its
 * engine forever. On systems other than Linux, where sessions cannot be listed, such processes remain.
 */
function killSession(): void {
  if (process.platform !== "linux" || sessionOf(process.pid) !== process.pid) return;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (Number.isNaN(pid) || pid === process.pid || sessionOf(pid) !== process.pid) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has exited by itself.
    }
  }
}

function sessionOf(pid: number): number | undefined {
  try {
    // The program's name is in parentheses, and can contain some itself.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[3]);
  } catch {
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
  const places = PATH.split(delimiter).filter((place) => !place.startsWith(dirname(permit)));
  return { ...rest, PATH: places.join(delimiter) };
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
    return false;
  }
}

if (require.main === module) {
  void guard(process.argv.slice(2), process.env).then((code) => process.exit(code));
}
