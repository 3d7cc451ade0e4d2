import { signOfLifeSeconds } from "../queue";
import type { ShardOutcome } from "../shard/outcome";
import { type RunShardOptions, runShard } from "../shard/run-shard";
import { giveBackClaim, renewClaim, takeClaim } from "../store/claims";
import type { Database } from "../store/database";
import { begin, end, keepOutcome, type RunShard } from "../store/runs";
import type { Seal } from "../store/sealed";
import { readShard, type Shard } from "../store/shard";
import { Lease } from "./lease";

/** As long as a worker goes on without having been heard: others take it for dead only some ten seconds later. */
const unheardAtMostMs = 15_000;

export interface WorkOptions {
  readonly database: Database;
  readonly seal: Seal;
  readonly worker: string;
  readonly directory: string;
  readonly project: string;
  /** Has the engine end in its own time: the worker is to end. */
  readonly signal: AbortSignal;
  /** Is aborted when the job is no longer this worker's. */
  readonly lost: AbortSignal;
}

/** What failed of a shard. */
export class ShardFailure extends Error {
  constructor(
    readonly shard: string,
    readonly errors: readonly string[],
    /** Whether there is no sense in trying again. */
    readonly isFinal: boolean,
  ) {
    super(`${shard}: ${errors.join("\n")}`);
  }
}

/**
 * Does with a shard what a run wants, and keeps what came of it.
 *
 * @param isLast whether there is no further attempt.
 * @throws ShardFailure where anything failed, and Error where the job is to be tried again.
 */
export async function workShard(
  job: RunShard,
  operation: RunShardOptions["operation"],
  isLast: boolean,
  options: WorkOptions,
): Promise<ShardOutcome> {
  const { database, seal, worker } = options;
  const claim = await takeClaim(database.statements, job.shardId, worker);
  const kill = new AbortController();
  options.lost.addEventListener("abort", () => kill.abort(), { once: true });
  const lease = new Lease({
    every: signOfLifeSeconds * 1_000,
    atMost: unheardAtMostMs,
    renew: () => renewClaim(database.statements, claim),
    lost: (why) => kill.abort(new Error(why)),
  });
  try {
    await begin(database.statements, job, worker);
    const shard = await readShard(database.statements, job.shardId, seal);
    const outcome = await run(shard, operation, claim.wasLeft, kill.signal, options);
    if (kill.signal.aborted) throw kill.signal.reason;
    await keep(job, shard, outcome, isLast, database);
    return judged(shard, outcome);
  } catch (error) {
    // Whoever has taken the shard over tells of it.
    if (!kill.signal.aborted && !(error instanceof ShardFailure)) {
      const errors = [error instanceof Error ? error.message : String(error)];
      // Where that cannot be said either, the queue still knows.
      await end(database.statements, job, isLast ? "failed" : "queued", errors).catch(() => {});
    }
    throw error;
  } finally {
    lease.end();
    // An engine that was killed has left its lock, which whoever comes next has to know.
    if (!kill.signal.aborted) await giveBackClaim(database.statements, claim).catch(() => {});
  }
}

function run(
  { stack, merchants }: Shard,
  operation: RunShardOptions["operation"],
  unlock: boolean,
  kill: AbortSignal,
  { directory, project, signal }: WorkOptions,
): Promise<ShardOutcome> {
  return runShard({ stack, merchants, operation, directory, project, signal, kill, unlock });
}

async function keep(
  job: RunShard,
  shard: Shard,
  outcome: ShardOutcome,
  isLast: boolean,
  database: Database,
): Promise<void> {
  const { errors, isFinal } = failureOf(outcome);
  const state = errors.length === 0 ? "done" : isFinal || isLast ? "failed" : "queued";
  await database.transaction(async (statements) => {
    await keepOutcome(statements, job, shard, outcome);
    await end(statements, job, state, errors);
  });
}

function judged({ stack }: Shard, outcome: ShardOutcome): ShardOutcome {
  const { errors, isFinal } = failureOf(outcome);
  if (errors.length > 0) throw new ShardFailure(stack, errors, isFinal);
  return outcome;
}

/** Requests to Pinterest have been tried again already where that helps: what fails with a merchant alone is final. */
function failureOf({ interrupted, errors, merchants }: ShardOutcome): { errors: string[]; isFinal: boolean } {
  const ofShard = interrupted ? ["the worker was ended before the shard was done", ...errors] : errors;
  const ofMerchants = merchants
    .filter(({ status }) => status === "failed")
    .map(({ name, message }) => `${name}: ${message ?? "failed"}`);
  return { errors: [...ofShard, ...ofMerchants], isFinal: ofShard.length === 0 };
}
