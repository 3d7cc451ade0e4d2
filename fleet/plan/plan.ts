import type { Merchant } from "../merchants/merchant";
import type { Database, Statements } from "../store/database";
import { replacedCondition, schema } from "../store/schema";
import type { Encryption, Settings } from "../store/settings";
import { addShard, listShards, type ShardSize } from "../store/shards";
import {
  assertIntegrationsFree,
  assertNoFormerNames,
  assertNothingUnfinished,
  assertShrinkLimit,
  newList,
  renamedCondition,
  type SharedMerchant,
  type ShrinkOptions,
  sharedMerchants,
  stageList,
} from "./list";

/**
 * The changes that a list makes to merchants:
 *
 * - added: the next update creates the integration.
 * - changed: other values for the same integration.
 * - replaced: another external business ID. The next update deletes the integration and creates a new one.
 * - renamed: a new name for the same integration, which is kept.
 * - returned: a merchant that had left is in the list again before an update has deleted its integration.
 * - leaving: the list omits the merchant. Updates delete its integration; until then, the merchant stays. Merchants without an
 *   integration are not counted.
 */
export const differences = ["added", "changed", "replaced", "renamed", "returned", "leaving"] as const;

type Changes = Record<(typeof differences)[number], number>;

/** The changes that a list makes to a fleet. */
export interface Plan extends Changes {
  /** Number of merchants in the list. */
  readonly merchants: number;
  /** Number of merchants that differ from the last update, including leaving ones and those of earlier lists. */
  readonly pending: number;
  /** The changes of each changed shard. */
  readonly shards: readonly ShardPlan[];
  /** Pinterest merchants that occur more than once in the list. Pinterest may refuse all but one of their integrations. */
  readonly sharedMerchants: readonly SharedMerchant[];
}

interface ShardPlan extends Changes {
  readonly stack: string;
  /** Whether the plan creates the shard. */
  readonly isNew: boolean;
}

/**
 * Stores a list as the fleet's merchants, as a whole or not at all. The next update deploys it.
 *
 * @throws FleetError if the list contradicts itself, or exceeds the shrink limit.
 */
export async function plan(
  database: Database,
  { settings, encryption }: { readonly settings: Settings; readonly encryption: Encryption },
  merchants: AsyncIterable<Merchant>,
  { dryRun = false, ...shrink }: ShrinkOptions & { readonly dryRun?: boolean },
): Promise<Plan> {
  return database.transaction(
    async (statements) => {
      // Before the lock, so that workers can write results while the list is read.
      const count = await stageList(statements, merchants, encryption);
      // Two lists at the same time would each count the other's new merchants as leaving. The tables are locked in the order in which
      // workers store results, which prevents a deadlock.
      await statements.query(`lock table ${schema}.result, ${schema}.merchant in share row exclusive mode`);
      await assertNothingUnfinished(statements);
      await assertIntegrationsFree(statements);
      await assertNoFormerNames(statements);
      await assertShrinkLimit(statements, shrink);
      const shared = await sharedMerchants(statements);
      return { merchants: count, sharedMerchants: shared, ...(await apply(statements, settings)) };
    },
    dryRun ? "rollback" : "commit",
  );
}

/**
 * Applies the list to the merchants. The order matters, because each step changes what the next ones match:
 *
 *     1. renamed      the merchant gets the name in the list, so that it is neither leaving nor added
 *     2. deleted      merchants that the list omits, with nothing to delete at Pinterest, so that they are not leaving
 *     3. leaving      the other merchants that the list omits
 *     4. returned, replaced, changed
 *                     merchants with new values, or that were leaving before this list
 *     5. added        the names that no merchant has by then
 */
