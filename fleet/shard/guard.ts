import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import type { Readable } from "node:stream";
import { waitAtMost } from "../../provider/api/async";
import { unheardAtMostSeconds } from "../times";

/** The variable that names the engine which a guard runs. */
export const guardedEngineVariable = "PINTEREST_FLEET_ENGINE";

/** The variable that names a file; where it is gone, or was not touched for a while, so is the right to run an engine. */
export const permitVariable = "PINTEREST_FLEET_PERMIT";

/** The fleet's own secrets, which no engine needs. */
const kept = ["PINTEREST_FLEET_DATABASE", "PINTEREST_FLEET_PASSPHRASE", "PINTEREST_FLEET_LIST_DATABASE"];

/** How often a guard looks whether the engine may still run, in milliseconds. */
const lookEvery = 250;

/** How a program in Go ends that breaks off: without having unlocked anything. */
const codeOfPanic = 2;

/** What it says where its backend was away when it ended (`Unlock` in backend/diy/lock.go). */
const unlockFailure = "there was a problem deleting the lock";

/** How long an engine's output may come in after its end, in milliseconds. */
const outputAfterExit = 1_000;

const handedOn = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What the names of files begin with, beside a permit, that are there while an engine runs, and stay where it may have left a lock. */
export function underWayMark(permit: string): string {
  return `${permit}.engine-`;
}

/**
 * Runs the engine in this process's place, and kills it when the process that started this one is gone or stands still, or takes back the
 * permit. A worker that is killed would leave its engine behind otherwise, which writes on while another worker takes the shard over;
 * provider processes end by themselves with their engine.
 *
 * @returns the exit code.
 */
export async function guard(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const { [guardedEngineVariable]: engine = "pulumi", [permitVariable]: permit } = environment;
  const parent = process.ppid;
  // Soon done, and with nothing but an empty state. Killed, it may leave a lock of a stack that there is not, which no command ends.
  const makesStack = args[0] === "stack" && args[1] === "init";
  const mark = permit === undefined ? undefined : `${underWayMark(permit)}${process.pid}`;
  if (permit !== undefined && !isValid(permit)) return 128 + constants.signals.SIGKILL;
  if (mark !== undefined) writeFileSync(mark, "");
  // Before there is an engine, which would be left alone by a signal that ends this process.
  for (const signal of handedOn) process.on(signal, () => child.kill(signal));
  const child = spawn(engine, args, {
    stdio: ["inherit", "inherit", "pipe"],
    env: environmentOfEngine(environment),
  });
  // Who would have heard it may be gone, and then the engine is still to be killed.
  process.stderr.on("error", () => {});
  const hasFailedToUnlock = listenTo(child.stderr);
  const look = setInterval(() => {
    // An orphan is given to another parent.
    const isOrphan = process.ppid !== parent;
    const mayGoOn = permit !== undefined && isValid(permit);
    if (isOrphan ? mayGoOn && makesStack : mayGoOn || permit === undefined) return;
    child.kill("SIGKILL");
    killSession();
  }, lookEvery);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`error: the engine ${engine} cannot be run: ${error.message}\n`);
      resolve([1, null]);
    });
    // What is below the engine may outlive it, and hold its output open.
    child.on("exit", (...ended) => void outputEnd(child.stderr).then(() => resolve(ended)));
  });
  clearInterval(look);
  const hasEnded = signal === null && code !== codeOfPanic && !hasFailedToUnlock();
  if (hasEnded && mark !== undefined) rmSync(mark, { force: true });
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * Hands on what the engine says of errors.
 *
 * @returns whether it has said that it could not end its lock: its backend was away just then. The next one would be told that the stack
 * is locked by somebody else.
 */
function listenTo(errors: Readable): () => boolean {
  let found = false;
  let end = "";
  errors.on("data", (bytes: Buffer) => {
    process.stderr.write(bytes);
    const text = end + bytes.toString("latin1");
    found ||= text.includes(unlockFailure);
    end = text.slice(-unlockFailure.length);
  });
  return () => found;
}

/** Settles with the end of an output, or soon after what has written to it. */
async function outputEnd(output: Readable): Promise<void> {
  if (output.readableEnded) return;
  // One that breaks has ended too.
  const closed = once(output, "close").catch(() => {});
  await waitAtMost(closed, outputAfterExit);
}

/**
 * Ends all that the engine has started, which is in this process's session: a provider that was about to serve would wait for its engine for
 * ever. Where sessions cannot be looked into, other than on Linux, those are left.
 */
function killSession(): void {
  if (process.platform !== "linux" || sessionOf(process.pid) !== process.pid) return;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (Number.isNaN(pid) || pid === process.pid || sessionOf(pid) !== process.pid) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function sessionOf(pid: number): number | undefined {
  try {
    // The name of a program stands in brackets, and may hold some itself.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[3]);
  } catch {
    return undefined;
  }
}

/** Without what is the fleet's alone; and without the guard's own place on PATH, where a `pulumi` below the engine would find it again. */
function environmentOfEngine(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { [guardedEngineVariable]: _, [permitVariable]: permit, PATH = "", ...rest } = environment;
  for (const name of kept) delete rest[name];
  const places = PATH.split(delimiter).filter(
    (place) => permit === undefined || !place.startsWith(dirname(permit)),
  );
  return { ...rest, PATH: places.join(delimiter) };
}

/**
 * A permit that was not renewed for a while is none: who runs the engine stands still, and others are about to take it for dead.
 */
function isValid(permit: string): boolean {
  const file = statSync(permit, { throwIfNoEntry: false });
  return file !== undefined && Date.now() - file.mtimeMs < unheardAtMostSeconds * 1_000;
}
