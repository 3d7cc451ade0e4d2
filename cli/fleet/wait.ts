import { setTimeout } from "node:timers/promises";
import type { RunProgress } from "../../fleet/runs";
import { ownCommand } from "../../provider/api/own-package";
import type { Terminal } from "../terminal";
import { counted, figure } from "../text/words";

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
    if (now.queued + now.running === 0) return true;
    const elapsed = performance.now() - startedAt;
    printRetried(now.retried);
    terminal.progress(inWords(now, elapsed));
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
function isUnattended({ queued, running, retried, activeWorkers }: RunProgress): boolean {
  return activeWorkers === 0 && queued + running > retried.length;
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
export function inWords(
  { operation, queued, running, done, failed, canceled, merchants }: RunProgress,
  elapsedMs: number,
): string {
  const ended = done + failed + canceled;
  const shards = queued + running + ended;
  const known = Object.values(merchants).reduce((sum, count) => sum + count, 0);
  const seconds = elapsedMs / 1_000;
  return [
    `${operation}: ${figure(ended)} of ${counted(shards, "shard")}`,
    `${counted(known, "merchant")}`,
    ...(known > 0 && seconds >= 1 ? [`${figure(Math.round(known / seconds))} a second`] : []),
    ...(ended > 0 ? [`about ${duration(((shards - ended) * seconds) / ended)} left`] : []),
    ...(failed > 0 ? [`${figure(failed)} failed`] : []),
    ...(canceled > 0 ? [`${figure(canceled)} canceled`] : []),
  ].join(", ");
}

function duration(seconds: number): string {
  return seconds < 90 ? counted(Math.ceil(seconds), "second") : counted(Math.round(seconds / 60), "minute");
}
