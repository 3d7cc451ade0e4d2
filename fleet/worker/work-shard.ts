import { defined } from "../../provider/base/bag";
import { firstOf, messageOf } from "../../provider/base/message-text";
import { FleetError } from "../fleet-error";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import { isDriftOperation, isFailure, type MerchantOutcome, notReached, type ShardOutcome } from "../outcome";
import { findUnrecorded, type Unrecorded } from "../shard/find-unrecorded";
import { runShardAs } from "../shard/run-shard";
import type { FleetInvocation } from "../shard/workspace";
import { engineOptionsOf, type HeldClaim, renewClaim, withClaim } from "../store/claim";
import type { Database, Statements } from "../store/database";
import { type InterruptedDeployment, interruptedDeployments, startDeployment } from "../store/deployment";
import { unfinishedOffboardings } from "../store/merchants";
import { storeOutcome } from "../store/outcome";
import { failuresAtMost, type ShardJob, shardTimeoutMs, type Task } from "../store/queue";
import { type AttemptEnd, endAttempt, startAttempt } from "../store/runs";
import { schema } from "../store/schema";
import type { Encryption } from "../store/settings";
import { readShard, type Shard } from "../store/shards";
import { adoptionOf, notAdopted } from "./adoption";

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

/** The result of an attempt. Its errors include those of merchants that were not deployed. */
export interface AttemptResult extends AttemptEnd, Pick<ShardOutcome, "outage"> {
  readonly merchants: readonly MerchantOutcome[];
}

/**
 * Runs the operation of a run for a shard, and stores the outcome.
 *
 * @returns "obsolete" if the shard was already done or canceled, or is another fleet's.
 * @throws Error if the attempt cannot start, the claim was lost, or a failure cannot be stored. The queue then starts the job again.
 */
export async function workShard(job: ShardJob, options: WorkOptions): Promise<AttemptResult | "obsolete"> {
  const { database, worker: holder, identity, signal } = options;
  const { shardId, stack } = job;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? shardTimeoutMs)]);
  return withClaim(database, { shardId, stack, holder, signal }, async (claim) => {
    const failures = await startAttempt(database.statements, job, holder, identity);
    if (failures === "obsolete") return failures;
    const attempt = { ...options, job, claim, stop, isLast: failures + 1 >= failuresAtMost };
    try {
      return await run(attempt);
    } catch (error) {
      // If another worker has claimed the shard, that one reports.
      if (claim.lost.aborted || error instanceof LostClaim) throw error;
      const errors = error === stop.reason ? [] : [messageOf(error)];
      const end = endOf({ ...job, merchants: [], errors, interrupted: stop.aborted }, attempt);
      await endAttempt(database.statements, job, end).catch((failure) => {
        throw new FleetError(`${end.errors.join("; ")}; this could not be stored: ${messageOf(failure)}`);
      });
      return { ...end, merchants: [] };
    }
  });
}

/** Another worker has claimed the shard, or the database has another fleet. */
class LostClaim extends FleetError {
  constructor(stack: string) {
    super(`${stack} now belongs to another worker`);
  }
}

/** One attempt of a worker at a shard. */
interface Attempt extends WorkOptions {
  readonly job: ShardJob;
  readonly claim: HeldClaim;
  /** Stops the attempt: its worker stops, or it has taken too long. */
  readonly stop: AbortSignal;
  /** Whether another failure of the shard would be final. */
  readonly isLast: boolean;
}

/** Runs the operation, and stores its outcome. */
async function run(attempt: Attempt): Promise<AttemptResult> {
  const { database, job } = attempt;
  // An update would delete or recreate the integrations of these merchants.
  const unfinished = await unfinishedOffboardings(database.statements, job.shardId);
  if (unfinished !== undefined) throw new FleetError(unfinished);
  switch (job.operation) {
    case "up":
    case "destroy":
      return update(attempt);
    case "preview":
    case "drift":
    case "drift --from-state":
      return runTask(job, await readClaimed(database.statements, attempt), attempt);
  }
}