async function apply(
  statements: Statements,
  settings: Settings,
): Promise<Omit<Plan, "merchants" | "sharedMerchants">> {
  const noChanges: Changes = { added: 0, changed: 0, replaced: 0, renamed: 0, returned: 0, leaving: 0 };
  const total = { ...noChanges };
  const byShard = new Map<number, Changes>();
  const count = (difference: keyof Changes, shardId: number) => {
    const counts = byShard.get(shardId) ?? { ...noChanges };
    counts[difference] += 1;
    total[difference] += 1;
    byShard.set(shardId, counts);
  };
  const runAndCount = async (sql: string) => {
    const { rows } = await statements.query<{ difference: keyof Changes; shard_id: number }>(sql);
    for (const { difference, shard_id: shardId } of rows) count(difference, shardId);
  };
  const newValues = `external_business_id = new_list.external_business_id, account = new_list.account, fields = new_list.fields,
                     encrypted_secrets = new_list.encrypted_secrets, digest = new_list.digest`;
  // Results follow a renamed merchant, and are deleted with it.
  await statements.query(
    `update ${schema}.result set merchant = new_list.name
       from ${schema}.merchant, ${newList}
      where ${renamedCondition} and result.merchant = merchant.name
        and not exists (select from ${schema}.result as other where other.run_id = result.run_id and other.merchant = new_list.name)`,
  );
  await runAndCount(
    `update ${schema}.merchant set former_names = former_names || merchant.name, earlier_names = earlier_names || merchant.name, name = new_list.name, leaving_since = null, ${newValues}
       from ${newList} where ${renamedCondition} returning 'renamed' as difference, shard_id`,
  );
  await statements.query(
    `delete from ${schema}.merchant
      where known_integrations = '{}' and not exists (select from ${newList} where new_list.name = merchant.name)
        and not exists (select from ${schema}.deployment where deployment.merchant = merchant.name)`,
  );
  await runAndCount(
    `update ${schema}.merchant set leaving_since = now()
      where leaving_since is null and not exists (select from ${newList} where new_list.name = merchant.name)
      returning 'leaving' as difference, shard_id`,
  );
  // A returned merchant with another external business ID counts as replaced: its integration is deleted.
  await runAndCount(
    `update ${schema}.merchant set leaving_since = null, ${newValues}
       from (select new_list.*, case when new_list.digest <> known.digest and ${replacedCondition("new_list")} then 'replaced'
                                   when leaving_since is not null then 'returned' else 'changed' end as difference
               from ${newList} join ${schema}.merchant as known on known.name = new_list.name
              where new_list.digest <> known.digest or leaving_since is not null) as new_list
      where new_list.name = merchant.name returning difference, shard_id`,
  );
  const { shardIds, newShards } = await addNewMerchants(statements, settings);
  for (const shardId of shardIds) count("added", shardId);
  const all = await listShards(statements);
  const shards = all.flatMap(({ id, stack }) => {
    const counts = byShard.get(id);
    return counts === undefined ? [] : [{ stack, isNew: newShards.includes(id), ...counts }];
  });
  return { ...total, pending: all.reduce((sum, { pending }) => sum + pending, 0), shards };
}

/** @returns the shards of the new merchants, and the shards that were created for them. */
async function addNewMerchants(statements: Statements, { shardSize }: Settings) {
  const { rows: newMerchants } = await statements.query<{ position: number }>(
    `select position from ${newList}
      where not exists (select from ${schema}.merchant where merchant.name = new_list.name) order by position`,
  );
  const loads = await listShards(statements);
  const newShards: Load[] = [];
  for (let count = shardsToAdd(loads, newMerchants.length, shardSize); count > 0; count--) {
    newShards.push({ ...(await addShard(statements)), merchants: 0 });
  }
  const shardIds = placesFor([...loads, ...newShards], newMerchants.length);
  await statements.query(
    `insert into ${schema}.merchant (name, shard_id, external_business_id, account, fields, encrypted_secrets, digest)
     select name, shard_id, external_business_id, account, fields, encrypted_secrets, digest
       from ${newList} join unnest($1::integer[], $2::integer[]) as place(position, shard_id) using (position)`,
    [newMerchants.map(({ position }) => position), shardIds],
  );
  return { shardIds, newShards: newShards.map(({ id }) => id) };
}

export type Load = Pick<ShardSize, "id" | "merchants">;

/** Number of shards to add so that new merchants fit. */
export function shardsToAdd(loads: readonly Load[], newMerchants: number, shardSize: number): number {
  const room = loads.reduce((sum, { merchants }) => sum + Math.max(0, shardSize - merchants), 0);
  return Math.max(0, Math.ceil((newMerchants - room) / shardSize));
}

/** The shard of each new merchant: the emptiest one, and of several the first. */
export function placesFor(loads: readonly Load[], newMerchants: number): number[] {
  const left = loads.map(({ id, merchants }) => ({ id, merchants }));
  return Array.from({ length: newMerchants }, () => {
    const emptiest = left.reduce((best, each) => (each.merchants < best.merchants ? each : best));
    emptiest.merchants += 1;
    return emptiest.id;
  });
}
