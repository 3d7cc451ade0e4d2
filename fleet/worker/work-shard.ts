import { renewClaim } from "../claim/claims";
import { type Held, withClaim } from "../claim/with-claim";
import { FleetError } from "../fleet-error";
import { failuresAtMost } from "../queue";
import { errorOf, isDriftCheck, isFailure, notReached, type ShardOutcome } from "../shard/outcome";
import { runShard } from "../shard/run-shard";
import type { Database, Statements } from "../store/database";
import { keepOutcome, markUnsettled } from "../store/keep";
import { begin, end, type RunShard, type Task } from "../store/runs";
import type { Seal } from "../store/sealed";
import { readShard, type Shard } from "../store/shard";
import { unfinished } from "../store/unfinished";

export interface WorkOptions {
  readonly database: Database;
  readonly seal: Seal;
  /** The shard's name, for messages. */
  readonly stack: string;
  readonly worker: string;
  readonly directory: string;
  readonly project: string;
  /** Stops the engine gracefully, because the worker stops. */
  readonly signal: AbortSignal;
  /** Aborted when the job no longer belongs to this worker. */
  readonly lost: AbortSignal;
}

/** The failure of a shard. */
export class ShardFailure extends Error {
  constructor(
    readonly errors: readonly string[],
    /** Whether a retry cannot succeed. */
    readonly isFinal: boolean,
  ) {
    super(errors.join("\n"));
  }
}

/**
 * Runs the operation of a run for a shard, and stores the outcome.
 *
 * @returns undefined if the shard was already done or canceled.
 * @throws ShardFailure if anything failed; Error if the job must be started again, usually by another worker.
 */
export async function workShard(
  job: RunShard,
  task: Task,
  options: WorkOptions,
): Promise<ShardOutcome | undefined> {
  const { database, stack, worker: holder, lost } = options;
  const { shardId } = job;
  const signal = AbortSignal.any([options.signal, lost]);
  return withClaim(database, { shardId, stack, holder, signal }, async (held) => {
    const begun = await begin(database.statements, job, holder);
    if (begun?.state !== "queued" && begun?.state !== "running") return undefined;
    try {
      return await attempt(job, task, begun.failures + 1 >= failuresAtMost, held, options);
    } catch (error) {
      // If another worker has claimed the shard, that one reports. A stopped worker is not a failure.
      if (held.lost.aborted || lost.aborted || error instanceof ShardFailure) throw error;
      const isFinal = begun.failures + 1 >= failuresAtMost || error instanceof Hopeless;
      const errors = [error instanceof Error ? error.message : String(error)];
      // If this statement fails too, the queue still has the job.
      await end(database.statements, job, isFinal ? "failed" : "queued", { errors, isFailure: true }).catch(
        () => {},
      );
      throw new ShardFailure(errors, isFinal);
    }
  });
}

/** A failure that a retry would not change. */
class Hopeless extends FleetError {}

async function attempt(
  job: RunShard,
  task: Task,
  isLast: boolean,
  held: Held,
  options: WorkOptions,
): Promise<ShardOutcome> {
  const { database, seal } = options;
  const { statements } = database;
  await refuseUnfinished(statements, job.shardId);
  const { operation, refresh } = task;
  // In one transaction, so that no plan is stored between the two.
  const shard = await database.transaction(async (all) => {
    if (operation === "up" || operation === "destroy") {
      await markUnsettled(all, job, operation === "destroy" || refresh);
    }
    return readShard(all, job.shardId, seal);
  });
  const outcome = await run(shard, task, held, options);
  options.lost.throwIfAborted();
  held.lost.throwIfAborted();
  const verdict = verdictOf(outcome);
  const isFinal = verdict.isFinal || (verdict.isFailure && isLast);
  const state = verdict.errors.length === 0 ? "done" : isFinal ? "failed" : "queued";
  await database.transaction(async (all) => {
    if (!(await renewClaim(all, held.claim)))
      throw new FleetError(`${shard.stack} now belongs to another worker`);
    await keepOutcome(all, job, shard, outcome);
    await end(all, job, state, verdict);
  });
  if (verdict.errors.length > 0) throw new ShardFailure(verdict.errors, isFinal);
  return outcome;
}

/** During a move, an update of one shard would delete the integrations that only the other one declares. */
async function refuseUnfinished(statements: Statements, shardId: number): Promise<void> {
  const found = await unfinished(statements, shardId);
  if (found.length > 0) throw new Hopeless(found.join("\n"));
}

function run(
  { stack, merchants }: Shard,
  { operation, refresh }: Task,
  held: Held,
  { directory, project, signal, lost }: WorkOptions,
): Promise<ShardOutcome> {
  return runShard({
    stack,
    merchants,
    operation,
    refresh,
    // The shrink limit was checked when the list was planned.
    allowEmpty: true,
    directory,
    project,
    signal,
    kill: AbortSignal.any([held.lost, lost]),
    unlock: held.claim.wasLeft,
    onUnlocked: held.unlocked,
    onLeftLocked: held.leftLocked,
  });
}

interface Verdict {
  readonly errors: readonly string[];
  /** Whether the shard failed, and not only its worker stopped. */
  readonly isFailure: boolean;
  readonly isFinal: boolean;
}

/** The client has already retried requests where that helps, so a failure of a single merchant is final. */
function verdictOf({ operation, interrupted, errors, merchants }: ShardOutcome): Verdict {
  if (interrupted) {
    const ended = "the worker was stopped before the shard was done";
    return { errors: [ended, ...errors], isFailure: false, isFinal: false };
  }
  const ofMerchants = merchants
    .filter(({ status }) => !isDriftCheck(operation) && isFailure(status))
    // Of those whom a failure of the whole has kept from their turn, that says it all.
    .filter(({ message }) => message !== notReached || errors.length === 0)
    .map(errorOf);
  const all = [...errors, ...ofMerchants];
  return { errors: all, isFailure: all.length > 0, isFinal: ofMerchants.length > 0 && errors.length === 0 };
}