/**
 * Updates the shard, so that no integration is lost if a worker is killed:
 *
 *     1. `recordDeployment` records the values that the engine is about to deploy.
 *     2. The engine deploys them.
 *     3. `store` stores the outcome, which ends the record.
 *
 * A record without its end is an interrupted deployment. The next attempt does this before these steps:
 *
 *     a. `findUnrecorded` searches Pinterest for integrations that the interrupted deployment created, and that state lacks.
 *     b. `adopt` takes them into state, with the values of that time.
 *
 * State may be outdated then, so one of the two engines reads Pinterest first.
 */
async function update(attempt: Attempt): Promise<AttemptResult> {
  const { database, encryption, job } = attempt;
  const interrupted = await interruptedDeployments(database.statements, job.shardId, job, encryption);
  const deployed = interrupted.flatMap((each) => each.deployed ?? []);
  const created =
    deployed.length === 0
      ? nothingCreated
      : await findUnrecorded({ ...engineOptions(attempt), merchants: deployed });
  if (created.merchants.length === 0) {
    const task = { ...job, refresh: job.refresh || interrupted.length > 0 };
    return runTask(task, await recordDeployment(task, interrupted, [], attempt), attempt);
  }
  const { shard, outcome } = await adopt(interrupted, created, attempt);
  if (!isComplete(outcome)) return endWith(shard, outcome, attempt);
  await store(shard, outcome, attempt);
  // The adoption has refreshed state, so the deployment after it does not have to.
  return runTask(job, await recordDeployment(job, interrupted, [], attempt), attempt);
}

/** Runs an operation for the merchants of the list, which ends the attempt. */
async function runTask(task: Task, shard: Shard, attempt: Attempt): Promise<AttemptResult> {
  return endWith(shard, await runEngine(task, shard.merchants, attempt), attempt);
}

/**
 * Adopts integrations that an interrupted update created, with the values of that time. If it cannot adopt one, the shard fails as a whole:
 * without the record of its deployment, nobody would find the integration again.
 *
 * Example: the interrupted update created shop-2 for `north`, and then a new list restored shop-1 for it, which state still has. `south` is not
 * affected. The engine deploys `south` (unaffected), "north (interrupted)" with shop-2 (adopted), and `north` with shop-1 (kept).
 */
async function adopt(
  interrupted: readonly InterruptedDeployment[],
  created: Unrecorded,
  attempt: Attempt,
): Promise<{ shard: Shard; outcome: ShardOutcome }> {
  const { operation } = attempt.job;
  const createdNames = new Set(created.merchants.map(({ name }) => name));
  const shard = await recordDeployment({ operation, refresh: true }, interrupted, [...createdNames], attempt);
  // The engine deletes merchants that are not declared. Before a destroy, it may: the destroy deletes them, too.
  const current = operation === "destroy" ? [] : shard.merchants;
  const { adopted, kept } = adoptionOf(created, current);
  const unaffected = current.filter(({ name }) => !createdNames.has(name));
  const declared = [...unaffected, ...adopted, ...kept];
  const found = await runEngine({ operation: "up", refresh: true }, declared, attempt);
  const errors = [...found.errors, ...notAdopted(found, [...adopted, ...kept])];
  // The outcome of a kept merchant is not stored: its recorded deployment is that of the adopted integration.
  const keptNames = new Set(kept.map(({ name }) => name));
  const merchants = found.merchants.filter(({ name }) => !keptNames.has(name));
  return { shard, outcome: { ...found, errors, merchants } };
}

/**
 * Records which values the next update deploys, so that another worker can find what it created if this one is interrupted. Returns the shard.
 *
 * @param interrupted the interrupted deployments for which this attempt has searched.
 * @param repeated names of merchants whose interrupted deployment is repeated, so that its record stays.
 * @throws FleetError if a list was planned since that search. The next attempt searches again.
 */
function recordDeployment(
  task: Task,
  interrupted: readonly InterruptedDeployment[],
  repeated: readonly string[],
  attempt: Attempt,
): Promise<Shard> {
  const { database, encryption, job } = attempt;
  const keyOf = ({ name, digest }: InterruptedDeployment) => `${name} ${digest}`;
  const known = new Set(interrupted.map(keyOf));
  return database.transaction(async (statements) => {
    // The lock of a plan (`share row exclusive`) conflicts with this one, so no list can be planned until the transaction ends.
    await statements.query(`lock table ${schema}.merchant in row exclusive mode`);
    const current = await interruptedDeployments(statements, job.shardId, task, encryption);
    if (!current.every((each) => known.has(keyOf(each)))) {
      throw new FleetError("a merchant list was planned meanwhile, so the shard starts again");
    }
    await startDeployment(statements, job.shardId, task, repeated);
    return readClaimed(statements, attempt);
  });
}

