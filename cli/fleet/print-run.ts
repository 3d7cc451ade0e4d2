import { isDriftOperation, isFailure, type MerchantStatus } from "../../fleet/outcome";
import { withdrawAccepted } from "../../fleet/store/accepted";
import { type MerchantResult, type RunResult, readRun } from "../../fleet/store/results";
import { failLostShards } from "../../fleet/store/runs";
import { firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { shorten, visible, visibleLines } from "../../provider/base/visible";
import { counted, figure } from "../../provider/base/words";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { statusInWords } from "../../stack/report";
import { columnLines } from "../tables/table-lines";
import type { Terminal } from "../terminal";
import {
  type DriftPrintOptions,
  isOpen,
  onWorker,
  type PrintedRun,
  printCheck,
  stateWords,
} from "./print-drift";

/** Prints the results of a run, and returns the exit code. */
export async function printRun(printed: PrintedRun): Promise<ExitCode> {
  const { statements, queue, runId, options, terminal } = printed;
  await failLostShards(statements, queue);
  const run = await readRun(statements, runId);
  terminal.note(`Run ${run.id}, ${run.operation}, requested at ${run.requestedAt.toISOString()}`);
  if (options.withdraw) {
    const merchants = options.only ?? [];
    const count = await withdrawAccepted(statements, merchants);
    if (count === 0)
      throw new UsageError(
        `--withdraw: nothing is accepted for ${firstOf(merchants)}. Use the names of merchants.`,
      );
    terminal.note(`withdrew ${counted(count, "acceptance")}`);
  }
  return isDriftOperation(run.operation) ? printCheck(run, printed) : printUpdate(run, options, terminal);
}

/** Number of characters of an error or cell that are printed. --json has the whole string. */
const printedAtMost = 2_000;

/** Prints the results of an update, or of its preview. */
export function printUpdate(
  run: RunResult,
  { json, markdown, html, adopt, accept, baseline }: DriftPrintOptions,
  terminal: Terminal,
): ExitCode {
  const ofChecks = Object.entries({ adopt, accept, baseline });
  const [option] = ofChecks.find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined)
    throw new UsageError(`--${option} needs a run of \`fleet drift\`: name one with --run`);
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
  const together = shown
    .filter(({ length }) => length > 1)
    .flatMap((group) => {
      const { status, message } = group[0] as MerchantResult;
      const reason = detail({ properties: [], message });
      const what = [`${figure(group.length)} ${statusInWords(status)}`, reason].filter(Boolean).join(": ");
      return [...table([[what]], terminal), ...table([[namesOf(group)]], terminal, "    ")];
    });
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
  // The integrations of merchants who revoked access cannot be deleted: no further update would succeed.
  const notDeleted = all.filter(
    ({ status, isLeaving }) => operation !== "preview" && status === "failed" && (isLeaving || isDestroy),
  );
  const counts = [...Map.groupBy(all, ({ status }) => status)].map(([status, { length }]) => {
    const hint = status === "unchanged" ? " (not compared with Pinterest)" : "";
    return `${figure(length)} ${statusInWords(status)}${hint}`;
  });
  return [
    ...table(rows, terminal),
    ...together,
    ...errors,
    ...(notDeleted.length > 0
      ? [
          `Not deleted at Pinterest: ${namesOf(notDeleted)}. If a merchant revoked your access for good, run \`${ownCommand} fleet offboard\` with its name.`,
        ]
      : []),
    ...(isDestroy && unfinished.length === 0 && all.every(({ status }) => status === "missing")
      ? ["Nothing was deployed, so nothing was deleted."]
      : []),
    ...(isDestroy
      ? [`The fleet keeps the merchant list: \`${ownCommand} fleet up\` would create the integrations again.`]
      : []),
    `${operation} of ${counted(shards.length, "shard")}: ${counts.join(", ") || "no merchant"}.`,
  ].join("\n");
}

function namesOf(merchants: readonly MerchantResult[]): string {
  return firstOf(merchants.map(({ name }) => name));
}

function rowOf(merchant: MerchantResult): string[] {
  return [merchant.name, statusInWords(merchant.status), detail(merchant)];
}

/** Aligns strings, which can come from outside, in columns. */
export function table(
  rows: readonly (readonly string[])[],
  { width }: Pick<Terminal, "width">,
  indent = "  ",
): string[] {
  const cells = rows.map((row) => row.map((text) => ({ text: visible(shorten(text, printedAtMost)) })));
  return columnLines(cells, width, indent);
}

/** The details of a merchant's status, in one line. */
export function detail({ properties, message }: Pick<MerchantResult, "properties" | "message">): string {
  const lines = (message ?? "").split("\n").map((line) => line.trim());
  const parts = [properties.join(", "), lines.filter((line) => line !== "").join(" ")];
  return parts.filter((part) => part !== "").join("; ");
}
