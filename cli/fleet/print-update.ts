import { errorOf, isFailure, isQuiet, statusInWords } from "../../fleet/shard/outcome";
import type { MerchantResult, RunResult, ShardResult } from "../../fleet/store/results";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import { withoutRequestIds } from "../drift/sections";
import { type ExitCode, exitCodes } from "../exit-codes";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/counted";
import { firstOf } from "../text/listed";
import { shorten, visibleLines } from "../text/visible";
import type { AskedOutput } from "./asked-output";
import { detail } from "./detail";
import { stateWords } from "./state-words";
import { table } from "./table";

/** Longest error that is printed, in characters. --json has all of it. */
const errorAtMost = 2_000;

/** Prints the results of an update, or of its preview. */
export function printUpdate(
  run: RunResult,
  { json, markdown, html }: AskedOutput,
  terminal: Terminal,
): ExitCode {
  if (markdown !== undefined || html !== undefined || typeof json === "string") {
    throw new UsageError(
      `--markdown and --html need a run of fleet drift; the results of ${run.operation} are a table, or JSON with --json`,
    );
  }
  terminal.out(json === true ? JSON.stringify(documentOf(run)) : inWords(run, terminal));
  const isWhole = run.shards.every(({ state }) => state === "done");
  return isWhole ? exitCodes.ok : exitCodes.error;
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

/** Merchants without changes are only counted. */
function inWords({ operation, shards }: RunResult, terminal: Terminal): string {
  const all = shards.flatMap(({ merchants }) => merchants);
  const rows = groupsOf(all.filter(({ status }) => !isQuiet(status)));
  const unfinished = shards.filter(({ state }) => state !== "done");
  const errors = unfinished.flatMap((shard) => {
    const own = ownErrors(shard);
    // If the shard failed only because of merchants, the table has everything.
    if (shard.state === "failed" && own.length === 0) return [];
    return [
      terminal.style("red", `${shard.stack} ${stateWords[shard.state]}`),
      ...own.flatMap((error) => visibleLines(shorten(error, errorAtMost))).map((line) => `  ${line}`),
    ];
  });
  return [
    ...table(rows, terminal),
    ...errors,
    ...notDeleted(operation, all),
    `${operation} of ${counted(shards.length, "shard")}: ${countsOf(all) || "no merchant"}.`,
  ].join("\n");
}

/** A row for each merchant. Those that failed for the same reason share one, for example if an account or a shard failed as a whole. */
function groupsOf(merchants: readonly MerchantResult[]): string[][] {
  const groups = Map.groupBy(merchants, (merchant) =>
    isFailure(merchant.status)
      ? JSON.stringify([merchant.status, withoutRequestIds(detail(merchant))])
      : merchant.name,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [[firstOf(group.map(({ name }) => name)), statusInWords(first.status), detail(first)]];
  });
}

/** Errors that the table of merchants does not contain. */
function ownErrors({ errors, merchants }: ShardResult): string[] {
  // Compares the ends, because a list can have renamed the merchants in the meantime.
  const reported = merchants.map(({ message }) => errorOf({ name: "", message }));
  return errors.filter((error) => !reported.some((end) => error.endsWith(end)));
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
    .map(([status, those]) => {
      const hint = status === "unchanged" ? " (not compared with Pinterest)" : "";
      return `${figure(those.length)} ${statusInWords(status)}${hint}`;
    })
    .join(", ");
}
