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
  /** Has the engine end in its own time: the worker is to end. */
  readonly signal: AbortSignal;
  /** Is aborted when the job is no longer this worker's. */
  readonly lost: AbortSignal;
}

/** What failed of a shard. */
export class ShardFailure extends Error {
  constructor(
    readonly errors: readonly string[],
    /** Whether there is no sense in trying again. */
    readonly isFinal: boolean,
  ) {
    super(errors.join("\n"));
  }
}

/**
 * Does with a shard what a run wants, and keeps what came of it.
 *
 * @returns nothing where that was done already, or somebody took it back.
 * @throws ShardFailure where anything failed, and Error where the job is to be begun again: by another worker, as a rule.
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
      // Whoever has taken the shard over tells of it; and that a worker was ended is no failure.
      if (held.lost.aborted || lost.aborted || error instanceof ShardFailure) throw error;
      const isFinal = begun.failures + 1 >= failuresAtMost || error instanceof Hopeless;
      const errors = [error instanceof Error ? error.message : String(error)];
      // Where that cannot be said either, the queue still knows.
      await end(database.statements, job, isFinal ? "failed" : "queued", { errors, isFailure: true }).catch(
        () => {},
      );
      throw new ShardFailure(errors, isFinal);
    }
  });
}

/** What no further attempt would change. */
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
  // No list is taken between the two.
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

/** An update of one of two shards would end the connection of whom only the other one declares. */
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
    // Whom a list may lack was asked when it was taken.
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
  /** Whether that is the shard's own, and not that its worker was ended. */
  readonly isFailure: boolean;
  readonly isFinal: boolean;
}

/** Requests to Pinterest have been tried again already where that helps: what fails with a merchant alone is final. */
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
