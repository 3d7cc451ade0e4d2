import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { firstOf } from "../../provider/base/message-text";
import { visible, withJsonEscapes } from "../../provider/base/visible";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, withFailure } from "../../stack/exit-codes";
import { type DriftedProperty, type DriftReport, driftReport } from "../../stack/report";
import { problemWithFile } from "../options";
import type { Terminal } from "../terminal";
import { pageParts } from "./html";
import { renderMarkdown } from "./markdown";
import { type FixPhase, renderTable } from "./terminal";
import type { Source } from "./wording";

export interface DocumentOptions {
  readonly json?: string | true | undefined;
  readonly markdown?: string | true | undefined;
  readonly html?: string | undefined;
}

/** Each returns the parts of a document. */
const renderers: Readonly<
  Record<"json" | "markdown" | "html", (report: DriftReport, source: Source) => Iterable<string>>
> = {
  json: (report) => [renderJson(report), "\n"],
  markdown: (report, source) => [renderMarkdown(report, source)],
  html: pageParts,
};

/** A requested document. Without a file, it goes to standard output. */
export interface RequestedDocument {
  readonly format: keyof typeof renderers;
  readonly file?: string;
}

/**
 * The requested documents, in addition to the table or instead of it.
 *
 * @throws UsageError if two have no file, or a file cannot be written.
 */
export function requestedDocuments(options: DocumentOptions): RequestedDocument[] {
  const documents = (["json", "markdown", "html"] as const).flatMap((format): RequestedDocument[] => {
    const file = options[format];
    if (file === undefined) return [];
    if (file === true || file === "-") return [{ format }];
    const problem = problemWithFile(file);
    if (problem !== undefined) throw new UsageError(`--${format}: ${problem}`);
    return [{ format, file }];
  });
  const [first, second] = documents.filter(({ file }) => file === undefined);
  if (first === undefined || second === undefined) return documents;
  throw new UsageError(
    `--${first.format} and --${second.format} both go to standard output: give one of them a file`,
  );
}

/** The document for standard output, instead of the table. */
export function printedDocument(documents: readonly RequestedDocument[]): RequestedDocument | undefined {
  return documents.find(({ file }) => file === undefined);
}

/**
 * Writes the documents that have a file, prints the one for standard output or the table, and returns the exit code. A file that cannot be
 * written does not prevent the rest of the output.
 *
 * @param phase of a command that fixes drift or edits the program. Before the action, only the table is printed, because standard output gets one document only.
 */
export function publish(
  report: DriftReport,
  documents: readonly RequestedDocument[],
  terminal: Terminal,
  source: Source,
  phase?: FixPhase,
): ExitCode {
  const failures = documents.flatMap(({ format, file }) => {
    if (file === undefined) return [];
    try {
      const descriptor = openSync(file, "w");
      try {
        for (const part of renderers[format](report, source)) writeFileSync(descriptor, part);
      } finally {
        closeSync(descriptor);
      }
      terminal.note(`wrote ${file}`);
      return [];
    } catch (error) {
      return [`--${format}: ${file} cannot be written: ${(error as Error).message}`];
    }
  });
  const printed = printedDocument(documents);
  if (printed === undefined) terminal.out(renderTable(report, terminal, source, phase));
  else if (phase?.when !== "before")
    terminal.out([...renderers[printed.format](report, source)].join("").trimEnd());
  for (const message of failures) terminal.note(`error: ${message}`);
  const exitCode = report.exitCode as ExitCode;
  return failures.length > 0 ? withFailure(exitCode) : exitCode;
}

/** The report as a JSON document, described by docs/drift-report.schema.json. Removes values of secrets, even if the report has them. */
export function renderJson(report: DriftReport): string {
  return withJsonEscapes(JSON.stringify(report, withoutSecretValues, 2));
}

function withoutSecretValues(_key: string, value: unknown): unknown {
  const isSecret = typeof value === "object" && (value as Partial<DriftedProperty> | null)?.secret === true;
  return isSecret ? { ...value, program: undefined, pinterest: undefined } : value;
}

/** Reads an earlier report of `--json`. @throws UsageError if the file is not one. */
export function readBaseline(path: string): DriftReport {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`--baseline: ${path} cannot be read: ${(error as Error).message}`);
  }
  const { data, error } = driftReport.safeParse(content);
  if (data !== undefined) return data;
  throw new UsageError(
    `--baseline: ${path} is not a report of \`drift --json\` of this version: ${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`,
  );
}

/**
 * Refuses to compare reports about different stacks, whose findings would all be new.
 *
 * @param stacks the names of the checked ones, such as `shops/prod`.
 * @throws UsageError if the earlier report has none of them.
 */
export function assertComparable({ stacks: earlier }: DriftReport, stacks: readonly string[]): void {
  const known = earlier.map(({ project, stack }) => `${project}/${stack}`);
  if (known.length === 0 || stacks.length === 0 || stacks.some((name) => known.includes(name))) return;
  const [other, checked] = [known, stacks].map((names) => firstOf(names.map(visible)));
  throw new UsageError(
    `--baseline: the report is about ${other}, and not about ${checked}. Name an earlier report of the same stacks, or omit --baseline.`,
  );
}
