import { firstOf, messageOf } from "../../provider/base/message-text";
import { engineOptionsOf, type HeldClaim, renewClaim, withClaim } from "../claim";
import { FleetError } from "../fleet-error";
import { failuresAtMost, shardTimeoutMs } from "../queue";
import { type AttemptEnd, endAttempt, type ShardJob, startAttempt, type Task } from "../runs";
import { findUnrecorded, type Unrecorded } from "../shard/find-unrecorded";
import {
  isDriftCheck,
  isFailure,
  type MerchantOutcome,
  notReached,
  type ShardOutcome,
} from "../shard/outcome";
import { runShardAs, type ShardRunOptions } from "../shard/run-shard";
import { type DeclaredMerchant, idOf } from "../shard/shard-file";
import type { FleetInvocation } from "../shard/workspace";
import type { Database, Statements } from "../store/database";
import { type InterruptedDeployment, interruptedDeployments, startDeployment } from "../store/deployment";
import { unfinishedOffboardings } from "../store/merchants";
import { storeOutcome } from "../store/outcome";
import { schema } from "../store/schema";
import type { Encryption } from "../store/settings";
import { readShard, type Shard } from "../store/shards";

export interface WorkOptions {
  readonly database: Database;
  readonly encryption: Encryption;
  /** That of the fleet, from the start of the worker. */
  readonly identity: string;
  readonly worker: string;
  readonly invocation: FleetInvocation;
  readonly project: string;
  /** Longest time of an attempt, in milliseconds. @default an hour */
  readonly timeoutMs?: number;
  /** Stops the worker gracefully: engines finish their requests, and other workers continue the shards. */
  readonly signal: AbortSignal;
}

/** The result of an attempt. Its errors include those of merchants that were not deployed. */
interface AttemptResult extends AttemptEnd, Pick<ShardOutcome, "outage"> {
  readonly merchants: readonly MerchantOutcome[];
}

/**
 * Runs the operation of a run for a shard, and stores the outcome.
 *
 * @returns undefined if the shard was already done or canceled, or is another fleet's.
 * @throws Error if the attempt cannot start, or the claim was lost. The queue then starts the job again.
 */
