import { defined } from "../../provider/base/bag";
import { firstOf, messageOf } from "../../provider/base/message-text";
import { FleetError } from "../fleet-error";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import { isDriftOperation, isFailure, type MerchantOutcome, notReached, type ShardOutcome } from "../outcome";
import { findUnrecorded, type Unrecorded } from "../shard/find-unrecorded";
import { runShardAs, type ShardRunOptions } from "../shard/run-shard";
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
 * @returns undefined if the shard was already done or canceled, or is another fleet's.
 * @throws Error if the attempt cannot start, the claim was lost, or a failure cannot be stored. The queue then starts the job again.
 */
export async function workShard(job: ShardJob, options: WorkOptions): Promise<AttemptResult | undefined> {
  const { database, worker: holder, identity, signal } = options;
  const { shardId, stack } = job;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? shardTimeoutMs)]);
  return withClaim(database, { shardId, stack, holder, signal }, async (claim) => {
    const failures = await startAttempt(database.statements, job, holder, identity);
    if (failures === undefined) return undefined;
    const isLast = failures + 1 >= failuresAtMost;
    const attempt = { ...options, job, claim, stop, isLast };
    try {
      const outcome = await new Attempt(attempt).run();
      return resultOf(outcome, attempt);
    } catch (error) {
      // If another worker has claimed the shard, that one reports.
      if (claim.lost.aborted || error instanceof LostClaim) throw error;
      const errors = error === stop.reason ? [] : [messageOf(error)];
      const { operation } = job;
      const end = endOf({ operation, merchants: [], errors, interrupted: stop.aborted }, attempt);
      await storeFailure(database.statements, job, end);
      return { ...end, merchants: [] };
    }
  });
}

/** @throws FleetError with both causes if PostgreSQL does not store it. */
async function storeFailure(statements: Statements, job: ShardJob, end: AttemptEnd): Promise<void> {
  try {
    await endAttempt(statements, job, end);
  } catch (error) {
    throw new FleetError(`${end.errors.join("; ")}; this could not be stored: ${messageOf(error)}`);
  }
}

/** The result of an attempt that has run the engine. */
function resultOf(outcome: ShardOutcome, options: EndOptions): AttemptResult {
  const { merchants, outage } = outcome;
  const end = endOf(outcome, options);
  const failed = failedMerchants(outcome)
    // If the shard failed as a whole before their turn, its error is enough.
    .filter(({ message }) => message !== notReached || end.errors.length === 0);
  const byReason = Map.groupBy(failed, ({ message }) => message ?? "failed");
  const ofMerchants = [...byReason].map(
    ([reason, group]) => `${firstOf(group.map(({ name }) => name))}: ${reason}`,
  );
  return { ...end, errors: [...end.errors, ...ofMerchants], merchants, ...defined({ outage }) };
}

/** Another worker has claimed the shard, or the database has another fleet. */
class LostClaim extends FleetError {
  constructor(stack: string) {
    super(`${stack} now belongs to another worker`);
  }
}

interface AttemptOptions extends WorkOptions {
  readonly job: ShardJob;
  readonly claim: HeldClaim;
  /** Stops the attempt: its worker stops, or it has taken too long. */
  readonly stop: AbortSignal;
  /** Whether another failure of the shard would be final. */
  readonly isLast: boolean;
}

/** One attempt of a worker at a shard. */
class Attempt {
  constructor(private readonly options: AttemptOptions) {}

  /** Runs the operation, and stores its outcome. */
  async run(): Promise<ShardOutcome> {
    const { database, job } = this.options;
    // An update would delete or recreate the integrations of these merchants.
    const unfinished = await unfinishedOffboardings(database.statements, job.shardId);
    if (unfinished !== undefined) throw new FleetError(unfinished);
    const { operation, refresh } = job;
    switch (operation) {
      case "up":
      case "destroy":
        return this.update({ operation, refresh });
      case "preview":
      case "drift":
      case "drift --from-state":
        return this.check({ operation, refresh });
    }
  }

