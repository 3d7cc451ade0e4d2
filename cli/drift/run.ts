import { pick } from "../../provider/base/bag";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { type CommandIo, confirm } from "../terminal";
import { type DocumentOptions, printedDocument, publish, requestedDocuments } from "./documents";
import { type FixOptions, fix } from "./fix";
import { checkTargets, openTargets, type TargetOptions } from "./targets";
import { exitCodeSentence, ofPrograms } from "./wording";

/** The options of `pulumi-pinterest drift` as commander returns them. `-` as a file is standard output. */
export interface DriftOptions extends TargetOptions, DocumentOptions, FixOptions {
  unmanaged?: true;
  strict?: true;
  pullRequest?: true;
  fix?: true;
}

/**
 * Runs `pulumi-pinterest drift`.
 *
 * @returns the exit code.
 * @throws UsageError for invalid arguments; CommandError if the only stack cannot be opened.
 */
export async function runDrift(
  options: DriftOptions,
  { terminal, environment }: CommandIo,
  confirmed: (question: string) => Promise<boolean> = (question) => confirm(question),
): Promise<ExitCode> {
  assertConsistent(options, terminal.interactive);
  const documents = requestedDocuments(options);
  const targets = await openTargets(options, environment);
  const checking = { ...options, notify: terminal.note, progress: terminal.progress };
  const { report, checks } = await checkTargets(targets, checking);
  const opened = checks.flatMap(({ stack, othersChanged }) =>
    stack === undefined
      ? []
      : [{ ...pick(stack, ["directory", "name", "isSelected"]), changesOthers: othersChanged.length > 0 }],
  );
  const source = { ...ofPrograms(opened), deployedByMerge: options.pullRequest === true };
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

/** @throws UsageError if options require each other, or nobody can confirm the fix. */
function assertConsistent(options: DriftOptions, interactive: boolean): void {
  const { markdown, pullRequest, fix, includePending, yes } = options;
  if (pullRequest && markdown === undefined) throw new UsageError("--pull-request requires --markdown");
  if (includePending && !fix) throw new UsageError("--include-pending requires --fix");
  if (yes && !fix) throw new UsageError("--yes requires --fix");
  if (fix && !yes && !interactive) {
    throw new UsageError(
      "--fix asks for confirmation, but this is not an interactive terminal. To write without confirmation, add --yes.",
    );
  }
}
