import { confirm } from "../confirm";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { Terminal } from "../terminal";
import { checkTargets } from "./check";
import { assertWritable, printedDocument, publish } from "./documents";
import { fix } from "./fix";
import { type DriftOptions, requestedDocuments } from "./options";
import { ofPrograms } from "./source";
import { exitCodeSentence } from "./summary";
import { openTargets } from "./targets";

/** Runs `pulumi-pinterest drift`, and returns the exit code. */
export async function runDrift(
  options: DriftOptions,
  terminal: Terminal,
  confirmed: (question: string) => Promise<boolean> = (question) => confirm(question),
): Promise<ExitCode> {
  const documents = requestedDocuments(options);
  assertWritable(documents);
  const targets = await openTargets(options);
  const programs = ofPrograms(targets.flatMap(({ stack }) => stack ?? []));
  const source = { ...programs, deployedByMerge: options.pullRequest === true };
  const { unmanaged, parallel, strict } = options;
  const checking = {
    unmanaged,
    parallel,
    strict,
    notify: (message: string) => terminal.note(message),
    progress: (text: string) => terminal.progress(text),
  };
  const { report, checks } = await checkTargets(targets, checking);
  if (!options.fix) return publish(report, documents, terminal, source);
  const exitCode = publish(report, documents, terminal, source, "Before the fix");
  const { fixed, interrupted } = await fix(checks, options, terminal, confirmed);
  if (interrupted) return exitCodes.interrupted;
  if (fixed.size > 0) {
    const after = await checkTargets(targets, checking, fixed);
    return publish(after.report, documents, terminal, source, "After the fix");
  }
  const printed = printedDocument(documents);
  if (printed !== undefined) publish(report, [printed], terminal, source);
  else terminal.out(`\n${exitCodeSentence(report, source)}`);
  return exitCode;
}
