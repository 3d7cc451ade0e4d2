import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Milliseconds after which an unfinished folder has certainly been given up by whoever was filling it. */
const abandonedAfter = 24 * 60 * 60 * 1000;

/** The user's cache folder for engines: below XDG_CACHE_HOME or ~/.cache, ~/Library/Caches or LOCALAPPDATA. */
export function cacheDir(): string {
  return join(userCacheDir(), "pulumi-pinterest", "engine");
}

function userCacheDir(): string {
  if (process.platform === "win32") return process.env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
}

/**
 * Makes a cache entry, all of it or nothing: `fill` works in a folder beside, which then takes the entry's name in one
 * step. When another process was faster, its entry is kept.
 * @param marker a file of the entry. An entry without it has been damaged since, and is made anew.
 * @returns the entry's path.
 */
export async function createEntry(
  name: string,
  marker: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const entry = join(cacheDir(), name);
  const complete = () => existsSync(join(entry, marker));
  if (complete()) return entry;
  mkdirSync(cacheDir(), { recursive: true });
  rmSync(entry, { recursive: true, force: true });
  removeAbandoned();
  const partial = mkdtempSync(join(cacheDir(), `.${name}.partial-`));
  try {
    await fill(partial);
    renameSync(partial, entry);
  } catch (error) {
    if (!complete()) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return entry;
}

function removeAbandoned(): void {
  for (const name of readdirSync(cacheDir())) {
    const folder = join(cacheDir(), name);
    if (!name.includes(".partial-")) continue;
    const age =
      Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (age > abandonedAfter) rmSync(folder, { recursive: true, force: true });
  }
}
