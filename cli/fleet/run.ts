import { setTimeout } from "node:timers/promises";
import { type CanceledRun, cancelRun, failLostShards, type StartedRun, startRun } from "../../fleet/runs";
import type { Operation } from "../../fleet/shard/outcome";
import { progressOf, type RunProgress, type ShardStatus, shardStatuses } from "../../fleet/store/results";
import { ownCommand } from "../../provider/api/own-package";
import { UsageError } from "../command-error";
import { type DocumentOptions, requestedDocuments } from "../drift/documents";
import { type ExitCode, exitCodes, withFailure } from "../exit-codes";
import { confirm, type Terminal } from "../terminal";
import { counted, figure } from "../text/words";
import { type Fleet, interruptible, withFleet, withQueue } from "./access";
import { printRun } from "./print-run";

export interface RunOptions extends DocumentOptions {
  readonly shard: readonly string[];
  readonly all?: true;
  readonly yes?: true;
  readonly detach?: true;
  /** Longest wait, in minutes. */
  readonly timeout?: number;
  /** Whether an update reads Pinterest first. */
  readonly refresh?: true;
  /** Whether to compare with state only. */
  readonly fromState?: true;
}

/** `pulumi-pinterest fleet preview | up | drift | destroy` */
export function run(operation: Operation, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  // Fail before the work if a document cannot be written.
  requestedDocuments(options);
  assertOutputUsed(options);
  const writes = operation === "up" || operation === "destroy";
  if (writes && !options.yes && !terminal.interactive) {
    throw new UsageError(
      `fleet ${operation} needs confirmation, and this is not a terminal: add --yes to write without confirmation`,
    );
  }
  return withFleet(async (fleet) => {
    if (writes && !options.yes) {
      const asked = { shards: options.shard, refresh: options.refresh === true };
      const statuses = await shardStatuses(fleet.database.statements);
      if (!(await confirm(questionOf(operation, statuses, asked)))) {
        terminal.note("Nothing was written.");
        return exitCodes.ok;
      }
    }
    return withQueue(terminal, async (queue) => {
      // Unchanged shards need no engine, unless the user names them.
      const changedOnly =
        (operation === "up" || operation === "preview") &&
        !options.all &&
        !options.refresh &&
        options.shard.length === 0;
      const started = await startRun(fleet.database, queue, {
        operation,
        shards: options.shard,
        refresh: options.refresh === true,
        changedOnly,
      });
      for (const shard of started.busy) {
        terminal.note(`error: skipped ${shard}, because another run has not finished it`);
      }
      if (started.busy.length > 0)
        terminal.note(
          `\`${ownCommand} fleet results --runs\` lists the runs. To cancel one, run \`${ownCommand} fleet cancel ID\`.`,
        );
      const exitCode =
        started.runId === undefined
          ? nothingToDo(started, operation, changedOnly, options, terminal)
          : await follow(started.runId, fleet, options, terminal);
      // Skipped shards are a failure.
      return started.busy.length > 0 && exitCode !== exitCodes.interrupted ? withFailure(exitCode) : exitCode;
    });
  });
}

/** @throws UsageError if a requested document would not be written. */
function assertOutputUsed({ detach, json, markdown, html }: RunOptions): void {
  if (detach && (typeof json === "string" || markdown !== undefined || html !== undefined)) {
    throw new UsageError(
      `--detach cannot be combined with report files: write them later with \`${ownCommand} fleet results\``,
    );
  }
}

function nothingToDo(
  { busy }: StartedRun,
  operation: Operation,
  changedOnly: boolean,
  { json }: RunOptions,
  terminal: Terminal,
): ExitCode {
  if (json === true) terminal.out(JSON.stringify({ run: null, shards: [] }));
  if (busy.length > 0) return exitCodes.ok;
  terminal.note(
    changedOnly
      ? `Nothing to do. To ${operation === "up" ? "fix" : "include"} drift, add \`--refresh\`. \`--all\` also runs unchanged shards, without reading Pinterest.`
      : `The fleet has no merchants. Store a merchant list with \`${ownCommand} fleet plan\`.`,
  );
  return exitCodes.ok;
}

async function follow(
  runId: string,
  fleet: Fleet,
  options: RunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { database } = fleet;
  if (options.detach) {
    terminal.out(options.json === true ? JSON.stringify({ run: runId }) : runId);
    return exitCodes.ok;
  }
  const progress = async () => {
    await failLostShards(database.statements, runId);
    return progressOf(database.statements, runId);
  };
  const { result: hasEnded, interrupted } = await interruptible(
    (signal) => waitForRun(progress, terminal, signal),
    options.timeout,
  );
  if (!hasEnded) {
    terminal.note(
      `${interrupted ? "" : `The run has not ended after ${counted(options.timeout ?? 0, "minute")}. `}The workers continue the run. To see its results, run \`${ownCommand} fleet results --run ${runId}\`.`,
    );
    return interrupted ? exitCodes.interrupted : exitCodes.error;
  }
  return printRun(database.statements, runId, options, terminal);
}

/** The scope of a run. */
interface Asked {
  /** Names of shards; empty for all. */
  readonly shards: readonly string[];
  /** Whether an update reads Pinterest first. */
  readonly refresh: boolean;
}

