import { Outage } from "../../fleet/outage";
import { databaseError, databaseFailure } from "../../fleet/store/database";
import { progressOf, type RunProgress } from "../../fleet/store/results";
import { failLostShards } from "../../fleet/store/runs";
import { pause } from "../../provider/base/async";
import { ownCommand } from "../../provider/base/own-package";
import { counted, figure } from "../../provider/base/words";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import { interruptible } from "./access";
import type { DriftPrintOptions, PrintedRun } from "./print-drift";
import { printRun } from "./print-run";

export interface WaitOptions extends DriftPrintOptions {
  /** Longest wait in minutes. */
  readonly timeout?: number;
}

/** Waits for the end of a run, and prints its results. Ctrl-C and the time limit end only the wait. */
export async function waitAndPrint(run: PrintedRun & { readonly options: WaitOptions }): Promise<ExitCode> {
  const { runId, options, terminal } = run;
  const { result: hasEnded, interrupted } = await interruptible(
    (signal) => waitForRun(run, signal),
    options.timeout,
  );
  if (hasEnded) return printRun(run);
  const timedOut = `The run has not ended after ${counted(options.timeout ?? 0, "minute")}. `;
  terminal.note(
    `${interrupted ? "" : timedOut}The workers continue the run. To wait for its results, run ` +
      `\`${ownCommand} fleet results --run ${runId} --wait\`.`,
  );
  return interrupted ? exitCodes.interrupted : exitCodes.error;
}

/** Interval in which the database is read. */
const pollEveryMs = 500;

/** Interval of searches for lost shards. A search reads all jobs of open runs. */
const searchLostEveryMs = 5_000;

/** Time since the start of the wait after which a message about missing workers is printed. */
const noWorkerAfterMs = 15_000;

/** Longest outage of the database. The run continues without this command. */
const longestOutageMs = 120_000;

/** Waits for the end of a run, and prints its progress. Returns whether the run has ended. */
async function waitForRun(
  { statements, queue, runId, terminal }: PrintedRun,
  abort: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now();
  let failingSince: number | undefined;
  let searchedAt = Number.NEGATIVE_INFINITY;
  let isReported = false;
  const outage = new Outage(
    "the run continues, and this command tries again",
    "PostgreSQL responds again",
    terminal.note,
  );
  const retries = new Set<string>();
  for (; !abort.aborted; await pause(pollEveryMs, abort)) {
    let now: RunProgress;
    try {
      if (performance.now() - searchedAt >= searchLostEveryMs) {
        await failLostShards(statements, queue);
        searchedAt = performance.now();
      }
      now = await progressOf(statements, runId);
      failingSince = undefined;
      outage.end();
    } catch (error) {
      const failure = databaseFailure(error);
      if (failure === undefined) throw error;
      failingSince ??= performance.now();
      if (failure.remedy !== undefined || performance.now() - failingSince > longestOutageMs)
        throw databaseError(failure);
      outage.begin(failure.summary, failure.reason);
      continue;
    }
    if (now.open === 0) return true;
    // Each reason is printed once for a shard.
    const byReason = Map.groupBy(now.retried, ({ errors }) => errors.join("; "));
    for (const [reason, shards] of byReason) {
      const added = shards.map(({ stack }) => stack).filter((stack) => !retries.has(`${stack} ${reason}`));
      for (const stack of added) retries.add(`${stack} ${reason}`);
      if (added.length > 0)
        terminal.note(`${added.join(", ")} ${added.length === 1 ? "is" : "are"} retried: ${reason}`);
    }
    const elapsed = performance.now() - startedAt;
    terminal.progress(progressInWords(now, elapsed));
    // Some shards have not started, in addition to those that wait for a retry.
    const isUnattended = now.activeWorkers === 0 && now.open > now.retried.length;
    if (isReported || elapsed <= noWorkerAfterMs || !isUnattended) continue;
    isReported = true;
    terminal.note(
      `No worker is processing a shard. If none is running, start one with \`${ownCommand} fleet worker\`, on this machine or another one. ` +
        "Shards of workers that died start again within a minute.",
    );
  }
  return false;
}

/** "up: 3 of 30 shards, 300 merchants, 12 a second, about 4 minutes left" */
function progressInWords(
  { operation, shards, open, failed, canceled, merchants, activeWorkers }: RunProgress,
  elapsedMs: number,
): string {
  const ended = shards - open;
  const seconds = elapsedMs / 1_000;
  return [
    `${operation}: ${figure(ended)} of ${counted(shards, "shard")}`,
    counted(merchants, "merchant"),
    ...(merchants > 0 && seconds >= 1 ? [`${figure(Math.round(merchants / seconds))} a second`] : []),
    ...(activeWorkers === 0 ? ["no active worker"] : []),
    ...(ended > 0 && activeWorkers > 0 ? [`about ${duration((open * seconds) / ended)} left`] : []),
    ...(failed > 0 ? [`${figure(failed)} failed`] : []),
    ...(canceled > 0 ? [`${figure(canceled)} canceled`] : []),
  ].join(", ");
}

function duration(seconds: number): string {
  return seconds < 90 ? counted(Math.ceil(seconds), "second") : counted(Math.round(seconds / 60), "minute");
}
