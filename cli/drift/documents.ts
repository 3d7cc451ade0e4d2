import { realpathSync, statSync, writeFileSync } from "node:fs";
import { replaceFiles } from "../../provider/api/files";
import { type DriftReport, driftReport } from "../check/report";
import { UsageError } from "../command-error";
import { problemWithPlace } from "../output-place";
import type { Terminal } from "../terminal";
import { withJsonEscapes } from "../text/visible";
import { renderHtml } from "./html";
import { renderMarkdown } from "./markdown";
import type { AskedDocument, DocumentForm } from "./options";
import type { Source } from "./source";
import { type FixPhase, renderTable } from "./table";

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

/**
 * The report as a JSON document, described by docs/drift-report.schema.json. Removes values of secrets, even if the report has them.
 *
 * @throws ZodError if the report does not have this form.
 */
export function renderJson(report: DriftReport): string {
  const checked = driftReport.parse(report);
  const merchants = checked.stacks.flatMap((stack) => stack.merchants);
  for (const property of merchants.flatMap(({ properties }) => properties)) {
    if (property.secret) {
      delete property.program;
      delete property.pinterest;
    }
  }
  return withJsonEscapes(JSON.stringify(checked, null, 2));
}
