import { visible } from "../../provider/base/visible";
import { withUnmanaged } from "../../stack/check-stack";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes, withFailure } from "../../stack/exit-codes";
import { driftReportOf } from "../../stack/findings";
import type { DriftReport, MerchantReport } from "../../stack/report";
import { countManaged } from "../../stack/unmanaged";
import { adoptPrograms, type Confirm, confirmationNeeded } from "../adopt/adopt";
import { type CommandIo, confirm, type Terminal } from "../terminal";
import {
  type AcceptanceTerms,
  type AcceptOptions,
  accept,
  type Chosen,
  chosenOrPrinted,
  fixable,
  readAcceptances,
  termsOf,
} from "./accept";
import {
  assertComparable,
  type DocumentOptions,
  printedDocument,
  publish,
  type RequestedDocument,
  readBaseline,
  requestedDocuments,
} from "./documents";
import { type FixOptions, fix } from "./fix";
import { historyOfReport } from "./html-estate";
import { checkTargets, openTargets, type Target, type TargetCheck, type TargetOptions } from "./targets";
import { exitCodeSentence, type OpenedStack, ofPrograms, type Source } from "./wording";

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
  confirmed: Confirm = (question) => confirm(question),
): Promise<ExitCode> {
  assertConsistent(options, terminal.interactive);
  const terms = termsOf(options, new Date());
  const checked = await checkDrift(options, terminal, environment);
  if (terms !== undefined) return acceptDrift(terms, checked);
  if (options.fix) return fixDrift(confirmed, checked);
  if (options.adopt) return adoptDrift(confirmed, checked);
  return publish(checked.report, checked.documents, terminal, checked.source);
}

/** How the stacks are checked and reported. */
interface CheckContext {
  readonly options: DriftOptions;
  readonly terminal: Terminal;
  readonly targets: readonly Target[];
  readonly documents: readonly RequestedDocument[];
  readonly baseline: DriftReport | undefined;
}

/** A check of all stacks. */
interface CheckedStacks extends CheckContext {
  readonly checks: readonly TargetCheck[];
  readonly report: DriftReport;
  /** The words and commands of the documents. */
  readonly source: Source;
}

/** The failures of each stack that was changed, and whether a signal stopped the change early. */
type ChangeResult = Awaited<ReturnType<typeof fix>>;

/** Opens the stacks, and checks them. Invalid options and files fail before the check. */
async function checkDrift(
  options: DriftOptions,
  terminal: Terminal,
  environment: NodeJS.ProcessEnv,
): Promise<CheckedStacks> {
  const documents = requestedDocuments(options);
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  // Their content is read again for each report, because an action can change it.
  for (const directory of directoriesOf(options)) readAcceptances(directory);
  const targets = await openTargets(options, environment);
  const names = targets.flatMap(({ stack }) => (stack ? [`${stack.project}/${stack.name}`] : []));
  if (baseline) assertComparable(baseline, names);
  const context = { options, terminal, targets, documents, baseline };
  const checks = await checkAll(context);
  const source = {
    ...ofPrograms(checks.flatMap(openedStackOf)),
    forPullRequest: options.pullRequest === true,
    ...(baseline && { history: historyOfReport(baseline) }),
  };
  return { ...context, checks, report: readReport(checks, context), source };
}

/** Writes the chosen differences into the files of accepted drift, and publishes the report that follows from it. */
function acceptDrift(terms: AcceptanceTerms, checked: CheckedStacks): ExitCode {
  const { terminal, documents, source } = checked;
  const { files, refused } = accept(checked.report, chosenOf(checked), terms);
  for (const message of refused) terminal.note(`not accepted: ${message}`);
  for (const file of files) terminal.note(`wrote ${file}`);
  const report = readReport(checked.checks, checked);
  const exitCode = refused.length > 0 ? withFailure(report.exitCode as ExitCode) : report.exitCode;
  return publish({ ...report, exitCode }, documents, terminal, source);
}

