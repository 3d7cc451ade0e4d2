import { messageOf } from "../../provider/base/message-text";
import { FleetError } from "../fleet-error";
import { withClaim } from "../store/claim";
import { unfinishedOffboardings } from "../store/merchants";
import { failuresAtMost, type ShardJob, shardTimeoutMs } from "../store/queue";
import { endAttempt, startAttempt } from "../store/runs";
import {
  type Attempt,
  type AttemptResult,
  decideEnd,
  LostClaim,
  readIfClaimed,
  runLastEngine,
  type WorkOptions,
} from "./attempt";
import { updateShard } from "./update-shard";

// A shard is a stack with some of the fleet's merchants. A run performs an operation, such as `up`, for many shards: the queue has a job for each of
// them. The worker that takes a job claims the shard, so that no other process uses its stack. Its work on the shard is an attempt. An attempt runs one or
// more engines, stores what they did to each merchant (the outcome), and ends the job, or leaves it to the next attempt.

/**
 * Runs the operation of a run for a shard, and stores the outcome. Three signals can end it:
 *
 *     signal       the worker stops: ends the wait for the claim, too
 *     stop         the worker stops, or the attempt exceeds its time limit, which starts with the claim
 *     claim.lost   another worker may have the shard: nothing is stored
 *
 * @returns "obsolete" if the shard was already done or canceled, or is another fleet's.
 * @throws Error if the attempt cannot start, the claim was lost, or a failure cannot be stored. The queue then starts the job again.
 */
export async function workShard(job: ShardJob, options: WorkOptions): Promise<AttemptResult | "obsolete"> {
  const { database, worker: holder, identity, signal } = options;
  const { shardId, stack } = job;
  return withClaim(database, { shardId, stack, holder, signal }, async (claim) => {
    const stop = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? shardTimeoutMs)]);
    const failures = await startAttempt(database.statements, job, holder, identity);
    if (failures === "obsolete") return failures;
    const attempt = { ...options, job, claim, stop, isLast: failures + 1 >= failuresAtMost };
    try {
      return await runOperation(attempt);
    } catch (error) {
      // If another worker has claimed the shard, that one reports.
      if (claim.lost.aborted || error instanceof LostClaim) throw error;
      const errors = error === stop.reason ? [] : [messageOf(error)];
      const end = decideEnd({ ...job, merchants: [], errors, interrupted: stop.aborted }, attempt);
      await endAttempt(database.statements, job, end).catch((failure) => {
        throw new FleetError(`${end.errors.join("; ")}; this could not be stored: ${messageOf(failure)}`);
      });
      return { ...end, merchants: [] };
    }
  });
}

/** Runs the operation, and stores its outcome. */
async function runOperation(attempt: Attempt): Promise<AttemptResult> {
  const { database, job } = attempt;
  // An update would delete or recreate the integrations of merchants that are being offboarded, and other operations would report them.
  const unfinished = await unfinishedOffboardings(database.statements, job.shardId);
  if (unfinished !== undefined) throw new FleetError(unfinished);
  switch (job.operation) {
    case "up":
    case "destroy":
      return updateShard(attempt);
    case "preview":
    case "drift":
    case "drift --from-state":
      return runLastEngine(job, await readIfClaimed(database.statements, attempt), attempt);
  }
}
