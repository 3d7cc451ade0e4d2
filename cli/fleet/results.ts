import { FleetError } from "../../fleet/fleet-error";
import { unfinishedOffboardings } from "../../fleet/store/merchants";
import { nextAttempts } from "../../fleet/store/queue";
import {
  historyOf,
  lastRunId,
  listRuns,
  type RunSummary,
  type ShardStatus,
  shardStatuses,
} from "../../fleet/store/results";
import { failLostShards } from "../../fleet/store/runs";
import { ownCommand } from "../../provider/base/own-package";
import { counted, figure } from "../../provider/base/words";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { statusInWords } from "../../stack/report";
import { assertAdoptable } from "../adopt/adopt";
import type { CommandIo, Terminal } from "../terminal";
import { withFleet, withQueue } from "./access";
import { assertPrintable } from "./print-drift";
import { detail, printRun, table } from "./print-run";
import { type WaitOptions, waitAndPrint } from "./wait";

export interface ResultsOptions extends WaitOptions {
  readonly run?: string;
  readonly wait?: true;
  readonly merchant?: string;
  readonly runs?: true;
}

/** `pulumi-pinterest fleet results` */
export function results(options: ResultsOptions, { terminal, environment }: CommandIo): Promise<ExitCode> {
  // Fail before the work if a document cannot be written, or the list to edit cannot be read.
  assertPrintable(options);
  assertAdoptable(options, terminal);
  const { merchant, runs, json } = options;
  if ((runs || merchant !== undefined) && typeof json === "string") {
    throw new UsageError(
      `--json of ${runs ? "--runs" : "--merchant"} prints to standard output: omit the name of the file`,
    );
  }
  return withFleet(environment, async ({ database: { statements } }) => {
    if (runs) {
      const all = await listRuns(statements);
      terminal.out(json ? JSON.stringify(all) : runsInWords(all, terminal));
      return exitCodes.ok;
    }
    if (merchant !== undefined) {
      const history = await historyOf(statements, merchant);
      const rows = history.map((entry) => [
        entry.at.toISOString(),
        entry.operation,
        statusInWords(entry.status),
        detail(entry),
      ]);
      const text = table(rows, terminal).join("\n") || `No run has results of a merchant '${merchant}'.`;
      terminal.out(json ? JSON.stringify(history) : text);
      return exitCodes.ok;
    }
    const runId = options.run ?? (await lastRunId(statements));
    if (runId === undefined)
      throw new FleetError(`the fleet has no runs yet: deploy the plan with \`${ownCommand} fleet up\``);
    const print = options.wait ? waitAndPrint : printRun;
    return withQueue({ terminal, environment }, (queue) =>
      print({ statements, queue, runId, options, terminal }),
    );
  });
}

/** Number of runs in the table. */
const shownAtMost = 50;

function runsInWords(runs: readonly RunSummary[], terminal: Terminal): string {
  if (runs.length === 0) return "The fleet has no runs yet.";
  const rows = [
    ["run", "requested", "operation", "shards", "open", "done", "failed", "canceled"],
    ...runs
      .slice(0, shownAtMost)
      .map(({ run, requestedAt, operation, shards, open, done, failed, canceled }) => [
        run,
        requestedAt.toISOString(),
        operation,
        ...[shards, open, done, failed, canceled].map(figure),
      ]),
  ];
  const more = runs.length - shownAtMost;
  return [
    ...table(rows, terminal),
    ...(more > 0 ? [`And ${counted(more, "earlier run")}: --json lists all.`] : []),
  ].join("\n");
}

/** `pulumi-pinterest fleet status` */
export function status(
  { json }: { readonly json?: true },
  { terminal, environment }: CommandIo,
): Promise<void> {
  return withFleet(environment, async ({ database, settings }) => {
    const next = await withQueue({ terminal, environment }, async (queue) => {
      await failLostShards(database.statements, queue);
      return nextAttempts(queue);
    });
    const shards = (await shardStatuses(database.statements)).map((shard) => ({
      ...shard,
      nextAttemptAt: next.get(shard.stack) ?? null,
    }));
    const run = (await lastRunId(database.statements)) ?? null;
    const unfinished = await unfinishedOffboardings(database.statements);
    if (unfinished !== undefined) terminal.note(`warning: ${unfinished}`);
    terminal.out(
      json ? JSON.stringify({ ...settings, lastRun: run, shards }) : shardsInWords(shards, run, terminal),
    );
  });
}

/** A shard, and the earliest time of its next attempt if it waits for one. */
type CurrentShard = ShardStatus & { readonly nextAttemptAt: Date | null };

function shardsInWords(shards: readonly CurrentShard[], run: string | null, terminal: Terminal): string {
  if (shards.length === 0)
    return `The fleet has no shards yet. Store a merchant list with \`${ownCommand} fleet plan\`.`;
  const sum = (of: (shard: CurrentShard) => number) => shards.reduce((all, shard) => all + of(shard), 0);
  const rows = [
    ["shard", "merchants", "leaving", "pending", "last run", "worker"],
    ...shards.map((shard) => [
      shard.stack,
      figure(shard.merchants),
      figure(shard.leaving),
      figure(shard.pending - shard.leaving),
      lastOf(shard),
      shard.worker ?? (shard.state === "running" ? `${shard.lastWorker} (stopped)` : ""),
    ]),
  ];
  const leaving = sum((shard) => shard.leaving);
  const merchants = sum((shard) => shard.merchants);
  const pending = figure(sum((shard) => shard.pending) - leaving);
  const rest = leaving === 0 ? "" : `; ${figure(leaving)} leaving`;
  const last = run === null ? "" : ` The last run is ${run}.`;
  return `${table(rows, terminal).join("\n")}\n\n${counted(shards.length, "shard")}, ${counted(merchants, "merchant")}, ${pending} of them pending${rest}.${last}`;
}

function lastOf({ operation, state, worker, endedAt, nextAttemptAt }: CurrentShard): string {
  if (operation === null) return "never";
  const next = nextAttemptAt === null ? undefined : `next attempt at ${nextAttemptAt.toISOString()}`;
  if (state === "queued") return [`${operation} queued`, ...(next === undefined ? [] : [next])].join(", ");
  if (state === "running" && worker === null)
    return `${operation} interrupted, ${next ?? "waits for a worker"}`;
  return `${operation} ${state}${endedAt === null ? "" : ` ${endedAt.toISOString()}`}`;
}