  private async check(task: Task): Promise<ShardOutcome> {
    const shard = await this.readClaimed(this.options.database.statements);
    const outcome = await this.runEngine(task, shard.merchants);
    await this.store(shard, outcome, { endsAttempt: true });
    return outcome;
  }

  /**
   * Updates the shard. After an interrupted update that deployed other values, state may be outdated, so that this update reads Pinterest
   * first. If state lacks integrations that the interrupted update created, they are adopted first, with the values of that time.
   */
  private async update(task: Task): Promise<ShardOutcome> {
    const { database, encryption, job } = this.options;
    const interrupted = await interruptedDeployments(database.statements, job.shardId, task, encryption);
    const deployed = interrupted.flatMap((each) => each.deployed ?? []);
    const created =
      deployed.length === 0
        ? nothingCreated
        : await findUnrecorded({ ...this.engineOptions(), merchants: deployed });
    if (created.merchants.length === 0) {
      const mustRefresh = task.refresh || interrupted.length > 0;
      return this.deploy({ ...task, refresh: mustRefresh }, interrupted);
    }
    // The adoption refreshes state, so the deployment after it does not have to.
    const adopted = await this.adopt(task, interrupted, created);
    return isComplete(adopted) ? this.deploy(task, interrupted) : adopted;
  }

  /** Updates the shard to the values of the list. */
  private async deploy(task: Task, interrupted: readonly InterruptedDeployment[]): Promise<ShardOutcome> {
    const shard = await this.recordDeployment(task, interrupted, []);
    const outcome = await this.runEngine(task, shard.merchants);
    await this.store(shard, outcome, { endsAttempt: true });
    return outcome;
  }

  /**
   * Adopts integrations that an interrupted update created, with the values of that time. If it cannot adopt one, the shard fails as a whole:
   * without the record of its deployment, nobody would find the integration again.
   *
   * Example: the interrupted update created shop-2 for `north`, and then a new list restored shop-1 for it, which state still has. `south` is not
   * affected. The engine deploys `south` (unaffected), "north (interrupted)" with shop-2 (adopted), and `north` with shop-1 (kept).
   */
  private async adopt(
    { operation }: Task,
    interrupted: readonly InterruptedDeployment[],
    created: Unrecorded,
  ): Promise<ShardOutcome> {
    const createdNames = new Set(created.merchants.map(({ name }) => name));
    const shard = await this.recordDeployment({ operation, refresh: true }, interrupted, [...createdNames]);
    // A destroy deletes all others anyway.
    const current = operation === "destroy" ? [] : shard.merchants;
    const { adopted, kept } = adoptionOf(created, current);
    const unaffected = current.filter(({ name }) => !createdNames.has(name));
    const declared = [...unaffected, ...adopted, ...kept];
    const found = await this.runEngine({ operation: "up", refresh: true }, declared);
    const errors = [...found.errors, ...notAdopted(found, [...adopted, ...kept])];
    // The outcome of a kept merchant is not stored: its recorded deployment is that of the adopted integration.
    const keptNames = new Set(kept.map(({ name }) => name));
    const merchants = found.merchants.filter(({ name }) => !keptNames.has(name));
    const outcome = { ...found, errors };
    await this.store(shard, { ...outcome, merchants }, { endsAttempt: !isComplete(outcome) });
    return outcome;
  }

  /**
   * Records which values the next update deploys, so that another worker can find what it created if this one is interrupted. Returns the shard.
   *
   * @param interrupted the interrupted deployments for which this attempt has searched.
   * @param repeated names of merchants whose interrupted deployment is repeated, so that its record stays.
   * @throws FleetError if a list was planned since that search. The next attempt searches again.
   */
  private recordDeployment(
    task: Task,
    interrupted: readonly InterruptedDeployment[],
    repeated: readonly string[],
  ): Promise<Shard> {
    const { database, encryption, job } = this.options;
    const keyOf = ({ name, digest }: InterruptedDeployment) => `${name} ${digest}`;
    const known = new Set(interrupted.map(keyOf));
    return database.transaction(async (statements) => {
      // No list can be planned until the transaction ends.
      await statements.query(`lock table ${schema}.merchant in row exclusive mode`);
      const current = await interruptedDeployments(statements, job.shardId, task, encryption);
      if (!current.every((each) => known.has(keyOf(each)))) {
        throw new FleetError("a merchant list was planned meanwhile, so the shard starts again");
      }
      await startDeployment(statements, job.shardId, task, repeated);
      return this.readClaimed(statements);
    });
  }

