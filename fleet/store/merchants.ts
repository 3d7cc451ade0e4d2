import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import { eraseErrors } from "../runs";
import { namesOf } from "../shard/shard-file";
import type { Database, Statements } from "./database";
import { schema } from "./schema";
import type { ShardName } from "./shards";

/** A merchant that the user named. */
export interface NamedMerchant {
  readonly name: string;
  readonly formerNames: readonly string[];
  /** Its earlier names that no merchant uses now. */
  readonly earlierNames: readonly string[];
  readonly externalBusinessId: string;
  /** '' for the default account. */
  readonly account: string;
  readonly shardId: number;
  readonly stack: string;
  /** Stacks of its earlier shards. */
  readonly formerStacks: readonly string[];
  /** Destination of an interrupted move. */
  readonly movingTo: string | null;
}

/** @throws FleetError if one of them is not in the fleet. */
export async function namedMerchants(
  statements: Statements,
  names: readonly string[],
): Promise<NamedMerchant[]> {
  const { rows } = await statements.query<NamedMerchant>(
    `select name, former_names as "formerNames", external_business_id as "externalBusinessId", account, shard_id as "shardId",
            shard.stack, destination.stack as "movingTo",
            array(select unnest(earlier_names) except select other.name from ${schema}.merchant as other) as "earlierNames",
            array(select former.stack from ${schema}.shard as former where former.id = any(former_shards)) as "formerStacks"
       from ${schema}.merchant join ${schema}.shard on shard.id = shard_id
       left join ${schema}.shard as destination on destination.id = moving_to
      where name = any($1) order by name`,
    [names],
  );
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0) {
    throw new FleetError(
      `the fleet has no merchant ${missing.map((name) => `'${name}'`).join(", ")}: use the \`name\` of the merchant list`,
    );
  }
  return rows;
}

/** The shards of these merchants. */
export function shardsOf(merchants: readonly NamedMerchant[]): ShardName[] {
  return [...new Map(merchants.map(({ shardId: id, stack }) => [id, { id, stack }])).values()];
}

/** The names under which states can have their resources. */
export function allNamesOf(merchants: readonly NamedMerchant[]): Set<string> {
  return new Set(merchants.flatMap(namesOf));
}

/**
 * Marks merchants as moving or being offboarded, if all of them are still in their shards, and none has the other mark.
 *
 * @returns the names of those that the last list has.
 * @throws FleetError otherwise, for example if a list was planned before the shards were claimed.
 */
async function mark(
  statements: Statements,
  merchants: readonly NamedMerchant[],
  { set, where, values = [] }: { readonly set: string; readonly where: string; readonly values?: number[] },
): Promise<Set<string>> {
  const { rows } = await statements.query<{ name: string; isListed: boolean }>(
    `with markable as (
       select name from ${schema}.merchant join unnest($1::text[], $2::integer[]) as known(name, shard_id) using (name, shard_id)
        where ${where})
     update ${schema}.merchant set ${set}
      where name in (select name from markable) and cardinality($1::text[]) = (select count(*) from markable)
      returning name, leaving_since is null as "isListed"`,
    [merchants.map(({ name }) => name), merchants.map(({ shardId }) => shardId), ...values],
  );
  if (rows.length === 0) {
    throw new FleetError(
      `the fleet was changed in the meantime: check it with \`${ownCommand} fleet status\`, and run the command again`,
    );
  }
  return new Set(rows.filter(({ isListed }) => isListed).map(({ name }) => name));
}

/**
 * Records that merchants are being moved. From now on, either state can have them. If the move is interrupted, an update of one shard could
 * delete their integrations.
 *
 * @throws FleetError if one of them is not in its shard any more, or is being offboarded.
 */
export async function markMoving(
  { statements }: Database,
  merchants: readonly NamedMerchant[],
  destination: ShardName,
): Promise<void> {
  await mark(statements, merchants, {
    set: "moving_to = $3",
    where: "not offboarding",
    values: [destination.id],
  });
}

/** Records that moved merchants are in their new shard. */
export async function completeMove(
  { statements }: Database,
  merchants: readonly NamedMerchant[],
  destination: ShardName,
): Promise<void> {
  await statements.query(
    `update ${schema}.merchant set former_shards = former_shards || shard_id, shard_id = moving_to, moving_to = null
      where name = any($1) and moving_to = $2`,
    [merchants.map(({ name }) => name), destination.id],
  );
}

/**
 * Records that merchants are being offboarded. From now on, no update may process their shards, because it would delete or recreate the
 * integrations, and no list is stored.
 *
 * @returns the names of those that the last list has.
 * @throws FleetError if one of them is not in its shard any more, or is being moved.
 */
export function markOffboarding(
  { statements }: Database,
  merchants: readonly NamedMerchant[],
): Promise<Set<string>> {
  return mark(statements, merchants, { set: "offboarding = true", where: "moving_to is null" });
}

/** Deletes merchants, their results, and errors that name them. */
export async function eraseMerchants(database: Database, merchants: readonly NamedMerchant[]): Promise<void> {
  const names = new Set([...allNamesOf(merchants), ...merchants.flatMap(({ earlierNames }) => earlierNames)]);
  await database.transaction(async (statements) => {
    await statements.query(`delete from ${schema}.result where merchant = any($1)`, [[...names]]);
    await eraseErrors(statements, [...names]);
    await statements.query(`delete from ${schema}.merchant where name = any($1)`, [
      merchants.map(({ name }) => name),
    ]);
  });
}

/**
 * Moves and offboardings that were not completed, in one shard or in all. Until then no update may process these shards, because it could
 * delete integrations that must stay.
 *
 * @returns a sentence for each, with what to do.
 */
export async function unfinished(statements: Statements, shardId?: number): Promise<string[]> {
  const { rows } = await statements.query<{ name: string; from: string; to: string | null }>(
    `select name, origin.stack as from, destination.stack as to
       from ${schema}.merchant
       join ${schema}.shard as origin on origin.id = shard_id
       left join ${schema}.shard as destination on destination.id = moving_to
      where (moving_to is not null or offboarding) and ($1::integer is null or $1 in (shard_id, moving_to)) order by name`,
    [shardId ?? null],
  );
  return rows.map(({ name, from, to }) => (to === null ? offboardingText(name) : movingText(name, from, to)));
}

/** What to do about an interrupted move. */
export function movingText(name: string, from: string, to: string): string {
  return `the move of '${name}' from ${from} to ${to} was interrupted. To complete it, run \`${ownCommand} fleet move ${name} --to ${to}\``;
}

/** What to do about an interrupted offboarding. */
function offboardingText(name: string): string {
  return `the offboarding of '${name}' was interrupted. To complete it, run \`${ownCommand} fleet offboard ${name}\``;
}
