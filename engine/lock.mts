import { closeSync, mkdirSync, openSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two signs of life of the process that holds a lock. */
const heartbeat = 1_000;
/** Milliseconds of silence after which a lock's holder counts as dead (killed, or its machine switched off). */
const deadAfter = 8_000;
const pollInterval = 250;

/**
 * Runs `work` while holding the lock file, so that two processes that start together don't both spend minutes on the
 * same build. It saves work and nothing else depends on it: cache entries are safe without it. Signs of life are the
 * file's modification time, which unlike a process id also means something in another container.
 * @param waiting called once if another process holds the lock.
 */
export async function withLock<T>(file: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!tryTake(file)) {
    if (!told) waiting();
    told = true;
    await pause(pollInterval);
  }
  const beat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Someone took us for dead and removed it: the work goes on, unguarded.
    }
  }, heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(file, { force: true });
  }
}

function tryTake(file: string): boolean {
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (changed !== undefined && Date.now() - changed > deadAfter) rmSync(file, { force: true });
    return false;
  }
}
