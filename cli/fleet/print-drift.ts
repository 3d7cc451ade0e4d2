import type { PgBoss } from "pg-boss";
import { readAccepted, storeAccepted } from "../../fleet/store/accepted";
import type { Statements } from "../../fleet/store/database";
import {
  changesBefore,
  checkBefore,
  checksBefore,
  lastReadReports,
  type RunResult,
  type ShardResult,
} from "../../fleet/store/results";
import type { ShardState } from "../../fleet/store/runs";
import { defined } from "../../provider/base/bag";
import { ownCommand } from "../../provider/base/own-package";
import { environmentVariable } from "../../provider/config/keys";
import { vocabularies } from "../../provider/config/vocabulary";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, withFailure } from "../../stack/exit-codes";
import { driftReportOf, isInSync, isManaged, type ReportOptions } from "../../stack/findings";
import type { DriftReport, StackReport } from "../../stack/report";
import { type AdoptListOptions, adoptList } from "../adopt/adopt";
import {
  type AcceptanceTerms,
  type AcceptOptions,
  type Chosen,
  chosenOrPrinted,
  entriesOf,
  termsOf,
} from "../drift/accept";
import {
  assertComparable,
  type DocumentOptions,
  publish,
  readBaseline,
  requestedDocuments,
} from "../drift/documents";
import type { History } from "../drift/html-estate";
import type { Source } from "../drift/wording";
import type { Terminal } from "../terminal";

/** How to print the results of a drift check, and what to accept of it. */
export interface DriftPrintOptions extends DocumentOptions, AdoptListOptions, AcceptOptions {
  /** An earlier report to compare with; true for the last check. */
  readonly baseline?: string | true;
  readonly newOnly?: true;
  /** Whether to delete the acceptances of the merchants that `only` names. */
  readonly withdraw?: true;
}

/** @throws UsageError if options require each other, or are not valid. */
export function assertPrintable(options: DriftPrintOptions): void {
  const { accept, withdraw, adopt, only, newOnly, baseline } = options;
  requestedDocuments(options);
  termsOf(options, new Date());
  if (accept && withdraw) throw new UsageError("--accept and --withdraw exclude each other");
  if (withdraw && only === undefined)
    throw new UsageError("--withdraw requires --only, with the name of a merchant");
  if (only !== undefined && !accept && !withdraw && adopt === undefined)
    throw new UsageError("--only requires --accept, --withdraw or --adopt");
  if (adopt !== undefined && (accept || withdraw))
    throw new UsageError(`--adopt and ${accept ? "--accept" : "--withdraw"} exclude each other`);
  if (newOnly && baseline === undefined) throw new UsageError("--new-only requires --baseline");
  if (typeof baseline === "string") readBaseline(baseline);
}

/** A run to print, and how. */
export interface PrintedRun {
  readonly statements: Statements;
  readonly queue: PgBoss;
  readonly runId: string;
  readonly options: DriftPrintOptions;
  readonly terminal: Terminal;
}

/** Prints the results of a drift check, and stores what the options accept or withdraw. */
export async function printCheck(
  run: RunResult,
  { statements, options, terminal }: PrintedRun,
): Promise<ExitCode> {
  const { baseline, newOnly, only } = options;
  const earlier = baseline === true ? await checkBefore(statements, run) : undefined;
  if (baseline === true && earlier === undefined)
    terminal.note("There is no earlier check to compare with, so all findings count.");
  const acceptances = await readAccepted(statements);
  const given = typeof baseline === "string" ? readBaseline(baseline) : undefined;
  if (given !== undefined)
    assertComparable(
      given,
      run.shards.map(({ stack }) => `${run.project}/${stack}`),
    );
  const checked = {
    newOnly,
    baseline: given ?? (earlier && (await baselineOf(statements, earlier, acceptances))),
  };
  const found = reportOf(run, { ...checked, acceptances });
  const terms = termsOf(options, new Date());
  const print = (report: DriftReport, history?: History) =>
    printDrift(run.id, report, options, terminal, history);
  const choose = () => chosenOrPrinted(found, only, () => print(found));
  const printWithHistory = async (report: DriftReport) =>
    print(report, options.html === undefined ? undefined : await historyBefore(statements, run.id, report));

  if (terms !== undefined) {
    const refused = await acceptChosen(statements, found, choose(), terms);
    for (const message of refused) terminal.note(`not accepted: ${message}`);
    const report = reportOf(run, { ...checked, acceptances: await readAccepted(statements) });
    const exitCode = await printWithHistory(report);
    return refused.length > 0 ? withFailure(exitCode) : exitCode;
  }
  const chosen = options.adopt === undefined || only === undefined ? undefined : choose();
  const exitCode = await printWithHistory(found);
  await adoptList(found.stacks, { ...options, chosen }, terminal);
  return exitCode;
}

/** Stores that differences are accepted. Returns messages about those that cannot be accepted. */
async function acceptChosen(
  statements: Statements,
  report: DriftReport,
  chosen: readonly Chosen[],
  terms: AcceptanceTerms,
): Promise<readonly string[]> {
  const { entries, refused } = entriesOf(report, chosen, terms);
  for (const { directory: _, stack: __, ...entry } of entries) await storeAccepted(statements, entry);
  return refused;
}

