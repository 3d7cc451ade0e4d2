import type { PgBoss } from "pg-boss";
import { isDriftOperation, isFailure, type MerchantStatus, statusInWords } from "../../fleet/outcome";
import { readAccepted, storeAccepted, withdrawAccepted } from "../../fleet/store/accepted";
import type { Statements } from "../../fleet/store/database";
import {
  checkBefore,
  type MerchantResult,
  type RunResult,
  readRun,
  type ShardResult,
} from "../../fleet/store/results";
import { failLostShards, type ShardState } from "../../fleet/store/runs";
import { defined } from "../../provider/base/bag";
import { firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { shorten, visible, visibleLines } from "../../provider/base/visible";
import { counted, figure } from "../../provider/base/words";
import { environmentVariable } from "../../provider/config/keys";
import { vocabularies } from "../../provider/config/vocabulary";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes, withFailure } from "../../stack/exit-codes";
import { driftReportOf, isManaged, type ReportOptions } from "../../stack/findings";
import type { DriftReport, StackReport } from "../../stack/report";
import { type AdoptListOptions, adoptList } from "../adopt/adopt";
import { type AcceptOptions, chosenIn, entriesOf, termsOf } from "../drift/accept";
import { type DocumentOptions, publish, readBaseline, requestedDocuments } from "../drift/documents";
import type { History } from "../drift/html-estate";
import type { Source } from "../drift/wording";
import { columns } from "../tables/columns";
import type { Terminal } from "../terminal";
import { historyBefore } from "./history";

/** Prints the results of a run, and returns the exit code. */
export async function printRun(
  statements: Statements,
  queue: PgBoss,
  runId: string,
  options: DriftPrintOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  await failLostShards(statements, queue);
  const run = await readRun(statements, runId);
  terminal.note(`Run ${run.id}, ${run.operation}, requested at ${run.requestedAt.toISOString()}`);
  if (!isDriftOperation(run.operation)) return printUpdate(run, options, terminal);
  const { baseline, newOnly, only, withdraw } = options;
  const earlier = baseline === true ? await checkBefore(statements, run) : undefined;
  if (baseline === true && earlier === undefined)
    terminal.note("There is no earlier check, so nothing is new or resolved.");
  const checked = {
    newOnly,
    baseline: typeof baseline === "string" ? readBaseline(baseline) : earlier && reportOf(earlier),
  };
  const report = reportOf(run, { ...checked, acceptances: await readAccepted(statements) });
  const terms = termsOf(options, new Date());
  let refused: string[] = [];
  if (terms !== undefined) {
    const accepted = entriesOf(report, chosenIn(report, only), terms);
    for (const { directory: _, stack: __, ...entry } of accepted.entries)
      await storeAccepted(statements, entry);
    refused = accepted.refused;
    for (const message of refused) terminal.note(`not accepted: ${message}`);
  }
  if (withdraw && only !== undefined) {
    const count = await withdrawAccepted(statements, only);
    terminal.note(`withdrew ${counted(count, "acceptance")}`);
  }
  const history = options.html === undefined ? undefined : await historyBefore(statements, run.id, report);
  const compared = { ...checked, acceptances: await readAccepted(statements) };
  const exitCode = printDrift(run, options, terminal, compared, history);
  await adoptList(stacksOf(run), options, terminal);
  return refused.length > 0 ? withFailure(exitCode) : exitCode;
}

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
  const { accept, withdraw, only, newOnly, baseline } = options;
  requestedDocuments(options);
  termsOf(options, new Date());
  if (accept && withdraw) throw new UsageError("--accept and --withdraw exclude each other");
  if (withdraw && only === undefined)
    throw new UsageError("--withdraw requires --only, with the name of a merchant");
  if (only !== undefined && !accept && !withdraw)
    throw new UsageError("--only requires --accept or --withdraw");
  if (newOnly && baseline === undefined) throw new UsageError("--new-only requires --baseline");
  if (typeof baseline === "string") readBaseline(baseline);
}

const words = vocabularies["merchant list"];

/** The words for a fleet's merchant list, and the commands that use it. */
const ofFleet: Source = {
  ...words,
  fix: () => `${words.commands.update} --refresh`,
  adopt: `${ownCommand} fleet results --adopt FILE`,
  deploy: () => words.commands.update,
  checkCommand: "pulumi-pinterest fleet drift",
  compareSecrets: `\`${environmentVariable("compareSecrets")}=true\` in the environment of the workers`,
  afterRevocation:
    "Expired and wrong tokens look the same, so renew the token first. If a merchant has left for good, remove it from the merchant list, " +
    `run \`${ownCommand} fleet plan\`, then \`${ownCommand} fleet offboard\` with its name.`,
};

