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
import type { FixPhase } from "./terminal";
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
  const command = await DriftCommand.check(options, terminal, environment);
  if (terms !== undefined) return command.accept(terms);
  if (options.fix) return command.fix(confirmed);
  if (options.adopt) return command.adopt(confirmed);
  return command.publish(command.report);
}

/** How the stacks are checked and reported. */
interface CheckContext {
  readonly options: DriftOptions;
  readonly terminal: Terminal;
  readonly targets: readonly Target[];
  readonly documents: readonly RequestedDocument[];
  readonly baseline: DriftReport | undefined;
}

/** The failures of each stack that was changed, and whether a signal stopped the change early. */
type ChangeResult = Awaited<ReturnType<typeof fix>>;

/** A check of all stacks, and what the command can do with its report. */
class DriftCommand {
  /** The report of the check. */
  readonly report: DriftReport;
  /** The words and commands of the documents. */
  private readonly source: Source;

  private constructor(
    private readonly checking: CheckContext,
    private readonly checks: readonly TargetCheck[],
  ) {
    const { options, baseline } = checking;
    this.report = this.reportOf(checks);
    this.source = {
      ...ofPrograms(checks.flatMap(openedStackOf)),
      deployedByMerge: options.pullRequest === true,
      ...(baseline && { history: historyOfReport(baseline) }),
    };
  }

  /** Opens the stacks, and checks them. Invalid options and files fail before the check. */
  static async check(
    options: DriftOptions,
    terminal: Terminal,
    environment: NodeJS.ProcessEnv,
  ): Promise<DriftCommand> {
    const documents = requestedDocuments(options);
    const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
    // Their content is read again for each report, because an action can change it.
    for (const directory of directoriesOf(options)) readAcceptances(directory);
    const targets = await openTargets(options, environment);
    const names = targets.flatMap(({ stack }) => (stack ? [`${stack.project}/${stack.name}`] : []));
    if (baseline) assertComparable(baseline, names);
    const checking = { options, terminal, targets, documents, baseline };
    return new DriftCommand(checking, await checkAll(checking));
  }

  /** Prints a report, writes its documents, and returns the exit code. */
  publish(report: DriftReport, phase?: FixPhase): ExitCode {
    const { documents, terminal } = this.checking;
    return publish(report, documents, terminal, this.source, phase);
  }

  /** Writes the chosen differences into the files of accepted drift, and publishes the report that follows from it. */
  accept(terms: AcceptanceTerms): ExitCode {
    const { terminal } = this.checking;
    const { files, refused } = accept(this.report, this.chosen(), terms);
    for (const message of refused) terminal.note(`not accepted: ${message}`);
    for (const file of files) terminal.note(`wrote ${file}`);
    const report = this.reportOf(this.checks);
    const exitCode = refused.length > 0 ? withFailure(report.exitCode as ExitCode) : report.exitCode;
    return this.publish({ ...report, exitCode });
  }

  /** Writes the program's values back. An integration with accepted drift is skipped, unless `--only` names it. */
  async fix(confirmed: Confirm): Promise<ExitCode> {
    const { options, terminal } = this.checking;
    const { only } = options;
    const chosen = fixable(this.chosen(), only);
    return this.change("fix", async () => {
      const skipped = only === undefined ? partlyAccepted(this.report) : [];
      for (const merchant of skipped) terminal.note(skippedMessage(merchant));
      const urnsToFix = new Set(chosen.map(({ urn }) => urn));
      for (const { urn } of skipped) urnsToFix.delete(urn);
      const scope = { ...options, only: urnsToFix, isLimited: only !== undefined };
      return fix(this.checks, scope, terminal, confirmed);
    });
  }

  /** Writes Pinterest's values into the programs. */
  async adopt(confirmed: Confirm): Promise<ExitCode> {
    const { options, terminal } = this.checking;
    const chosen = this.chosen();
    return this.change("edit", async () => {
      const scope = { ...options, chosen: options.only && chosen };
      return adoptPrograms(this.report, this.checks, scope, terminal, confirmed);
    });
  }

  /** Publishes the report, changes Pinterest or the programs, and if anything changed, checks again. */
  private async change(name: "fix" | "edit", change: () => Promise<ChangeResult>): Promise<ExitCode> {
    const { terminal, documents } = this.checking;
    const exitCode = this.publish(this.report, `Before the ${name}`);
    const { fixed, interrupted } = await change();
    if (interrupted) return exitCodes.interrupted;
    if (fixed.size > 0) {
      const report = this.reportOf(await checkAll(this.checking, fixed));
      return this.publish(report, `After the ${name}`);
    }
    // A document for standard output was not printed before the change.
    const printed = printedDocument(documents);
    if (printed !== undefined) publish(this.report, [printed], terminal, this.source);
    else terminal.out(`\n${exitCodeSentence(this.report, this.source)}`);
    return exitCode;
  }

  /** The differences that `--only` names, or all. */
  private chosen(): Chosen[] {
    return chosenOrPrinted(this.report, this.checking.options.only, () => this.publish(this.report));
  }

  /** The report of checks, with the acceptances that the files have now. */
  private reportOf(checks: readonly TargetCheck[]): DriftReport {
    const { options, targets, baseline } = this.checking;
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
}

/** @param failures those of stacks that were changed after an earlier check. */
function checkAll(
  { options, terminal, targets }: CheckContext,
  failures?: ChangeResult["fixed"],
): Promise<readonly TargetCheck[]> {
  const { note: notify, progress } = terminal;
  return checkTargets(targets, { ...options, notify, progress }, failures);
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