/** Writes the program's values back. An integration with accepted drift is skipped, unless `--only` names it. */
function fixDrift(confirmed: Confirm, checked: CheckedStacks): Promise<ExitCode> {
  const { options, terminal, checks, report } = checked;
  const { only } = options;
  const chosen = fixable(chosenOf(checked), only);
  return change("fix", checked, () => {
    const skipped = only === undefined ? partlyAccepted(report) : [];
    for (const merchant of skipped) terminal.note(skippedMessage(merchant));
    const urnsToFix = new Set(chosen.map(({ urn }) => urn));
    for (const { urn } of skipped) urnsToFix.delete(urn);
    return fix(checks, { ...options, only: urnsToFix, isLimited: only !== undefined }, terminal, confirmed);
  });
}

/** Writes Pinterest's values into the programs. */
function adoptDrift(confirmed: Confirm, checked: CheckedStacks): Promise<ExitCode> {
  const { options, terminal, checks, report } = checked;
  const chosen = chosenOf(checked);
  const scope = { ...options, chosen: options.only && chosen };
  return change("edit", checked, () => adoptPrograms(report, checks, scope, terminal, confirmed));
}

/** Publishes the report, changes Pinterest or the programs, and if anything changed, checks again. */
async function change(
  name: "fix" | "edit",
  checked: CheckedStacks,
  action: () => Promise<ChangeResult>,
): Promise<ExitCode> {
  const { terminal, documents, report, source } = checked;
  const exitCode = publish(report, documents, terminal, source, `Before the ${name}`);
  const { fixed: failuresByStack, interrupted } = await action();
  if (interrupted) return exitCodes.interrupted;
  if (failuresByStack.size > 0) {
    const after = readReport(await checkAll(checked, failuresByStack), checked);
    return publish(after, documents, terminal, source, `After the ${name}`);
  }
  // A document for standard output was not printed before the change.
  const printed = printedDocument(documents);
  if (printed !== undefined) publish(report, [printed], terminal, source);
  else terminal.out(`\n${exitCodeSentence(report, source)}`);
  return exitCode;
}

/** The differences that `--only` names, or all. */
function chosenOf({ report, options, documents, terminal, source }: CheckedStacks): Chosen[] {
  return chosenOrPrinted(report, options.only, () => publish(report, documents, terminal, source));
}

/** The report of checks, with the acceptances that the files have now. */
function readReport(
  checks: readonly TargetCheck[],
  { options, targets, baseline }: CheckContext,
): DriftReport {
  const acceptances = directoriesOf(options).flatMap((directory) => {
    const opened = targets.find(({ stack }) => stack?.directory === directory);
    return readAcceptances(directory, opened?.stack?.listed);
  });
  return driftReportOf(withUnmanaged(checks, options), new Date(), {
    strict: options.strict,
    newOnly: options.newOnly,
    baseline,
    acceptances,
    managed: options.unmanaged && countManaged(checks),
  });
}

/** @param failuresByStack those of stacks that were changed after an earlier check. */
function checkAll(
  { options, terminal, targets }: CheckContext,
  failuresByStack?: ChangeResult["fixed"],
): Promise<readonly TargetCheck[]> {
  const { note: notify, progress } = terminal;
  return checkTargets(targets, { ...options, notify, progress }, failuresByStack);
}

function directoriesOf({ cwd = ["."] }: DriftOptions): string[] {
  return [...new Set(cwd)];
}

/** The stack of a check, as the documents name it; nothing for one that could not be opened. */
function openedStackOf({ stack, othersChanged }: TargetCheck): OpenedStack[] {
  if (stack === undefined) return [];
  const { directory, name, isSelected, listed } = stack;
  return [{ directory, name, isSelected, listed, changesOthers: othersChanged.length > 0 }];
}

function skippedMessage({ name, properties }: MerchantReport): string {
  const accepted = properties.filter((property) => property.accepted).map((property) => property.name);
  return (
    `Skipped ${visible(name)}: the update would overwrite accepted drift too (${accepted.join(", ")}). ` +
    "To write both, name the integration with --only."
  );
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
