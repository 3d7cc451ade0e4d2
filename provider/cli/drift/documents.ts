import { randomUUID } from "node:crypto";
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CommandError, UsageError } from "../command-error";
import type { Terminal } from "../terminal";
import type { AskedDocument, DocumentForm } from "./options";
import { renderHtml } from "./render/html";
import { renderJson } from "./render/json";
import { renderMarkdown } from "./render/markdown";
import { renderTable } from "./render/table";
import type { DriftReport } from "./report";

const renderers: Readonly<Record<DocumentForm, (report: DriftReport) => string>> = {
  json: renderJson,
  markdown: renderMarkdown,
  html: renderHtml,
};

/** @throws UsageError where the directory of a file is missing, which is better said before a long look than after it. */
export function assertWritable(documents: readonly AskedDocument[]): void {
  for (const { form, file } of documents) {
    if (file === undefined) continue;
    const directory = dirname(resolve(file));
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(`--${form}: there is no directory ${directory}`);
    }
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(`--${form}: ${file} is a directory: name a file in it`);
    }
  }
}

/**
 * Gives out the report: documents to their files, and one, or the table, to standard output.
 *
 * @throws CommandError when a file cannot be written.
 */
export function giveOut(report: DriftReport, documents: readonly AskedDocument[], terminal: Terminal): void {
  const printed = documents.find(({ file }) => file === undefined);
  terminal.out(
    printed === undefined ? renderTable(report, terminal) : renderers[printed.form](report).trimEnd(),
  );
  for (const { form, file } of documents) {
    if (file === undefined) continue;
    replace(file, `${renderers[form](report).trimEnd()}\n`);
    terminal.note(`${form} written to ${file}`);
  }
}

/** A reader sees the old file or the new one, as a whole. */
function replace(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