export async function workShard(job: ShardJob, options: WorkOptions): Promise<AttemptResult | undefined> {
  const { database, worker: holder, signal } = options;
  const { shardId, stack } = job;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? shardTimeoutMs);
  return withClaim(database, { shardId, stack, holder, signal }, async (claim) => {
    const failures = await startAttempt(database.statements, job, holder, options.identity);
    if (failures === undefined) return undefined;
    const isLast = failures + 1 >= failuresAtMost;
    try {
      // An update would delete or recreate the integrations of these merchants.
      const unfinished = await unfinishedOffboardings(database.statements, shardId);
      if (unfinished !== undefined) throw new FleetError(unfinished);
      const outcome = await new Attempt({ ...options, job, claim, timeout, isLast }).run();
      const end = endOf(outcome, isLast);
      const failed = failedMerchants(outcome)
        // If the shard failed as a whole before their turn, its error is enough.
        .filter(({ message }) => message !== notReached || end.errors.length === 0);
      const byReason = Map.groupBy(failed, ({ message }) => message ?? "failed");
      const ofMerchants = [...byReason].map(
        ([reason, group]) => `${firstOf(group.map(({ name }) => name))}: ${reason}`,
      );
      const { merchants, outage } = outcome;
      return {
        ...end,
        errors: [...end.errors, ...ofMerchants],
        merchants,
        ...(outage === undefined ? {} : { outage }),
      };
    } catch (error) {
      // If another worker has claimed the shard, that one reports.
      if (claim.lost.aborted || error instanceof LostClaim) throw error;
      const end = failureOf([messageOf(error)], isLast);
      // If this statement fails too, the queue still has the job.
      await endAttempt(database.statements, job, end).catch(() => {});
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

interface AttemptOptions extends WorkOptions {
  readonly job: ShardJob;
  readonly claim: HeldClaim;
  /** Aborted when the attempt has taken too long. */
  readonly timeout: AbortSignal;
  /** Whether another failure of the shard would be final. */
  readonly isLast: boolean;
}

/** One attempt of a worker at a shard. */
class Attempt {
  constructor(private readonly options: AttemptOptions) {}

  async run(): Promise<ShardOutcome> {
    const { database, job } = this.options;
    const { operation, refresh } = job;
    if (operation === "up" || operation === "destroy") return this.update({ operation, refresh });
    return this.execute({ operation, refresh }, await this.readClaimed(database.statements));
  }

  /** Reads the shard. The claim also shows that the database still has the fleet whose job this is. @throws LostClaim */
  private async readClaimed(statements: Statements): Promise<Shard> {
    const { job, claim, encryption } = this.options;
    if (!(await renewClaim(statements, claim))) throw new LostClaim(job.stack);
    return readShard(statements, job.shardId, encryption);
  }

  /**
   * Updates the shard. After an interrupted update that deployed other values, state may be outdated, so that this update reads Pinterest
   * first. If state lacks integrations that the interrupted update created, they are adopted first, with the values of that time.
   */
  private async update(task: Task): Promise<ShardOutcome> {
    const { database, encryption, job } = this.options;
    const interrupted = await interruptedDeployments(database.statements, job.shardId, task, encryption);
    const created = await this.findCreated(interrupted.flatMap(({ deployed }) => deployed ?? []));
    if (created !== undefined) {
      const adoption = await this.deploy({ ...task, refresh: true }, interrupted, created);
      if (adoption.errors.length > 0 || adoption.interrupted) return adoption;
    }
    const refresh = task.refresh || (interrupted.length > 0 && created === undefined);
    return this.deploy({ ...task, refresh }, interrupted);
  }

  /** Finds the merchants whose integrations exist at Pinterest, but not in state. Undefined if there are none. */
  private async findCreated(merchants: readonly DeclaredMerchant[]): Promise<Unrecorded | undefined> {
    if (merchants.length === 0) return undefined;
    const found = await findUnrecorded({ ...this.engineOptions(), merchants });
    return found.merchants.length === 0 ? undefined : found;
  }

  /**
   * Deploys the shard or, if state lacks created integrations, only an update that adopts them.
   *
   * @throws FleetError if a list was planned that changes which deployments are interrupted. The next attempt searches again.
   */
  private async deploy(
    task: Task,
    interrupted: readonly InterruptedDeployment[],
    created?: Unrecorded,
  ): Promise<ShardOutcome> {
    const { database, encryption, job } = this.options;
    const keyOf = ({ name, digest }: InterruptedDeployment) => `${name} ${digest}`;
    const known = new Set(interrupted.map(keyOf));
    const createdNames = created?.merchants.map(({ name }) => name) ?? [];
    const shard = await database.transaction(async (statements) => {
      // No list can be planned until the transaction ends.
      await statements.query(`lock table ${schema}.merchant in row exclusive mode`);
      const current = await interruptedDeployments(statements, job.shardId, task, encryption);
      if (!current.every((each) => known.has(keyOf(each)))) {
        throw new FleetError("a merchant list was planned meanwhile, so the shard starts again");
      }
      await startDeployment(statements, job.shardId, task, createdNames);
      return this.readClaimed(statements);
    });
    if (created === undefined) return this.execute(task, shard);
    // A destroy deletes all others anyway.
    const others = task.operation === "destroy" ? [] : shard.merchants;
    const adoption = adoptionOf(created, others);
    const merchants = [
      ...others.filter(({ name }) => !createdNames.includes(name)),
      ...adoption.adopted,
      ...adoption.kept,
    ];
    return this.execute({ ...task, operation: "up" }, { ...shard, merchants }, adoption);
  }

  /**
   * Runs the engine, and stores the outcome, which ends the attempt. If the engine only adopts integrations, a success continues it. If it
   * cannot adopt one, the shard fails as a whole: without its deployment, nobody would find the integration again.
   */
  private async execute(task: Task, shard: Shard, adoption?: Adoption): Promise<ShardOutcome> {
    const { database, job, claim, signal, timeout, isLast } = this.options;
    const found = await runShardAs({ ...this.engineOptions(), merchants: shard.merchants, ...task });
    const hasTimedOut = found.interrupted && timeout.aborted && !signal.aborted;
    const errors = [
      ...(hasTimedOut ? [timeLimitExceeded] : []),
      ...found.errors,
      ...notAdopted(found, adoption),
    ];
    const outcome = { ...found, interrupted: found.interrupted && !hasTimedOut, errors };
    claim.lost.throwIfAborted();
    const isStored = await database.transaction(async (statements) => {
      if (!(await renewClaim(statements, claim))) return false;
      // The deployments of kept merchants are those of the adopted integrations.
      const isKept = ({ name }: MerchantOutcome) => adoption?.kept.some((each) => each.name === name);
      const merchants = outcome.merchants.filter((each) => !isKept(each));
      await storeOutcome(statements, job, shard, { ...outcome, merchants });
      const isEnd = adoption === undefined || outcome.errors.length > 0 || outcome.interrupted;
      if (isEnd) await endAttempt(statements, job, endOf(outcome, isLast), outcome.report);
      return true;
    });
    if (!isStored) throw new LostClaim(shard.stack);
    return outcome;
  }

  private engineOptions(): Omit<ShardRunOptions, "operation" | "merchants"> {
    const { job, invocation, project, claim, signal, timeout } = this.options;
    return {
      stack: job.stack,
      invocation,
      project,
      signal: AbortSignal.any([signal, timeout]),
      // The shrink limit was checked when the list was planned.
      allowEmpty: true,
      ...engineOptionsOf(claim),
    };
  }
}

/** What a run declares that only adopts created integrations. */
interface Adoption {
  /** Merchants with the created integrations. */
  readonly adopted: readonly DeclaredMerchant[];
  /**
   * Merchants with the integration of the current list, which state has. The interrupted update was to replace it, and a later list restores
   * it. The created integration is then adopted under another name. Under its own, it would replace, and so delete, the restored one.
   */
  readonly kept: readonly DeclaredMerchant[];
}

function adoptionOf({ merchants, recordedIds }: Unrecorded, current: readonly DeclaredMerchant[]): Adoption {
  const keptInsteadOf = (created: DeclaredMerchant) =>
    current.find(
      (each) => each.name === created.name && idOf(each) !== idOf(created) && recordedIds.has(idOf(each)),
    );
  return {
    adopted: merchants.map((created) =>
      keptInsteadOf(created) === undefined
        ? created
        : // No merchant can have this name.
          { name: `${created.name} (interrupted)`, arguments: created.arguments },
    ),
    kept: merchants.flatMap((created) => keptInsteadOf(created) ?? []),
  };
}

function notAdopted({ merchants }: ShardOutcome, adoption?: Adoption): string[] {
  if (adoption === undefined) return [];
  const names = [...adoption.adopted, ...adoption.kept].map(({ name }) => name);
  return merchants
    .filter(({ name, status }) => names.includes(name) && isFailure(status))
    .map(
      ({ name, message = "failed" }) =>
        `an update was interrupted, and the integration that it created for '${name}' cannot be adopted: ${message}`,
    );
}

const timeLimitExceeded =
  "the shard exceeded the time limit of an attempt, and was stopped. The next attempt continues";

/** The end of an attempt. The client has already retried requests where that helps, so a failure of single merchants is final. */
function endOf(outcome: ShardOutcome, isLast: boolean): AttemptEnd {
  const { interrupted, errors } = outcome;
  if (interrupted) {
    const stopped = ["the worker was stopped before the shard was done", ...errors];
    return { state: "queued", errors: stopped, isFailure: false };
  }
  if (errors.length > 0) return failureOf(errors, isLast);
  const isFailure = failedMerchants(outcome).length > 0;
  return { state: isFailure ? "failed" : "done", errors, isFailure };
}

/** The end of an attempt at a shard that failed as a whole. */
function failureOf(errors: readonly string[], isLast: boolean): AttemptEnd {
  return { state: isLast ? "failed" : "queued", errors, isFailure: true };
}

/** The merchants that were not deployed. A drift check only reports merchants that cannot be read. */
function failedMerchants({ operation, merchants }: ShardOutcome): MerchantOutcome[] {
  return merchants.filter(({ status }) => !isDriftCheck(operation) && isFailure(status));
}