  /** Reads the shard. The claim also shows that the database still has the fleet whose job this is. @throws LostClaim */
  private async readClaimed(statements: Statements): Promise<Shard> {
    const { job, encryption } = this.options;
    await this.assertClaimed(statements);
    return readShard(statements, job.shardId, encryption);
  }

  /** @throws LostClaim */
  private async assertClaimed(statements: Statements): Promise<void> {
    const { job, claim } = this.options;
    if (!(await renewClaim(statements, claim))) throw new LostClaim(job.stack);
  }

  private runEngine(task: Task, merchants: readonly DeclaredMerchant[]): Promise<ShardOutcome> {
    return runShardAs({ ...this.engineOptions(), merchants, ...task });
  }

  private engineOptions(): Omit<ShardRunOptions, "operation" | "merchants"> {
    const { job, invocation, project, claim, stop } = this.options;
    return {
      stack: job.stack,
      invocation,
      project,
      signal: stop,
      // The shrink limit was checked when the list was planned.
      allowEmpty: true,
      ...engineOptionsOf(claim),
    };
  }

  /** Stores what an engine has done, and whether the attempt is over. @throws LostClaim, and stores nothing, if another worker has the shard. */
  private async store(
    shard: Shard,
    outcome: ShardOutcome,
    { endsAttempt }: { readonly endsAttempt: boolean },
  ): Promise<void> {
    const { database, job, claim } = this.options;
    claim.lost.throwIfAborted();
    await database.transaction(async (statements) => {
      await this.assertClaimed(statements);
      await storeOutcome(statements, job, shard, outcome);
      if (endsAttempt) await endAttempt(statements, job, endOf(outcome, this.options), outcome.report);
    });
  }
}

const nothingCreated: Unrecorded = { merchants: [], recordedIds: new Set() };

/** Whether the engine has processed the shard as a whole. Single merchants can have failed. */
function isComplete({ errors, interrupted }: ShardOutcome): boolean {
  return errors.length === 0 && !interrupted;
}

type EndOptions = Pick<AttemptOptions, "isLast" | "signal">;

/** The end of an attempt. The client has already retried requests where that helps, so a failure of single merchants is final. */
function endOf(outcome: ShardOutcome, { isLast, signal }: EndOptions): AttemptEnd {
  const { interrupted, errors } = outcome;
  if (interrupted && signal.aborted) {
    const stopped = ["the worker was stopped before the shard was done", ...errors];
    return { state: "queued", errors: stopped, isFailure: false };
  }
  if (interrupted) return failureOf([timeLimitExceeded, ...errors], isLast);
  if (errors.length > 0) return failureOf(errors, isLast);
  const isFailure = failedMerchants(outcome).length > 0;
  return { state: isFailure ? "failed" : "done", errors, isFailure };
}

const timeLimitExceeded =
  "the shard exceeded the time limit of an attempt, and was stopped. The next attempt continues";

/** The end of an attempt at a shard that failed as a whole. */
function failureOf(errors: readonly string[], isLast: boolean): AttemptEnd {
  return { state: isLast ? "failed" : "queued", errors, isFailure: true };
}

/** The merchants that were not deployed. A drift check only reports merchants that cannot be read. */
function failedMerchants({ operation, merchants }: ShardOutcome): MerchantOutcome[] {
  return merchants.filter(({ status }) => !isDriftOperation(operation) && isFailure(status));
}
