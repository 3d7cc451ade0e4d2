import { realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { baseDirectory } from "../base-directory";
import { CredentialsError } from "../credentials";
import { replaceFiles } from "../replace-files";

/** Resolves a configured path: `~/`, the base directory, and symbolic links, so that a write replaces the target and not the link. */
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

/**
 * Checks that other users cannot access a file, which need not exist. Does nothing on Windows, where modes do not show who has access.
 *
 * @throws CredentialsError with the command that fixes the mode. Error if the directory does not exist.
 */
export function assertPrivate(path: string): void {
  if (process.platform === "win32") return;
  const directory = dirname(path);
  const { mode } = statSync(directory);
  const isSticky = (mode & 0o1000) !== 0; // As in /tmp, where users cannot replace files of others.
  if ((mode & 0o002) !== 0 && !isSticky) {
    throw new CredentialsError(
      "every user can write to its directory",
      `Run \`chmod o-w ${directory}\`, or choose another directory`,
    );
  }
  const file = statSync(path, { throwIfNoEntry: false });
  if (file !== undefined && (file.mode & 0o077) !== 0) {
    const digits = (file.mode & 0o777).toString(8).padStart(4, "0");
    throw new CredentialsError(`other users can access it (mode ${digits})`, `Run \`chmod 600 ${path}\``);
  }
}

/** Replaces a file atomically and flushes it to disk, with mode 0600. */
export function replaceFile(path: string, text: string): void {
  replaceFiles([{ path, text, mode: 0o600 }], { durable: true });
}
