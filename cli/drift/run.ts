import type { DriftReport } from "../check/report";
import { confirm } from "../confirm";
import { type ExitCode, exitCodes, withFailure } from "../exit-codes";
import type { Terminal } from "../terminal";
import { assertWritable, print, printedDocument, writeFiles } from "./documents";
import { fix } from "./fix";
import { lookAtAll } from "./look";
import { askedDocuments, type DriftOptions } from "./options";
import { ofPrograms } from "./source";
import { exitCodeSentence } from "./summary";
import type { FixPhase } from "./table";
import { openTargets } from "./targets";

/** Runs `pulumi-pinterest drift`, and returns the exit code. */
export async function runDrift(
  options: DriftOptions,
  terminal: Terminal,
  confirmed: (question: string) => Promise<boolean> = (question) => confirm(question),
): Promise<ExitCode> {
  const documents = askedDocuments(options);
  assertWritable(documents);
  const targets = await openTargets(options);
  const programs = ofPrograms(targets.flatMap(({ stack }) => stack ?? []));
  const source = { ...programs, deployedByMerge: options.pullRequest === true };
  const collecting = {
    unmanaged: options.unmanaged,
    parallel: options.parallel,
    strict: options.strict,
    notify: (message: string) => terminal.note(message),
    progress: (text: string) => terminal.progress(text),
  };
  const tell = (report: DriftReport, printed: boolean, phase?: FixPhase): ExitCode => {
    const unwritten = writeFiles(report, documents, terminal, source);
    if (printed) print(report, documents, terminal, source, phase);
    for (const message of unwritten) terminal.note(`error: ${message}`);
    const exitCode = report.exitCode as ExitCode;
    return unwritten.length > 0 ? withFailure(exitCode) : exitCode;
  };
  const first = await lookAtAll(targets, collecting);
  if (!options.fix) return tell(first.report, true);
  // Standard output gets one document only: the state after the fix.
  const isTable = printedDocument(documents) === undefined;
  const exitCode = tell(first.report, isTable, "Before the fix");
  const { fixed, interrupted } = await fix(first.targets, options, terminal, confirmed);
  if (interrupted) return exitCodes.interrupted;
  if (fixed.size > 0) {
    return tell((await lookAtAll(targets, collecting, fixed)).report, true, "After the fix");
  }
  if (isTable) terminal.out(`\n${exitCodeSentence(first.report, source)}`);
  else print(first.report, documents, terminal, source);
  return exitCode;
}
