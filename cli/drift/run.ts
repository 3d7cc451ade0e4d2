import { visible } from "../../provider/base/visible";
import { withUnmanaged } from "../../stack/check-stack";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes, withFailure } from "../../stack/exit-codes";
import { driftReportOf } from "../../stack/findings";
import type { DriftReport } from "../../stack/report";
import { countManaged } from "../../stack/unmanaged";
import { adoptPrograms } from "../adopt/adopt";
import { assertConfirmable, type CommandIo, type Terminal } from "../terminal";
import {
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
  readBaseline,
  requestedDocuments,
} from "./documents";
import { type FixOptions, fix } from "./fix";
import { historyOfReport } from "./html-estate";
import {
  type ChangeResult,
  checkTargets,
  openTargets,
  type TargetCheck,
  type TargetOptions,
} from "./targets";
import type { FixPhase } from "./terminal";
import { exitCodeSentence, ofPrograms, type Source } from "./wording";

/** The options of `pulumi-pinterest drift` as commander returns them. `-` as a file is standard output. */
interface DriftOptions extends TargetOptions, DocumentOptions, FixOptions, AcceptOptions {
  unmanaged?: true;
  strict?: true;
  baseline?: string;
  newOnly?: true;
  pullRequest?: true;
  fix?: true;
  adopt?: true;
}

/**
 * Runs `pulumi-pinterest drift`. Invalid options and files fail before the check.
 *
 * @returns the exit code.
 * @throws UsageError for invalid arguments; CommandError if the only stack cannot be opened.
 */
export async function runDrift(
  options: DriftOptions,
  { terminal, environment }: CommandIo,
): Promise<ExitCode> {
  assertConsistent(options, terminal);
  const terms = termsOf(options, new Date());
  const documents = requestedDocuments(options);
  const baseline = options.baseline === undefined ? undefined : readBaseline(options.baseline);
  const directories = [...new Set(options.cwd ?? ["."])];
  // Their content is read again for each report, because an action can change it.
  for (const directory of directories) readAcceptances(directory);
  const targets = await openTargets(options, environment);
  const names = targets.flatMap(({ stack }) => (stack ? [`${stack.project}/${stack.name}`] : []));
  if (baseline) assertComparable(baseline, names);

  const { note: notify, progress } = terminal;
  const check = (failuresByStack?: ChangeResult["failuresByStack"]) =>
    checkTargets(targets, { ...options, notify, progress }, failuresByStack);
  const reportOf = (checks: readonly TargetCheck[]): DriftReport => {
    const acceptances = directories.flatMap((directory) => {
      const opened = targets.find(({ stack }) => stack?.directory === directory);
      return readAcceptances(directory, opened?.stack?.listed);
    });
    const { strict, newOnly, unmanaged } = options;
    const managed = unmanaged && countManaged(checks);
    return driftReportOf(withUnmanaged(checks, options), new Date(), {
      strict,
      newOnly,
      baseline,
      acceptances,
      managed,
    });
  };
  const checks = await check();
  const report = reportOf(checks);
  const source: Source = {
    ...ofPrograms(checks),
    forPullRequest: options.pullRequest === true,
    ...(baseline && { history: historyOfReport(baseline) }),
  };
  const print = (printed: DriftReport, phase?: FixPhase) =>
    publish(printed, documents, terminal, source, phase);
  if (terms === undefined && !options.fix && !options.adopt) return print(report);
  const chosen = chosenOrPrinted(report, options.only, () => print(report));

  if (terms !== undefined) {
    const { files, refused } = accept(report, chosen, terms);
    for (const message of refused) terminal.note(`not accepted: ${message}`);
    for (const file of files) terminal.note(`wrote ${file}`);
    const after = reportOf(checks);
    const exitCode = refused.length > 0 ? withFailure(after.exitCode as ExitCode) : after.exitCode;
    return print({ ...after, exitCode });
  }

  const action = options.fix ? "fix" : "edit";
  const exitCode = print(report, { when: "before", action });
  const { failuresByStack, interrupted } = options.fix
    ? await fix(checks, fixScope(report, chosen, options, terminal), terminal)
    : await adoptPrograms(report, checks, { ...options, chosen: options.only && chosen }, terminal);
  if (interrupted) return exitCodes.interrupted;
  if (failuresByStack.size > 0)
    return print(reportOf(await check(failuresByStack)), { when: "after", action });
  // A document for standard output was not printed before the change.
  const document = printedDocument(documents);
  if (document !== undefined) publish(report, [document], terminal, source);
  else terminal.out(`\n${exitCodeSentence(report, source)}`);
  return exitCode;
}

/** The integrations to fix. One with accepted drift is skipped, unless `--only` names it, because an update writes all of its values. */
function fixScope(
  { stacks }: DriftReport,
  chosen: readonly Chosen[],
  options: DriftOptions,
  terminal: Terminal,
): Parameters<typeof fix>[1] {
  const { only } = options;
  const urns = new Set(fixable(chosen, only).map(({ urn }) => urn));
  for (const { urn, name, status, properties } of stacks.flatMap(({ merchants }) => merchants)) {
    const accepted = properties.filter((property) => property.accepted).map((property) => property.name);
    if (only !== undefined || status !== "drifted" || accepted.length === 0) continue;
    terminal.note(
      `Skipped ${visible(name)}: the update would overwrite accepted drift too (${accepted.join(", ")}). ` +
        "To write both, name the integration with --only.",
    );
    urns.delete(urn);
  }
  return { ...options, only: urns, isLimited: only !== undefined };
}

/** @throws UsageError if options require each other, or nobody can confirm the fix. */
function assertConsistent(options: DriftOptions, terminal: Terminal): void {
  const { markdown, pullRequest, fix, adopt, includePending, yes, accept, only, newOnly, baseline } = options;
  if (accept && fix) throw new UsageError("--accept and --fix exclude each other");
  if (only !== undefined && !accept && !fix && !adopt)
    throw new UsageError("--only requires --fix, --adopt or --accept");
  if (newOnly && baseline === undefined) throw new UsageError("--new-only requires --baseline");
  if (pullRequest && markdown === undefined) throw new UsageError("--pull-request requires --markdown");
  if (includePending && !fix) throw new UsageError("--include-pending requires --fix");
  if (yes && !fix && !adopt) throw new UsageError("--yes requires --fix or --adopt");
  if (fix || adopt) assertConfirmable(fix ? "--fix" : "--adopt", yes, terminal);
}