/** The confirmation prompt of an operation that writes. */
export function questionOf(
  operation: "up" | "destroy",
  statuses: readonly ShardStatus[],
  { shards, refresh }: Asked,
): string {
  const named = new Set(shards);
  const which = named.size > 0 ? counted(named.size, "shard") : "the fleet";
  const meant = statuses.filter(({ stack }) => named.size === 0 || named.has(stack));
  const sum = (of: (shard: ShardStatus) => number) => meant.reduce((all, shard) => all + of(shard), 0);
  const leaving = sum((shard) => shard.leaving);
  if (operation === "destroy") {
    const all = sum(({ merchants }) => merchants) + leaving;
    return `Delete all integrations of ${which} at Pinterest (${counted(all, "merchant")})?`;
  }
  const ending = leaving + sum(({ replaced }) => replaced);
  const parts = [
    `create or update ${counted(sum(({ pending }) => pending) - leaving, "merchant")}`,
    ...(ending > 0 ? [`delete ${counted(ending, "integration")}`] : []),
    ...(refresh ? ["fix drift"] : []),
  ];
  return `Deploy ${which} (${parts.join(", ")})?`;
}

/** Interval in which the database is read, in milliseconds. */
const pollEveryMs = 500;

/** Time without a worker after which a message is printed, in milliseconds. */
const noWorkerAfterMs = 15_000;

/** Longest outage of the database, in milliseconds. The run continues without this command. */
const outageAtMost = 120_000;

/**
 * Waits for the end of a run, and prints its progress. Aborting ends only the wait.
 *
 * @returns whether the run has ended.
 */
export async function waitForRun(
  progress: () => Promise<RunProgress>,
  terminal: Pick<Terminal, "note" | "progress">,
  abort: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now();
  let reported = false;
  const read = toleratingOutages(progress, terminal);
  const printRetried = printOnce(terminal);
  for (; !abort.aborted; await setTimeout(pollEveryMs, undefined, { signal: abort }).catch(() => {})) {
    const now = await read();
    if (now === undefined) continue;
    if (now.open === 0) return true;
    const elapsed = performance.now() - startedAt;
    printRetried(now.retried);
    terminal.progress(progressInWords(now, elapsed));
    if (reported || elapsed <= noWorkerAfterMs || !isUnattended(now)) continue;
    reported = true;
    terminal.note(
      `No worker is processing a shard. If none is running, start one with \`${ownCommand} fleet worker\`, on this machine or another one. ` +
        "Shards of workers that died start again within a minute.",
    );
  }
  return false;
}

/** Whether shards wait that no worker has started, and no worker is active. Other shards wait for a retry. */
function isUnattended({ open, retried, activeWorkers }: RunProgress): boolean {
  return activeWorkers === 0 && open > retried.length;
}

/** Reads the progress; undefined while that fails, up to the longest outage. */
function toleratingOutages(
  progress: () => Promise<RunProgress>,
  terminal: Pick<Terminal, "note">,
): () => Promise<RunProgress | undefined> {
  let failingSince: number | undefined;
  return async () => {
    try {
      const answer = await progress();
      failingSince = undefined;
      return answer;
    } catch (error) {
      const now = performance.now();
      if (failingSince === undefined) {
        failingSince = now;
        terminal.note(
          `PostgreSQL does not answer (${(error as Error).message}); the run continues, and this command tries again`,
        );
      }
      if (now - failingSince > outageAtMost) throw error;
      return undefined;
    }
  };
}

/** Prints why shards are retried, each reason once. */
function printOnce(terminal: Pick<Terminal, "note">): (retried: RunProgress["retried"]) => void {
  const reported = new Set<string>();
  return (retried) => {
    for (const { stack, errors } of retried) {
      const reason = errors.join("; ");
      if (reported.has(reason)) continue;
      reported.add(reason);
      terminal.note(`${stack} is retried: ${reason}`);
    }
  };
}

/** "up: 3 of 30 shards, 300 merchants, 12 a second, about 4 minutes left" */
export function progressInWords(
  { operation, shards, open, failed, canceled, merchants }: RunProgress,
  elapsedMs: number,
): string {
  const ended = shards - open;
  const seconds = elapsedMs / 1_000;
  return [
    `${operation}: ${figure(ended)} of ${counted(shards, "shard")}`,
    counted(merchants, "merchant"),
    ...(merchants > 0 && seconds >= 1 ? [`${figure(Math.round(merchants / seconds))} a second`] : []),
    ...(ended > 0 ? [`about ${duration((open * seconds) / ended)} left`] : []),
    ...(failed > 0 ? [`${figure(failed)} failed`] : []),
    ...(canceled > 0 ? [`${figure(canceled)} canceled`] : []),
  ].join(", ");
}

function duration(seconds: number): string {
  return seconds < 90 ? counted(Math.ceil(seconds), "second") : counted(Math.round(seconds / 60), "minute");
}

/** `pulumi-pinterest fleet cancel` */
export function cancel(run: string, { json }: { readonly json?: true }, terminal: Terminal): Promise<void> {
  return withFleet(({ database }) =>
    withQueue(terminal, async (queue) => {
      const canceled = await cancelRun(database, queue, run);
      terminal.out(json ? JSON.stringify(canceled) : canceledInWords(canceled));
    }),
  );
}

function canceledInWords({ canceled, running }: CanceledRun): string {
  if (canceled.length + running.length === 0) return "Nothing to cancel: the run has ended.";
  const rest = running.length === 0 ? "" : ` In progress, and not canceled: ${running.join(", ")}.`;
  return `${counted(canceled.length, "shard")} canceled.${rest}`;
}
