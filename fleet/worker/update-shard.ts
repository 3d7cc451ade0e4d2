import { FleetError } from "../fleet-error";
import { type DeclaredMerchant, idOf } from "../merchants/declared-merchant";
import { isFailure, type ShardOutcome } from "../outcome";
import { findUnrecorded, type Unrecorded } from "../shard/find-unrecorded";
import { type InterruptedDeployment, interruptedDeployments, startDeployment } from "../store/deployment";
import type { Task } from "../store/queue";
import { schema } from "../store/schema";
import type { Shard } from "../store/shards";
import {
  type Attempt,
  type AttemptResult,
  endWithOutcome,
  engineOptions,
  readIfClaimed,
  runEngine,
  runLastEngine,
  storeIfClaimed,
} from "./attempt";

/**
 * Updates the shard, so that no integration is lost if a worker is killed:
 *
 *     1. `recordDeployment` records the values that the engine is about to deploy.
 *     2. The engine deploys them.
 *     3. `storeIfClaimed` stores the outcome, which ends the record.
 *
 * A record without its end is an interrupted deployment. The next attempt does this before these steps:
 *
 *     a. `findUnrecorded` searches Pinterest for integrations that the interrupted deployment created, and that state lacks.
 *     b. `adopt` takes them into state, with the values of that time.
 *
 * State may be outdated then, so one of the two engines reads Pinterest first.
 */
export async function updateShard(attempt: Attempt): Promise<AttemptResult> {
  const { database, encryption, job } = attempt;
  const interrupted = await interruptedDeployments(database.statements, job.shardId, job, encryption);
  const deployed = interrupted.flatMap((each) => each.deployed ?? []);
  const created =
    deployed.length === 0
      ? nothingCreated
      : await findUnrecorded({ ...engineOptions(attempt), merchants: deployed });
  if (created.merchants.length === 0) {
    const task = { ...job, refresh: job.refresh || interrupted.length > 0 };
    return runLastEngine(task, await recordDeployment(task, interrupted, [], attempt), attempt);
  }
  const { shard, outcome } = await adopt(interrupted, created, attempt);
  if (!hasProcessedShard(outcome)) return endWithOutcome(shard, outcome, attempt);
  await storeIfClaimed(shard, outcome, attempt);
  // The adoption has refreshed state, so the deployment after it does not have to.
  return runLastEngine(job, await recordDeployment(job, interrupted, [], attempt), attempt);
}

const nothingCreated: Unrecorded = { merchants: [], recordedIds: new Set() };

/** Whether the engine has processed the shard as a whole. Single merchants can have failed. */
function hasProcessedShard({ errors, interrupted }: ShardOutcome): boolean {
  return errors.length === 0 && !interrupted;
}

/**
 * Adopts integrations that an interrupted update created, with the values of that time. If it cannot adopt one, the shard fails as a whole:
 * without the record of its deployment, nobody would find the integration again.
 *
 * Example: the interrupted update created shop-2 for `north`. Then a new list restored shop-1 for it, which state still has. The engine deploys:
 *
 *     merchant              integration
 *     north (interrupted)   shop-2             adopted
 *     north                 shop-1             kept
 *     south                 that of the list   unaffected
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

/** The merchants that an update declares to adopt integrations that an interrupted update has created. */
interface Adoption {
  /** Merchants with the created integrations. */
  readonly adopted: readonly DeclaredMerchant[];
  /**
   * Merchants with the integration of the current list, which state has. The interrupted update was to replace it, and a later list restores
   * it. The created integration is then adopted under another name. Under its own, it would replace, and so delete, the restored one.
   */
  readonly kept: readonly DeclaredMerchant[];
}

/** @param current the merchants that the shard's next update declares. */
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

/** The failures of an adoption. */
function notAdopted({ merchants }: ShardOutcome, declared: readonly DeclaredMerchant[]): string[] {
  const names = declared.map(({ name }) => name);
  return merchants
    .filter(({ name, status }) => names.includes(name) && isFailure(status))
    .map(
      ({ name, message = "failed" }) =>
        `an update was interrupted, and the integration that it created for '${name}' cannot be adopted: ${message}`,
    );
}

/**
 * Records which values the next update deploys, so that another worker can find what it created if this one is interrupted. Returns the shard.
 *
 * @param interrupted the interrupted deployments for which this attempt has searched.
 * @param namesToAdopt names of merchants whose record stays, because the update deploys the values of their interrupted deployment.
 * @throws FleetError if a list was planned since that search. The next attempt searches again.
 */
function recordDeployment(
  task: Task,
  interrupted: readonly InterruptedDeployment[],
  namesToAdopt: readonly string[],
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
    await startDeployment(statements, job.shardId, task, namesToAdopt);
    return readIfClaimed(statements, attempt);
  });
}
