import { realpathSync, statSync, writeFileSync } from "node:fs";
import { replaceFiles } from "../../provider/api/files";
import type { DriftReport } from "../check/report";
import { UsageError } from "../command-error";
import { problemWithPlace } from "../output-place";
import type { Terminal } from "../terminal";
import type { AskedDocument, DocumentForm } from "./options";
import { renderHtml } from "./render/html";
import { renderJson } from "./render/json";
import { renderMarkdown } from "./render/markdown";
import type { Source } from "./render/source";
import { type FixPhase, renderTable } from "./render/table";

const renderers: Readonly<Record<DocumentForm, (report: DriftReport, source: Source) => string>> = {
  json: renderJson,
  markdown: renderMarkdown,
  html: renderHtml,
};

/** @throws UsageError if a document cannot be written. */
export function assertWritable(documents: readonly AskedDocument[]): void {
  for (const { form, file } of documents) {
    const problem = file === undefined ? undefined : problemWithPlace(file);
    if (problem !== undefined) throw new UsageError(`--${form}: ${problem}`);
  }
}

/**
 * Prints the report: the document for standard output, or the table.
 *
 * @param phase of a command that fixes drift.
 */
export function print(
  report: DriftReport,
  documents: readonly AskedDocument[],
  terminal: Terminal,
  source: Source,
  phase?: FixPhase,
): void {
  const printed = printedDocument(documents);
  terminal.out(
    printed === undefined
      ? renderTable(report, terminal, source, phase)
      : renderers[printed.form](report, source).trimEnd(),
  );
}

/** The document for standard output, instead of the table. */
export function printedDocument(documents: readonly AskedDocument[]): AskedDocument | undefined {
  return documents.find(({ file }) => file === undefined);
}

/**
 * Writes the documents that have a file, and names each file on standard error.
 *
 * @returns the failures, which do not prevent the rest of the output.
 */
export function writeFiles(
  report: DriftReport,
  documents: readonly AskedDocument[],
  terminal: Pick<Terminal, "note">,
  source: Source,
): string[] {
  return documents.flatMap(({ form, file }) => {
    if (file === undefined) return [];
    try {
      replace(file, `${renderers[form](report, source).trimEnd()}\n`);
      terminal.note(`wrote ${file}`);
      return [];
    } catch (error) {
      return [`--${form}: ${file} cannot be written: ${(error as Error).message}`];
    }
  });
}

/** Replaces the file atomically. Other targets, such as /dev/stdout, are written directly. */
function replace(file: string, text: string): void {
  const present = statSync(file, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) {
    writeFileSync(file, text);
    return;
  }
  // Keep a symbolic link.
  replaceFiles([{ path: present === undefined ? file : realpathSync(file), text }]);
}
