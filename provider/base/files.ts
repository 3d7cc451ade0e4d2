import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { type Clock, noticeAfterMs } from "./clock";

interface NewFile {
  readonly path: string;
  readonly text: string;
  /** @default the process's default for new files */
  readonly mode?: number;
}

/**
 * Replaces files atomically: a reader finds the old or the new content of each, and no file is replaced before all are written. A symbolic
 * link is replaced, not its target.
 */
export function replaceFiles(files: readonly NewFile[], platform = process.platform): void {
  const drafts = files.map((file) => ({ ...file, draft: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { draft, text, mode } of drafts) writeNew(draft, text, mode);
    for (const { draft, path } of drafts) rename(draft, path, platform);
  } catch (error) {
    for (const { draft } of drafts) rmSync(draft, { force: true });
    throw error;
  }
}

/** Time limit for retries of a rename on Windows. */
const renameTimeoutMs = 2_000;
const renamePauseMs = 20;

/** The errors of Windows while another process, for example a virus scanner, has the file open. */
const busyCodes = ["EPERM", "EACCES", "EBUSY"];

/** Blocks the thread, because callers write files synchronously. */
function sleepSync(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

function rename(draft: string, path: string, platform: NodeJS.Platform): void {
  const giveUpAt = performance.now() + renameTimeoutMs;
  for (;;) {
    try {
      renameSync(draft, path);
      break;
    } catch (error) {
      const isBusy =
        platform === "win32" && busyCodes.includes(String((error as NodeJS.ErrnoException).code));
      if (!isBusy || performance.now() > giveUpAt) throw error;
      sleepSync(renamePauseMs);
    }
  }
  // Windows cannot write a directory to the disk, and some file systems refuse it.
  if (platform !== "win32") ifPossible(() => syncDirectory(dirname(path)));
}

/** Writes the names in a directory to the disk, because a rename alone can be lost if the machine fails. */
function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** The path and mode that replace a file in its place: for a symbolic link, its target. A new file gets the process's default mode. */
export function inPlace(path: string): Pick<NewFile, "path" | "mode"> {
  if (!existsSync(path)) return { path };
  return { path: realpathSync(path), mode: statSync(path).mode & 0o777 };
}

function writeNew(path: string, text: string, mode: number | undefined): void {
  const file = openSync(path, "wx", mode);
  try {
    // Unlike writeSync, this writes everything or throws.
    writeFileSync(file, text);
    // Writes the data to the disk, so that the files survive a failure of the machine.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Interval in which the process with the lock updates the modification time of its file. */
const heartbeatMs = 10_000;
/** A lock file that does not change for this long is abandoned. */
export const lockStaleMs = 60_000;

interface LockOptions {
  readonly clock: Pick<Clock, "now" | "sleep" | "random">;
  /** Longest wait for another holder. @default no limit */
  readonly waitMs?: number;
  /** Called once with the holder ("process 12 on host-a") after two seconds of waiting. */
  readonly onWait?: (holder: string) => void;
  /** Ends the wait for another holder. */
  readonly signal?: AbortSignal | undefined;
}

interface Lock {
  readonly path: string;
  /** Unique, so that a process deletes only its own lock file. */
  readonly content: string;
}

/** The locks of this process. */
const ownLocks = new Set<Lock>();

/**
 * Runs an action while holding a lock file, which excludes other processes and other calls in this one. Also works on a file system that
 * several machines share. If a holder is killed, a waiting process removes its lock after it has seen no heartbeat for a minute of its
 * own clock, because the clocks of two machines can differ.
 *
 * @throws what the action throws, the signal's reason, or Error if the lock is still held after `waitMs`.
 */
export async function withLock<T>(path: string, options: LockOptions, action: () => Promise<T>): Promise<T> {
  const lock = await acquire(path, options);
  if (ownLocks.size === 0) process.on("exit", releaseAll);
  ownLocks.add(lock);
  const heartbeat = setInterval(() => {
    const now = new Date();
    ifPossible(() => utimesSync(path, now, now));
  }, heartbeatMs).unref();
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    release(lock);
    ownLocks.delete(lock);
    if (ownLocks.size === 0) process.off("exit", releaseAll);
  }
}

/** Creates the lock file. */
async function acquire(
  path: string,
  { clock, waitMs = Number.POSITIVE_INFINITY, onWait, signal }: LockOptions,
): Promise<Lock> {
  const content = `${process.pid} ${hostname()} ${randomUUID()}`;
  const start = clock.now();
  let notify = onWait;
  let last: { readonly stamp: string | undefined; readonly since: number } | undefined;
  signal?.throwIfAborted();
  while (!tryCreate(path, content)) {
    const stamp = stampOf(path);
    if (last === undefined || last.stamp !== stamp) last = { stamp, since: performance.now() };
    if (performance.now() - last.since > lockStaleMs) {
      const abandoned = last.stamp;
      // One process at a time: a second one could delete the lock that the first one creates next.
      await withLock(`${path}.break`, { clock, signal }, async () => {
        if (stampOf(path) === abandoned) rmSync(path, { force: true });
      });
      continue;
    }
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
    await clock.sleep(20 + 80 * clock.random(), signal);
  }
  return { path, content };
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

function releaseAll(): void {
  for (const lock of ownLocks) release(lock);
}

/** Deletes a lock file, unless another process has removed it and created its own. */
function release({ path, content }: Lock): void {
  if (contentOf(path) === content) rmSync(path, { force: true });
}

/** A string that changes with the holder and its heartbeat. Undefined if the file is missing. */
function stampOf(path: string): string | undefined {
  // Reading first makes a network file system update the attributes that it caches.
  return ifPossible(() => `${readFileSync(path, "utf8")} ${statSync(path).mtimeMs}`);
}

function holderOf(path: string): string {
  const [pid = "?", host = "?"] = contentOf(path)?.split(" ") ?? [];
  return `process ${pid} on ${host}`;
}

function contentOf(path: string): string | undefined {
  return ifPossible(() => readFileSync(path, "utf8"));
}

/** Returns undefined if the action throws, for example because another process has deleted the file. */
export function ifPossible<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
