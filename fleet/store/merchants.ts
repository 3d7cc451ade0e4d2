import { firstOf } from "../../provider/base/message-text";
import { ownCommand } from "../../provider/base/own-package";
import { shellWord } from "../../provider/base/shell";
import { FleetError } from "../fleet-error";
import { namesOf } from "../merchants/declared-merchant";
import type { Database, Statements } from "./database";
import { schema } from "./schema";

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
}

/** @throws FleetError if one of them is not in the fleet. */
export async function namedMerchants(
  statements: Statements,
  names: readonly string[],
): Promise<NamedMerchant[]> {
  const { rows } = await statements.query<NamedMerchant>(
    `select name, former_names as "formerNames", external_business_id as "externalBusinessId", account, shard_id as "shardId", stack,
            array(select unnest(earlier_names) except select other.name from ${schema}.merchant as other) as "earlierNames"
       from ${schema}.merchant join ${schema}.shard on shard.id = shard_id
      where name = any($1) order by name`,
    [names],
  );
  const missing = names.filter((name) => !rows.some((row) => row.name === name)).map((name) => `'${name}'`);
  if (missing.length === 0) return rows;
  throw new FleetError(
    `the fleet has no merchant ${missing.join(", ")}: use the \`name\` of the merchant list`,
  );
}

/**
 * Records that merchants are being offboarded. Until they are erased, no update may process their shards, because it would delete or
 * recreate the integrations, and no list is stored.
 *
 * @returns the names of the merchants that the last list contains.
 * @throws FleetError if one of them was renamed or deleted before its shard was claimed.
 */
export async function markOffboarding(
  statements: Statements,
  merchants: readonly NamedMerchant[],
): Promise<Set<string>> {
  const { rows } = await statements.query<{ name: string; isListed: boolean }>(
    `update ${schema}.merchant set offboarding = true
      where name = any($1) and (select count(*) from ${schema}.merchant where name = any($1)) = cardinality($1::text[])
      returning name, leaving_since is null as "isListed"`,
    [merchants.map(({ name }) => name)],
  );
  if (rows.length === 0) {
    throw new FleetError(
      `the fleet was changed in the meantime: check it with \`${ownCommand} fleet status\`, and run the command again`,
    );
  }
  return new Set(rows.filter(({ isListed }) => isListed).map(({ name }) => name));
}

/** Deletes merchants, their results, and the errors of their shard, which can name them. */
export async function eraseMerchants(database: Database, merchants: readonly NamedMerchant[]): Promise<void> {
  const names = merchants.flatMap((merchant) => [...namesOf(merchant), ...merchant.earlierNames]);
  const values = [merchants.map(({ name }) => name)];
  await database.transaction(async (statements) => {
    await statements.query(`delete from ${schema}.result where merchant = any($1)`, [names]);
    await statements.query(
      `update ${schema}.run_shard set errors = '{}', report = report || '{"errors": []}'
        where errors <> '{}' and shard_id in (select shard_id from ${schema}.merchant where name = any($1))`,
      values,
    );
    await statements.query(`delete from ${schema}.merchant where name = any($1)`, values);
  });
}

/** The external business IDs of the integrations that merchants may have at Pinterest, by account; '' is the default account. */
export async function managedIntegrations(statements: Statements): Promise<Map<string, Set<string>>> {
  const { rows } = await statements.query<{ account: string; ids: string[] }>(
    `select account, array_agg(id) as ids
       from (select account, external_business_id as id from ${schema}.merchant
             union select account, unnest(known_integrations) from ${schema}.merchant
             union select account, external_business_id from ${schema}.deployment) as managed
      group by account order by account`,
  );
  return new Map(rows.map(({ account, ids }) => [account, new Set(ids)]));
}

/** A sentence about the offboardings that are not finished, in one shard or in all, with one command for all. Undefined if there are none. */
export async function unfinishedOffboardings(
  statements: Statements,
  shardId?: number,
): Promise<string | undefined> {
  const { rows } = await statements.query<{ name: string }>(
    `select name from ${schema}.merchant where offboarding and ($1::integer is null or shard_id = $1) order by name`,
    [shardId ?? null],
  );
  if (rows.length === 0) return undefined;
  const names = rows.map(({ name }) => `'${name}'`);
  const command = [`${ownCommand} fleet offboard`, ...rows.map(({ name }) => shellWord(name))].join(" ");
  return `offboardings are not finished: ${firstOf(names)}. Wait until they end or, if they were interrupted, run \`${command}\``;
}
