import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { type Clock, noticeAfterMs } from "../clock";
import { ifPossible } from "../files";

/** How often the holder updates the modification time of its lock file. */
const heartbeatMs = 10_000;
/** A lock file that was not modified for this long is abandoned. */
const staleMs = 60_000;
const maxPollMs = 100;

export interface LockOptions {
  readonly clock: Pick<Clock, "now" | "sleep" | "random">;
  /** How long to wait for another holder, in milliseconds. @default no limit */
  readonly waitMs?: number;
  /** Called once with the holder ("process 12 on host-a") after two seconds of waiting. */
  readonly onWait?: (holder: string) => void;
}

/**
 * Runs an action while holding a lock file, which excludes other processes and other calls in this one. Also works on a file system that
 * several machines share. A lock whose holder was killed is removed: at once if the holder ran on this machine, otherwise after a minute
 * without a heartbeat.
 *
 * @throws what the action throws, or Error if the lock is still held after `waitMs`.
 */
export async function withLock<T>(
  path: string,
  { clock, waitMs = Number.POSITIVE_INFINITY, onWait }: LockOptions,
  action: () => Promise<T>,
): Promise<T> {
  const content = `${process.pid} ${machine()} ${randomUUID()}`;
  const start = clock.now();
  let notify = onWait;
  while (!tryCreate(path, content)) {
    removeIfAbandoned(path);
    const waitedMs = clock.now() - start;
    if (waitedMs >= waitMs) {
      throw new Error(
        `${holderOf(path)} has held the lock ${path} for more than ${waitMs / 1000} s. If that process has ended, delete the file`,
      );
    }
    if (waitedMs > noticeAfterMs) {
      notify?.(holderOf(path));
      notify = undefined;
    }
    await clock.sleep(maxPollMs * (0.2 + 0.8 * clock.random()));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    ifPossible(() => utimesSync(path, now, now));
  }, heartbeatMs).unref();
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    if (contentOf(path) === content) rmSync(path, { force: true });
  }
}

function tryCreate(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    // Windows reports EPERM for a file that is being deleted.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || (code === "EPERM" && process.platform === "win32")) return false;
    throw error;
  }
}

/** A guard file admits one process at a time: a second one could delete the lock that the first one creates next. */
function removeIfAbandoned(path: string): void {
  const content = abandonedContent(path);
  if (content === undefined) return;
  const guard = `${path}.break`;
  if (!tryCreate(guard, "")) {
    if (ageOf(guard) > staleMs) rmSync(guard, { force: true });
    return;
  }
  try {
    if (abandonedContent(path) === content) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function abandonedContent(path: string): string | undefined {
  const content = contentOf(path);
  if (content === undefined) return undefined;
  const [pid, where] = content.split(" ");
  const hasEnded = where === machine() && !isAlive(Number(pid));
  return hasEnded || ageOf(path) > staleMs ? content : undefined;
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
 * Identifies the set of processes that a process ID is unique in: the host, its boot (hosts can share a name), and on Linux the PID
 * namespace, because each container has its own.
 */
function machine(): string {
  const bootId = ifPossible(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? "";
  const namespace = ifPossible(() => readlinkSync("/proc/self/ns/pid")) ?? "";
  return `${hostname()}/${bootId}/${namespace}`.replaceAll(" ", "_");
}

function holderOf(path: string): string {
  const [pid = "?", where = "?"] = contentOf(path)?.split(" ") ?? [];
  return `process ${pid} on ${where.split("/")[0]}`;
}

function contentOf(path: string): string | undefined {
  return ifPossible(() => readFileSync(path, "utf8"));
}

function ageOf(path: string): number {
  return Date.now() - (ifPossible(() => statSync(path).mtimeMs) ?? Date.now());
}
