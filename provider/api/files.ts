import { randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CredentialsError } from "./credentials";
import { baseDirectory } from "./fleet-environment";

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
export function replaceFiles(files: readonly NewFile[]): void {
  const drafts = files.map((file) => ({ ...file, draft: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { draft, text, mode } of drafts) writeNew(draft, text, mode);
    for (const { draft, path } of drafts) renameSync(draft, path);
  } catch (error) {
    for (const { draft } of drafts) rmSync(draft, { force: true });
    throw error;
  }
}

function writeNew(path: string, text: string, mode: number | undefined): void {
  const file = openSync(path, "wx", mode);
  try {
    // Unlike writeSync, this writes everything or throws.
    writeFileSync(file, text);
    // So that the files survive a failure of the machine.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

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
