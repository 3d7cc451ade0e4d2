import { mkdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { baseDirectory } from "../base-directory";
import { replaceFiles } from "../replace-files";

/** On Windows the mode of a file says nothing of who may read it. */
const modesCount = process.platform !== "win32";

/** A path as it was configured, in full: `~/` is the home directory, and a link leads to what is written. */
export function privatePath(configured: string): string {
  const path = /^~[/\\]/.test(configured)
    ? join(homedir(), configured.slice(2))
    : resolve(baseDirectory(), configured);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Makes the directory of a file, for its owner only, where there is none. */
export function makeDirectoryOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}

/**
 * Checks that nobody else gets at a file, which need not be there yet.
 *
 * @throws Error that says what to change, or that there is no directory.
 */
export function assertPrivate(path: string): void {
  if (!modesCount) return;
  const directory = dirname(path);
  const { mode } = statSync(directory);
  // In a directory such as /tmp, others cannot replace what is not theirs.
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    throw new Error(
      `its directory can be written by everybody; run chmod o-w ${directory}, or choose another`,
    );
  }
  const file = statSync(path, { throwIfNoEntry: false });
  if (file !== undefined && (file.mode & 0o077) !== 0) {
    const digits = (file.mode & 0o777).toString(8).padStart(4, "0");
    throw new Error(
      `others than its owner get at it (mode ${digits}), and it holds tokens; run chmod 600 ${path}`,
    );
  }
}

/** Replaces a file as a whole and durably: readers see the old file or the new one, also after a crash. Only its owner can read it. */
export function replaceFile(path: string, text: string): void {
  replaceFiles([{ path, text, mode: 0o600 }], { durable: true });
}
