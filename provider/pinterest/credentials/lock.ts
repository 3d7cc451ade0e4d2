import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import type { Clock } from "../clock";
import { worthTellingMs } from "../rate/wait-text";

/** A holder says so often that it still lives. */
const heartbeatMs = 10_000;
/** A lock of which nothing was heard for so long is nobody's. */
const staleMs = 60_000;
const longestPauseMs = 100;

export interface LockOptions {
  readonly clock: Clock;
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number;
  /** Told once, of its holder, when it has been waited for long enough to be worth a word. @default nobody */
  readonly onWait?: (holder: string) => void;
}

/**
 * Runs an action while no other process, and nothing else in this one, holds the lock: a file that only one can make. A lock whose
 * holder was killed is taken over: at once where that can be told, else after a minute without a sign of life.
 *
 * @throws what the action throws, and Error where the lock cannot be had.
 */
export async function withLock<T>(
  path: string,
  { clock, waitMs, onWait }: LockOptions,
  action: () => Promise<T>,
): Promise<T> {
  const mine = `${process.pid} ${machine()} ${randomUUID()}`;
  const since = clock.now();
  const until = since + waitMs;
  let told = false;
  while (!tryMake(path, mine)) {
    breakIfStale(path);
    if (clock.now() >= until) {
      throw new Error(
        `the lock ${path} is held by another process for too long (${holderOf(path)}); if that is gone, delete the file`,
      );
    }
    if (!told && clock.now() - since > worthTellingMs) {
      told = true;
      onWait?.(holderOf(path));
    }
    await clock.sleep(longestPauseMs * (0.2 + 0.8 * clock.random()));
  }
  const heartbeat = setInterval(() => touch(path), heartbeatMs).unref();
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    if (contentOf(path) === mine) rmSync(path, { force: true });
  }
}

function tryMake(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    // Windows says EPERM of a file that is just being deleted.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || (code === "EPERM" && process.platform === "win32")) return false;
    throw error;
  }
}

/** Takes a stale lock away. Only one process at a time may do so: another could take away what the first has just made. */
function breakIfStale(path: string): void {
  const seen = staleContent(path);
  if (seen === undefined) return;
  const guard = `${path}.break`;
  if (!tryMake(guard, "")) {
    if (ageOf(guard) > staleMs) rmSync(guard, { force: true });
    return;
  }
  try {
    if (staleContent(path) === seen) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function staleContent(path: string): string | undefined {
  const content = contentOf(path);
  if (content === undefined) return undefined;
  const [pid, where] = content.split(" ");
  const dead = where === machine() && !isAlive(Number(pid));
  return dead || ageOf(path) > staleMs ? content : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * The host, its boot, and the namespace of its process IDs, which containers have of their own. Hosts can have the same name, and the
 * initial namespace has the same number on every host; only the boot ID differs.
 */
function machine(): string {
  const bootId = onLinux(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = onLinux(() => readlinkSync("/proc/self/ns/pid"));
  return `${hostname()}/${bootId}/${namespace}`.replaceAll(" ", "_");
}

/** Other systems have neither boot IDs nor namespaces. */
function onLinux(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

function holderOf(path: string): string {
  const [pid = "?", where = "?"] = contentOf(path)?.split(" ") ?? [];
  return `process ${pid} on ${where.split("/")[0]}`;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // Then it counts as stale in the end.
  }
}
