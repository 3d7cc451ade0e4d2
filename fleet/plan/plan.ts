import type { Merchant } from "../merchants/merchant";
import type { Database, Statements } from "../store/database";
import { schema } from "../store/migrations";
import { isReplacedBy } from "../store/place";
import type { Seal } from "../store/sealed";
import type { Settings } from "../store/settings";
import { addShard } from "../store/shards";
import { isRenamed, listed, sharedIdsTexts, takeList } from "./listed";
import {
  refuseFormerNames,
  refuseShrinking,
  refuseTakenPlaces,
  refuseUnfinished,
  type ShrinkOptions,
} from "./refusals";
import { type Load, placesFor, shardsToAdd } from "./shards";

/** What a list makes of a fleet. */
export interface Plan {
  /** How many merchants the list has. */
  readonly merchants: number;
  readonly added: number;
  /** Of whom it says something else than before, of the same integration. */
  readonly changed: number;
  /** To whom it gives another integration: the next update ends the one that they have, and makes another. */
  readonly replaced: number;
  /** Who has another name than before, and the integration as it was: it is kept. */
  readonly renamed: number;
  /** Who had left, and stands in the list again before the next update has ended the connection. */
  readonly returned: number;
  /** Whom the list has no more. Their connections end with the next update. */
  readonly leaving: number;
  /** What that is of a shard; those in which nothing is different are left out. */
  readonly shards: readonly ShardPlan[];
  /** What is allowed, and looks like a mistake. */
  readonly warnings: readonly string[];
}

export interface ShardPlan {
  readonly stack: string;
  /** Whether the shard is made for it. */
  readonly isNew: boolean;
  readonly added: number;
  readonly changed: number;
  readonly replaced: number;
  readonly renamed: number;
  readonly returned: number;
  readonly leaving: number;
}

export interface PlanOptions extends ShrinkOptions {
  /** Whether to tell only, and keep nothing. */
  readonly dryRun?: boolean;
}

/**
 * Takes a list for what the fleet is to be from now on: the next update brings it to Pinterest. Who is in the fleet stays in its shard,
 * and who is new goes to the emptiest. All or nothing is kept.
 *
 * @throws FleetError where the list contradicts itself, or lacks more than it may.
 */
export async function plan(
  database: Database,
  { settings, seal }: { readonly settings: Settings; readonly seal: Seal },
  merchants: AsyncIterable<Merchant>,
  options: PlanOptions,
): Promise<Plan> {
  const found: { plan?: Plan } = {};
  await database
    .transaction(async (statements) => {
      // However long that takes, workers are not kept from writing meanwhile.
      await takeList(statements, merchants, seal);
      // Two lists at the same time would each take the other's newcomers for leavers.
      // In the order in which workers write what came of a shard, or the two could wait for each other.
      await statements.query(`lock table ${schema}.result, ${schema}.merchant in share row exclusive mode`);
      await refuseUnfinished(statements);
      await refuseTakenPlaces(statements);
      await refuseFormerNames(statements);
      await refuseShrinking(statements, options);
      found.plan = await apply(statements, settings);
      if (options.dryRun) throw new DryRun();
    })
    .catch((error: unknown) => {
      if (!(error instanceof DryRun)) throw error;
    });
  return found.plan as Plan;
}

/** Has the transaction rolled back. */
class DryRun extends Error {}

type Difference = "added" | "changed" | "replaced" | "renamed" | "returned" | "leaving";