/** The report of an earlier check, with the earlier findings of merchants that it could not read. */
async function baselineOf(
  statements: Statements,
  check: RunResult,
  acceptances: ReportOptions["acceptances"],
): Promise<DriftReport> {
  const lastRead = await lastReadReports(statements, check);
  const stacks = check.shards.map(({ stack }): StackReport => {
    const merchants = lastRead.get(stack) ?? [];
    return { project: check.project, stack, directory: ".", merchants, errors: [] };
  });
  const baseline = driftReportOf(stacks, endOf(check), { acceptances });
  return reportOf(check, { acceptances, baseline });
}

const words = vocabularies["merchant list"];

/** The words for a fleet's merchant list, and the commands that use it. */
const ofFleet: Source = {
  ...words,
  namesStacks: false,
  fix: () => `${words.commands.update} --refresh`,
  adopt: () => `${ownCommand} fleet results --adopt FILE`,
  deploy: () => words.commands.update,
  checkCommand: "pulumi-pinterest fleet drift",
  compareSecrets: `\`${environmentVariable("compareSecrets")}=true\` in the environment of the workers`,
  afterRevocation:
    "Expired and wrong tokens look the same, so renew the token first. If a merchant has left for good, remove it from the merchant list, " +
    `run \`${ownCommand} fleet plan\`, then \`${ownCommand} fleet offboard\` with its name.`,
};

/** Prints a fleet's drift check like that of single stacks: with the same tables, documents and exit codes. */
export function printDrift(
  runId: string,
  report: DriftReport,
  options: DocumentOptions,
  terminal: Terminal,
  history?: History,
): ExitCode {
  const source: Source = {
    ...ofFleet,
    ...defined({ history }),
    wait: `${ownCommand} fleet results --run ${runId} --wait`,
  };
  return publish(report, requestedDocuments(options), terminal, source);
}

/** Number of earlier checks on the page. With the current one, two weeks of nightly checks. */
const checksAtMost = 13;

/** The drift checks of a fleet before a run, with the changes of the merchants that have findings in the run's report. */
async function historyBefore(
  statements: Statements,
  runId: string,
  { stacks }: DriftReport,
): Promise<History> {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const names = merchants.filter((merchant) => !isInSync(merchant)).map(({ name }) => name);
  const checks = await checksBefore(statements, runId, checksAtMost);
  const changes = await changesBefore(statements, runId, names);
  const byMerchant = Map.groupBy(changes, ({ merchant }) => merchant);
  return {
    checks: checks.map(({ at, counts }) => ({ at: at.toISOString(), estate: counts })),
    of: ({ name }) =>
      (byMerchant.get(name) ?? []).map(({ at, ...change }) => ({ ...change, at: at.toISOString() })),
  };
}

/** The report of a drift check, with its counts. */
export function reportOf(run: RunResult, compared: ReportOptions = {}): DriftReport {
  const stacks = run.shards.map(
    ({ stack, report, merchants, ...shard }): StackReport => ({
      project: run.project,
      stack,
      directory: ".",
      ...report,
      merchants: merchants.flatMap((merchant) => merchant.report ?? []),
      ...failuresOf(shard),
    }),
  );
  const managed = stacks.flatMap(({ merchants }) => merchants).filter(isManaged).length;
  return driftReportOf(stacks, endOf(run), { ...compared, managed });
}

/** The failures of a shard's check, or why it has not finished. */
function failuresOf(
  shard: Pick<ShardResult, "state" | "errors" | "worker">,
): Pick<StackReport, "errors" | "waiting"> {
  const { state, errors } = shard;
  if (state === "done") return { errors: [...errors] };
  if (state === "failed" && errors.length > 0)
    return { errors: errors.map((error) => error + onWorker(shard)) };
  const text = `the shard ${stateWords[state]}`;
  if (!isOpen(state)) return { errors: [...errors, text + onWorker(shard)] };
  // The errors are those of an earlier attempt.
  const lastAttempt = errors.length === 0 ? "" : `; the last attempt failed: ${errors.join("; ")}`;
  return { errors: [], waiting: text + lastAttempt };
}

export function isOpen(state: ShardState): boolean {
  return state === "queued" || state === "running";
}

/** The time of the last result, because a check can be printed later. */
function endOf({ shards, requestedAt }: RunResult): Date {
  const ends = shards.flatMap(({ endedAt }) => endedAt ?? []);
  return new Date(Math.max(requestedAt.getTime(), ...ends.map((end) => end.getTime())));
}

/** The state of a shard, in a sentence. */
export const stateWords: Readonly<Record<ShardState, string>> = {
  queued: "waits for a worker",
  running: "is in progress",
  done: "is done",
  failed: "failed",
  canceled: "was canceled before it was done",
};

/** The worker of the last attempt, at the end of an error. */
export function onWorker({ worker }: Pick<ShardResult, "worker">): string {
  return worker === null ? "" : ` (worker ${worker})`;
}
