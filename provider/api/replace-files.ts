import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** What is to stand in a file. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** @default what the process gives its files */
  readonly mode?: number;
}

/**
 * Replaces files as wholes: a reader sees an old one or a new one, whatever happens meanwhile, and none is put in place before all are
 * written out. A link is replaced too, and not what it leads to.
 *
 * @param options.durable whether the new ones also outlive a failure of the machine, for which the disk is waited for.
 */
export function replaceFiles(files: readonly NewFile[], { durable = false } = {}): void {
  const drafts = files.map((file) => ({ ...file, draft: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { draft, text, mode } of drafts) writeNew(draft, text, mode, durable);
    for (const { draft, path } of drafts) renameSync(draft, path);
  } catch (error) {
    for (const { draft } of drafts) rmSync(draft, { force: true });
    throw error;
  }
}

function writeNew(path: string, text: string, mode: number | undefined, durable: boolean): void {
  const file = openSync(path, "wx", mode);
  try {
    // Unlike writeSync, which may write a part and say so only by its result.
    writeFileSync(file, text);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