/** Prints a fleet's drift check like that of single stacks: with the same tables, documents and exit codes. */
export function printDrift(
  run: RunResult,
  options: DocumentOptions,
  terminal: Terminal,
  compared: ReportOptions = {},
  history?: History,
): ExitCode {
  const report = reportOf(run, compared);
  const source: Source = {
    ...ofFleet,
    ...defined({ history }),
    wait: `${ownCommand} fleet results --run ${run.id} --wait`,
  };
  return publish(report, requestedDocuments(options), terminal, source);
}

/** The report of a drift check, with its counts. */
export function reportOf(run: RunResult, compared: ReportOptions = {}): DriftReport {
  const stacks = stacksOf(run);
  const managed = stacks.flatMap(({ merchants }) => merchants).filter(isManaged).length;
  return driftReportOf(stacks, endOf(run), { ...compared, managed });
}

function stacksOf(run: RunResult): StackReport[] {
  return run.shards.map(
    ({ stack, report, merchants, ...shard }): StackReport => ({
      project: run.project,
      stack,
      directory: ".",
      ...report,
      merchants: merchants.flatMap((merchant) => merchant.report ?? []),
      ...failuresOf(shard),
    }),
  );
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

function isOpen(state: ShardState): boolean {
  return state === "queued" || state === "running";
}

/** The time of the last result, because a check can be printed later. */
function endOf({ shards, requestedAt }: RunResult): Date {
  const ends = shards.flatMap(({ endedAt }) => endedAt ?? []);
  return new Date(Math.max(requestedAt.getTime(), ...ends.map((end) => end.getTime())));
}

/** The state of a shard, in a sentence. */
const stateWords: Readonly<Record<ShardState, string>> = {
  queued: "waits for a worker",
  running: "is in progress",
  done: "is done",
  failed: "failed",
  canceled: "was canceled before it was done",
};

/** Number of characters of an error or cell that are printed. --json has the whole string. */
const printedAtMost = 2_000;

/** Prints the results of an update, or of its preview. */
export function printUpdate(
  run: RunResult,
  { json, markdown, html, adopt }: DocumentOptions & AdoptListOptions,
  terminal: Terminal,
): ExitCode {
  if (adopt !== undefined) throw new UsageError("--adopt needs a run of `fleet drift`");
  if (markdown !== undefined || html !== undefined || typeof json === "string") {
    throw new UsageError(
      `report files need a run of \`fleet drift\`: print the results of ${run.operation} as a table, or as JSON with --json without a file`,
    );
  }
  terminal.out(json === true ? JSON.stringify(documentOf(run)) : runInWords(run, terminal));
  const isComplete = run.shards.every(({ state }) => state === "done");
  return isComplete ? exitCodes.ok : exitCodes.error;
}

function documentOf({ id, operation, requestedAt, shards }: RunResult) {
  return {
    run: id,
    operation,
    requestedAt: requestedAt.toISOString(),
    shards: shards.map(({ report: _, merchants, ...shard }) => ({
      ...shard,
      merchants: merchants.map(({ report: __, isLeaving: ___, ...merchant }) => merchant),
    })),
  };
}

/** Number of usual results, or of different failures, in a table. */
const rowsAtMost = 20;

/** The place of an update's result in a table: `quiet` ones are only counted. */
function kindOf(status: MerchantStatus, isDestroy: boolean): "failed" | "quiet" | "usual" | "other" {
  if (isFailure(status)) return "failed";
  if (["in-sync", "unchanged"].includes(status) || (isDestroy && status === "missing")) return "quiet";
  const isUsual = ["created", "updated", "would create", "would update"].includes(status);
  return isUsual || (isDestroy && status === "deleted") ? "usual" : "other";
}

/** The results of an update. The most important ones are at the end, where a reader of a terminal starts. */
function runInWords({ id, operation, shards }: RunResult, terminal: Terminal): string {
  const all = shards.flatMap(({ merchants }) => merchants);
  const isDestroy = operation === "destroy";
  const {
    usual = [],
    other = [],
    failed = [],
  } = Object.groupBy(all, ({ status }) => kindOf(status, isDestroy));
  const moreRows = (count: number) => {
    const hint = `\`${ownCommand} fleet results --run ${id} --json\` lists all`;
    return count > rowsAtMost ? [[`and ${figure(count - rowsAtMost)} more`, "", hint]] : [];
  };
  // Merchants that failed for the same reason are listed together, for example if a shard failed as a whole.
  const failures = [...Map.groupBy(failed, ({ status, message }) => `${status} ${message}`).values()];
  const shown = failures.slice(0, rowsAtMost);
  // Rare results first: one merchant that was created again, among hundreds of updates.
  const byStatus = [...Map.groupBy(usual, ({ status }) => status).values()];
  const rarestFirst = byStatus.sort((one, other) => one.length - other.length).flat();
  const rows = [
    ...rarestFirst.slice(0, rowsAtMost).map(rowOf),
    ...moreRows(usual.length),
    ...other.map(rowOf),
    ...shown.filter(({ length }) => length === 1).flatMap((group) => group.map(rowOf)),
    ...moreRows(failures.length),
  ];
  const unfinished = shards.filter(({ state }) => state !== "done");
  const errors = unfinished
    // If a shard failed only because of merchants, the table has everything.
    .filter((shard) => shard.state !== "failed" || shard.errors.length > 0)
    .flatMap((shard) => [
      terminal.style(
        isOpen(shard.state) ? "yellow" : "red",
        `${shard.stack} ${stateWords[shard.state]}${onWorker(shard)}`,
      ),
      ...shard.errors
        .flatMap((error) => visibleLines(shorten(error, printedAtMost)))
        .map((line) => `  ${line}`),
    ]);
  return [
    ...table(rows, terminal),
    ...shown.filter(({ length }) => length > 1).flatMap((group) => failedTogether(group, terminal)),
    ...errors,
    ...notDeleted(operation, all),
    ...(isDestroy && unfinished.length === 0 && all.every(({ status }) => status === "missing")
      ? ["Nothing was deployed, so nothing was deleted."]
      : []),
    ...(isDestroy
      ? [`The fleet keeps the merchant list: \`${ownCommand} fleet up\` would create the integrations again.`]
      : []),
    `${operation} of ${counted(shards.length, "shard")}: ${countsOf(all) || "no merchant"}.`,
  ].join("\n");
}

/** The worker of the last attempt, because a failure can be due to its machine. */
function onWorker({ worker }: Pick<ShardResult, "worker">): string {
  return worker === null ? "" : ` (worker ${worker})`;
}

function rowOf(merchant: MerchantResult): string[] {
  return [merchant.name, statusInWords(merchant.status), detail(merchant)];
}

/** The common reason of merchants, then their names. */
function failedTogether(merchants: readonly MerchantResult[], terminal: Terminal): string[] {
  const [{ status, message } = { status: "failed", message: null }] = merchants;
  const reason = detail({ properties: [], message });
  const count = `${figure(merchants.length)} ${statusInWords(status)}`;
  const what = [count, reason].filter((part) => part !== "").join(": ");
  return [
    ...table([[what]], terminal),
    ...table([[firstOf(merchants.map(({ name }) => name))]], terminal, "    "),
  ];
}

/** The integrations of merchants who revoked access cannot be deleted: no further update would succeed. */
function notDeleted(operation: RunResult["operation"], merchants: readonly MerchantResult[]): string[] {
  if (operation === "preview") return [];
  const names = merchants
    .filter(({ status, isLeaving }) => status === "failed" && (isLeaving || operation === "destroy"))
    .map(({ name }) => name);
  if (names.length === 0) return [];
  return [
    `Not deleted at Pinterest: ${firstOf(names)}. If a merchant revoked your access for good, run \`${ownCommand} fleet offboard\` with its name.`,
  ];
}

function countsOf(merchants: readonly MerchantResult[]): string {
  const byStatus = Map.groupBy(merchants, ({ status }) => status);
  return [...byStatus]
    .map(([status, group]) => {
      const hint = status === "unchanged" ? " (not compared with Pinterest)" : "";
      return `${figure(group.length)} ${statusInWords(status)}${hint}`;
    })
    .join(", ");
}

/** Aligns strings, which can come from outside, in columns. */
export function table(
  rows: readonly (readonly string[])[],
  { width }: Pick<Terminal, "width">,
  indent = "  ",
): string[] {
  const cells = rows.map((row) => row.map((text) => ({ text: visible(shorten(text, printedAtMost)) })));
  return columns(cells, width, indent);
}

/** The details of a merchant's status, in one line. */
export function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  const lines = (message ?? "").split("\n").map((line) => line.trim());
  const parts = [properties.join(", "), lines.filter((line) => line !== "").join(" ")];
  return parts.filter((part) => part !== "").join("; ");
}
