import { confirm } from "../confirm";
import type { ExitCode } from "../exit-codes";
import type { Terminal } from "../terminal";
import { assertWritable, print, printedDocument, writeFiles } from "./documents";
import { heal } from "./heal";
import { lookAtAll } from "./look";
import { askedDocuments, type DriftOptions } from "./options";
import type { DriftReport } from "./report";
import { openTargets } from "./targets";

/** Does what `pulumi-pinterest drift` is asked for, and tells how it is to end. */
export async function runDrift(
  options: DriftOptions,
  terminal: Terminal,
  confirmed: (question: string) => Promise<boolean> = (question) => confirm(question),
): Promise<ExitCode> {
  const documents = askedDocuments(options);
  assertWritable(documents);
  const targets = await openTargets(options);
  const collecting = {
    unmanaged: options.unmanaged,
    parallel: options.parallel,
    strict: options.strict,
    notify: (message: string) => terminal.note(message),
    progress: (text: string) => terminal.progress(text),
  };
  const first = await lookAtAll(targets, collecting);
  writeFiles(first.report, documents);
  if (!options.heal) {
    print(first.report, documents, terminal);
    return exitCodeOf(first.report);
  }
  // A document on standard output is one document: that of the state after healing.
  const document = printedDocument(documents);
  if (document === undefined) print(first.report, documents, terminal);
  const healed = await heal(first.targets, options, terminal, confirmed);
  if (healed.size === 0) {
    if (document !== undefined) print(first.report, documents, terminal);
    return exitCodeOf(first.report);
  }
  const second = await lookAtAll(targets, collecting, healed);
  writeFiles(second.report, documents);
  print(second.report, documents, terminal);
  return exitCodeOf(second.report);
}

function exitCodeOf({ exitCode }: DriftReport): ExitCode {
  return exitCode as ExitCode;
}