/** Reads the shard. The claim also shows that the database still has the fleet whose job this is. @throws LostClaim */
async function readClaimed(statements: Statements, attempt: Attempt): Promise<Shard> {
  await assertClaimed(statements, attempt);
  return readShard(statements, attempt.job.shardId, attempt.encryption);
}

/** @throws LostClaim */
async function assertClaimed(statements: Statements, { job, claim }: Attempt): Promise<void> {
  if (!(await renewClaim(statements, claim))) throw new LostClaim(job.stack);
}

function runEngine(
  { operation, refresh }: Task,
  merchants: readonly DeclaredMerchant[],
  attempt: Attempt,
): Promise<ShardOutcome> {
  return runShardAs({ ...engineOptions(attempt), merchants, operation, refresh });
}

function engineOptions({ job, invocation, project, claim, stop }: Attempt) {
  const { stack } = job;
  // The shrink limit was checked when the list was planned.
  return { stack, invocation, project, signal: stop, allowEmpty: true, ...engineOptionsOf(claim) };
}

/** Ends the attempt with the outcome of its last engine. Throws like {@link store}. */
async function endWith(shard: Shard, outcome: ShardOutcome, attempt: Attempt): Promise<AttemptResult> {
  const end = endOf(outcome, attempt);
  await store(shard, outcome, attempt, end);
  const { merchants, outage } = outcome;
  const failed = failedMerchants(outcome)
    // If the shard failed as a whole before their turn, its error is enough.
    .filter(({ message }) => message !== notReached || end.errors.length === 0);
  const byReason = Map.groupBy(failed, ({ message }) => message ?? "failed");
  const ofMerchants = [...byReason].map(
    ([reason, group]) => `${firstOf(group.map(({ name }) => name))}: ${reason}`,
  );
  return { ...end, errors: [...end.errors, ...ofMerchants], merchants, ...defined({ outage }) };
}

/**
 * Stores what an engine has done.
 *
 * @param end the end of the attempt, if the engine was its last.
 * @throws LostClaim, and stores nothing, if another worker has the shard.
 */
async function store(shard: Shard, outcome: ShardOutcome, attempt: Attempt, end?: AttemptEnd): Promise<void> {
  const { database, job, claim } = attempt;
  claim.lost.throwIfAborted();
  await database.transaction(async (statements) => {
    await assertClaimed(statements, attempt);
    await storeOutcome(statements, job, shard, outcome);
    if (end !== undefined) await endAttempt(statements, job, end, outcome.report);
  });
}

const nothingCreated: Unrecorded = { merchants: [], recordedIds: new Set() };

/** Whether the engine has processed the shard as a whole. Single merchants can have failed. */
function isComplete({ errors, interrupted }: ShardOutcome): boolean {
  return errors.length === 0 && !interrupted;
}

/** The end of an attempt. The client has already retried requests where that helps, so a failure of single merchants is final. */
function endOf(outcome: ShardOutcome, { isLast, signal }: Attempt): AttemptEnd {
  const { interrupted, errors } = outcome;
  if (interrupted && signal.aborted) {
    return { kind: "stopped", errors: ["the worker was stopped before the shard was done", ...errors] };
  }
  const failures = interrupted ? [timeLimitExceeded, ...errors] : errors;
  if (failures.length > 0) return { kind: isLast ? "failed" : "retry", errors: failures };
  return { kind: failedMerchants(outcome).length > 0 ? "failed" : "done", errors };
}

const timeLimitExceeded =
  "the shard exceeded the time limit of an attempt, and was stopped. The next attempt continues";

/** The merchants that were not deployed. A drift check only reports merchants that cannot be read. */
function failedMerchants({ operation, merchants }: ShardOutcome): MerchantOutcome[] {
  return merchants.filter(({ status }) => !isDriftOperation(operation) && isFailure(status));
}
