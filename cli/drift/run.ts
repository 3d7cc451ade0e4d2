import { pick } from "../../provider/base/bag";
import { visible } from "../../provider/base/visible";
import { withUnmanaged } from "../../stack/check-stack";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes, withFailure } from "../../stack/exit-codes";
import { driftReportOf } from "../../stack/findings";
import type { DriftReport, MerchantReport } from "../../stack/report";
import { countManaged } from "../../stack/unmanaged";
import { adoptPrograms, confirmationNeeded } from "../adopt/adopt";
import { type CommandIo, confirm } from "../terminal";
import { type AcceptOptions, accept, chosenOrPrinted, fixable, readAcceptances, termsOf } from "./accept";
import {
  assertComparable,
  type DocumentOptions,
  printedDocument,
  publish,
  readBaseline,
  requestedDocuments,
} from "./documents";
import { type FixOptions, fix } from "./fix";
import { historyOfReport } from "./html-estate";
import { checkTargets, openTargets, type TargetCheck, type TargetOptions } from "./targets";
import { exitCodeSentence, ofPrograms } from "./wording";

/** The options of `pulumi-pinterest drift` as commander returns them. `-` as a file is standard output. */
export interface DriftOptions extends TargetOptions, DocumentOptions, FixOptions, AcceptOptions {
  unmanaged?: true;
  strict?: true;
  baseline?: string;
  newOnly?: true;
  pullRequest?: true;
  fix?: true;
  adopt?: true;
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
  const { only, strict, newOnly } = options;
  const terms = termsOf(options, new Date());
  const documents = requestedDocuments(options);
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  const directories = [...new Set(options.cwd ?? ["."])];
  // Fail before the check if a file is not valid.
  for (const directory of directories) readAcceptances(directory);
  const targets = await openTargets(options, environment);
  const stacks = targets.flatMap(({ stack }) => stack ?? []);
  if (baseline)
    assertComparable(
      baseline,
      stacks.map(({ project, name }) => `${project}/${name}`),
    );
  const listed = (directory: string) => stacks.find((stack) => stack.directory === directory)?.listed;
  const checking = { ...options, notify: terminal.note, progress: terminal.progress };
  const reportOf = (checked: readonly TargetCheck[]) =>
    driftReportOf(withUnmanaged(checked, options), new Date(), {
      strict,
      newOnly,
      baseline,
      acceptances: directories.flatMap((directory) => readAcceptances(directory, listed(directory))),
      managed: options.unmanaged && countManaged(checked),
    });
  const checks = await checkTargets(targets, checking);
  const report = reportOf(checks);
  const opened = checks.flatMap(({ stack, othersChanged }) =>
    stack === undefined
      ? []
      : [{ ...pick(stack, ["directory", "name", "isSelected"]), changesOthers: othersChanged.length > 0 }],
  );
  const source = {
    ...ofPrograms(opened),
    deployedByMerge: options.pullRequest === true,
    ...(baseline && { history: historyOfReport(baseline) }),
  };
  const chosen = chosenOrPrinted(report, only, () => publish(report, documents, terminal, source));
  if (terms !== undefined) {
    const { files, refused } = accept(report, chosen, terms);
    for (const message of refused) terminal.note(`not accepted: ${message}`);
    for (const file of files) terminal.note(`wrote ${file}`);
    const after = reportOf(checks);
    const exitCode = refused.length > 0 ? withFailure(after.exitCode as ExitCode) : after.exitCode;
    return publish({ ...after, exitCode }, documents, terminal, source);
  }
  const change = options.fix ? "fix" : options.adopt ? "edit" : undefined;
  if (change === undefined) return publish(report, documents, terminal, source);
  const exitCode = publish(report, documents, terminal, source, `Before the ${change}`);
  const kept = change === "fix" && only === undefined ? partlyAccepted(report) : [];
  for (const { name, properties } of kept)
    terminal.note(
      `Skipped ${visible(name)}: the update would overwrite accepted drift too (${properties
        .filter(({ accepted }) => accepted)
        .map((one) => one.name)
        .join(", ")}). To write both, name the integration with --only.`,
    );
  const keptUrns = new Set(kept.map(({ urn }) => urn));
  const urns = new Set(fixable(chosen, only).flatMap(({ urn }) => (keptUrns.has(urn) ? [] : [urn])));
  const { fixed, interrupted } =
    change === "fix"
      ? await fix(checks, { ...options, only: urns, isLimited: only !== undefined }, terminal, confirmed)
      : await adoptPrograms(report, checks, { ...options, chosen: only && chosen }, terminal, confirmed);
  if (interrupted) return exitCodes.interrupted;
  if (fixed.size > 0) {
    const after = await checkTargets(targets, checking, fixed);
    return publish(reportOf(after), documents, terminal, source, `After the ${change}`);
  }
  const printed = printedDocument(documents);
  if (printed !== undefined) publish(report, [printed], terminal, source);
  else terminal.out(`\n${exitCodeSentence(report, source)}`);
  return exitCode;
}

/** The integrations that have both accepted drift and other drift. An update writes all values of an integration. */
function partlyAccepted({ stacks }: DriftReport): MerchantReport[] {
  const drifted = stacks.flatMap(({ merchants }) => merchants).filter(({ status }) => status === "drifted");
  return drifted.filter(({ properties }) => properties.some(({ accepted }) => accepted !== undefined));
}

/** @throws UsageError if options require each other, or nobody can confirm the fix. */
function assertConsistent(options: DriftOptions, interactive: boolean): void {
  const { markdown, pullRequest, fix, adopt, includePending, yes, accept, only, newOnly, baseline } = options;
  if (accept && fix) throw new UsageError("--accept and --fix exclude each other");
  if (only !== undefined && !accept && !fix && !adopt)
    throw new UsageError("--only requires --fix, --adopt or --accept");
  if (newOnly && baseline === undefined) throw new UsageError("--new-only requires --baseline");
  if (pullRequest && markdown === undefined) throw new UsageError("--pull-request requires --markdown");
  if (includePending && !fix) throw new UsageError("--include-pending requires --fix");
  if (yes && !fix && !adopt) throw new UsageError("--yes requires --fix or --adopt");
  if ((fix || adopt) && !yes && !interactive) throw confirmationNeeded(fix ? "--fix" : "--adopt");
}