async function apply(statements: Statements, settings: Settings): Promise<Plan> {
  const rows: { shard_id: number; difference: Difference }[] = [];
  const run = async (difference: Difference, sql: string) => {
    const result = await statements.query<{ shard_id: number }>(sql);
    rows.push(...result.rows.map((row) => ({ ...row, difference })));
  };
  const taken = `external_business_id = listed.external_business_id, account = listed.account, fields = listed.fields,
                 sealed = listed.sealed, digest = listed.digest, changed_at = now()`;
  // What was found under a name is told under the next one, and forgotten with the merchant.
  await statements.query(
    `update ${schema}.result set merchant = listed.name
       from ${schema}.merchant, ${listed}
      where ${isRenamed} and result.merchant = merchant.name
        and not exists (select from ${schema}.result as other where other.run_id = result.run_id and other.merchant = listed.name)`,
  );
  // Before the others: who is renamed has neither left nor come.
  await run(
    "renamed",
    `update ${schema}.merchant set former_names = former_names || merchant.name, earlier_names = earlier_names || merchant.name, name = listed.name, leaving_since = null, ${taken}
       from ${listed} where ${isRenamed} returning shard_id`,
  );
  await run(
    "leaving",
    `update ${schema}.merchant set leaving_since = now()
      where leaving_since is null and not exists (select from ${listed} where listed.name = merchant.name)
      returning shard_id`,
  );
  // Whether they had left or not: their connection ends.
  await run(
    "replaced",
    `update ${schema}.merchant set leaving_since = null, ${taken}
       from ${listed} where listed.name = merchant.name and listed.digest <> merchant.digest and ${isReplacedBy("listed")}
      returning shard_id`,
  );
  await run(
    "returned",
    `update ${schema}.merchant set leaving_since = null, ${taken}
       from ${listed} where listed.name = merchant.name and leaving_since is not null
      returning shard_id`,
  );
  await run(
    "changed",
    `update ${schema}.merchant set ${taken}
       from ${listed} where listed.name = merchant.name and listed.digest <> merchant.digest
      returning shard_id`,
  );
  const newShards = await addNewcomers(statements, settings, (shardId) =>
    rows.push({ shard_id: shardId, difference: "added" }),
  );
  return summed(statements, rows, newShards);
}

async function addNewcomers(
  statements: Statements,
  { shardSize }: Settings,
  added: (shardId: number) => void,
): Promise<ReadonlySet<number>> {
  const { rows: newcomers } = await statements.query<{ position: number }>(
    `select position from ${listed} where not exists (select from ${schema}.merchant where merchant.name = listed.name) order by position`,
  );
  if (newcomers.length === 0) return new Set();
  const { rows: loads } = await statements.query<Load>(
    `select shard.id as "shardId", count(merchant.name)::integer as merchants
       from ${schema}.shard left join ${schema}.merchant on shard_id = shard.id group by shard.id order by shard.id`,
  );
  const made: number[] = [];
  for (let count = shardsToAdd(loads, newcomers.length, shardSize); count > 0; count--) {
    made.push((await addShard(statements)).id);
  }
  const places = placesFor(
    [...loads, ...made.map((shardId) => ({ shardId, merchants: 0 }))],
    newcomers.length,
  );
  await statements.query(
    `insert into ${schema}.merchant (name, shard_id, external_business_id, account, fields, sealed, digest)
     select name, shard_id, external_business_id, account, fields, sealed, digest
       from ${listed} join unnest($1::integer[], $2::integer[]) as place(position, shard_id) using (position)`,
    [newcomers.map(({ position }) => position), places],
  );
  places.forEach(added);
  return new Set(made);
}

async function summed(
  statements: Statements,
  rows: readonly { shard_id: number; difference: Difference }[],
  newShards: ReadonlySet<number>,
): Promise<Plan> {
  const none = { added: 0, changed: 0, replaced: 0, renamed: 0, returned: 0, leaving: 0 };
  const total = { ...none };
  const byShard = new Map<number, typeof none>();
  for (const { shard_id: shardId, difference } of rows) {
    const counts = byShard.get(shardId) ?? { ...none };
    counts[difference] += 1;
    total[difference] += 1;
    byShard.set(shardId, counts);
  }
  const { rows: shards } = await statements.query<{ id: number; stack: string; merchants: number }>(
    `select id, stack from ${schema}.shard where id = any($1) order by id`,
    [[...byShard.keys()]],
  );
  const { rows: counted } = await statements.query<{ merchants: number }>(
    `select count(*)::integer as merchants from ${listed}`,
  );
  return {
    merchants: counted[0]?.merchants ?? 0,
    ...total,
    warnings: await sharedIdsTexts(statements),
    shards: shards.map(({ id, stack }) => ({
      stack,
      isNew: newShards.has(id),
      ...(byShard.get(id) as typeof none),
    })),
  };
}
