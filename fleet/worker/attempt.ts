import { defined } from "../../provider/base/bag";
import { firstOf } from "../../provider/base/message-text";
import { FleetError } from "../fleet-error";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import { isDriftOperation, isFailure, type MerchantOutcome, notReached, type ShardOutcome } from "../outcome";
import { runShardAs } from "../shard/run-shard";
import type { FleetInvocation } from "../shard/workspace";
import { engineOptionsOf, type HeldClaim, renewClaim } from "../store/claim";
import type { Database, Statements } from "../store/database";
import { storeOutcome } from "../store/outcome";
import type { ShardJob, Task } from "../store/queue";
import { type AttemptEnd, endAttempt } from "../store/runs";
import type { Encryption } from "../store/settings";
import { readShard, type Shard } from "../store/shards";

export interface WorkOptions {
  readonly database: Database;
  readonly encryption: Encryption;
  /** The identity of the fleet at the start of the worker. */
  readonly identity: string;
  readonly worker: string;
  readonly invocation: FleetInvocation;
  readonly project: string;
  /** Longest time of an attempt. @default an hour */
  readonly timeoutMs?: number;
  /** Stops the worker gracefully: engines finish their requests, and other workers continue the shards. */
  readonly signal: AbortSignal;
}

/** One attempt of a worker at a shard. */
export interface Attempt extends WorkOptions {
  readonly job: ShardJob;
  readonly claim: HeldClaim;
  /** Stops the attempt: its worker stops, or it has taken too long. */
  readonly stop: AbortSignal;
  /** Whether another failure of the shard would be final. */
  readonly isLast: boolean;
}

/** The result of an attempt. Its errors include those of merchants that were not deployed. */
export interface AttemptResult extends AttemptEnd, Pick<ShardOutcome, "outage"> {
  readonly merchants: readonly MerchantOutcome[];
}

/** Another worker has claimed the shard, or the database has another fleet. */
export class LostClaim extends FleetError {
  constructor(stack: string) {
    super(`${stack} now belongs to another worker`);
  }
}

/** Runs the last engine of an attempt, for the merchants of the list, and ends the attempt. */
export async function runLastEngine(task: Task, shard: Shard, attempt: Attempt): Promise<AttemptResult> {
  return endWithOutcome(shard, await runEngine(task, shard.merchants, attempt), attempt);
}

/** Reads the shard. The claim also shows that the database still has the fleet whose job this is. @throws LostClaim */
export async function readIfClaimed(statements: Statements, attempt: Attempt): Promise<Shard> {
  await assertClaimed(statements, attempt);
  return readShard(statements, attempt.job.shardId, attempt.encryption);
}

/** @throws LostClaim */
async function assertClaimed(statements: Statements, { job, claim }: Attempt): Promise<void> {
  if (!(await renewClaim(statements, claim))) throw new LostClaim(job.stack);
}

/** Runs the engine for merchants. The attempt does not end. */
export function runEngine(
  { operation, refresh }: Task,
  merchants: readonly DeclaredMerchant[],
  attempt: Attempt,
): Promise<ShardOutcome> {
  return runShardAs({ ...engineOptions(attempt), merchants, operation, refresh });
}

/** The options of each engine of an attempt. */
export function engineOptions({ job, invocation, project, claim, stop }: Attempt) {
  const { stack } = job;
  // The shrink limit was checked when the list was planned.
  return { stack, invocation, project, signal: stop, allowEmpty: true, ...engineOptionsOf(claim) };
}

/** Stores the outcome of the attempt's last engine, and ends the attempt. Throws like {@link storeIfClaimed}. */
export async function endWithOutcome(
  shard: Shard,
  outcome: ShardOutcome,
  attempt: Attempt,
): Promise<AttemptResult> {
  const end = decideEnd(outcome, attempt);
  await storeIfClaimed(shard, outcome, attempt, end);
  // If the shard failed as a whole, its error is enough for the merchants that it did not reach.
  const failed = failedMerchants(outcome).filter(
    ({ message }) => message !== notReached || end.errors.length === 0,
  );
  const errors = [...end.errors, ...errorsByReason(failed)];
  const { merchants, outage } = outcome;
  return { ...end, errors, merchants, ...defined({ outage }) };
}

/** One error for all merchants that failed for the same reason: "a, b: HTTP 401". */
function errorsByReason(failed: readonly MerchantOutcome[]): string[] {
  const byReason = Map.groupBy(failed, ({ message }) => message ?? "failed");
  return [...byReason].map(([reason, group]) => `${firstOf(group.map(({ name }) => name))}: ${reason}`);
}

/**
 * Stores the outcome of an engine.
 *
 * @param end the end of the attempt, if the engine was its last.
 * @throws LostClaim, and stores nothing, if another worker has the shard.
 */
export async function storeIfClaimed(
  shard: Shard,
  outcome: ShardOutcome,
  attempt: Attempt,
  end?: AttemptEnd,
): Promise<void> {
  const { database, job, claim } = attempt;
  claim.lost.throwIfAborted();
  await database.transaction(async (statements) => {
    await storeOutcome(statements, job, shard, outcome);
    if (end !== undefined) await endAttempt(statements, job, end, outcome.report);
    // Check the claim last, because the check locks it. The statements above can wait for a plan, and heartbeats would wait for the lock
    // meanwhile.
    await assertClaimed(statements, attempt);
  });
}

/** Decides how an attempt ends. The client has already retried requests where that helps, so a failure of single merchants is final. */
export function decideEnd(outcome: ShardOutcome, { isLast, signal }: Attempt): AttemptEnd {
  const { interrupted, errors } = outcome;
  if (interrupted && signal.aborted) {
    return { kind: "stopped", errors: ["the worker was stopped before the shard was done", ...errors] };
  }
  const timeLimitExceeded = "the shard exceeded the time limit of an attempt, and was stopped";
  const failures = interrupted ? [timeLimitExceeded, ...errors] : errors;
  if (failures.length > 0) return { kind: isLast ? "failed" : "retry", errors: failures };
  return { kind: failedMerchants(outcome).length > 0 ? "failed" : "done", errors };
}

/** The merchants that were not deployed. A drift check only reports merchants that cannot be read. */
function failedMerchants({ operation, merchants }: ShardOutcome): MerchantOutcome[] {
  return merchants.filter(({ status }) => !isDriftOperation(operation) && isFailure(status));
}
