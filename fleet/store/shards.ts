import type { Bag } from "../../provider/base/bag";
import type { DeclaredMerchant } from "../merchants/declared-merchant";
import type { Statements } from "./database";
import { pendingCondition, schema } from "./schema";
import type { Encryption } from "./settings";

/** Adds an empty shard. */
export async function addShard(statements: Statements): Promise<ShardName> {
  const { rows } = await statements.query<ShardName>(
    `insert into ${schema}.shard (stack)
     select 'shard-' || lpad(ordinal::text, greatest(4, length(ordinal::text)), '0')
       from (select count(*) + 1 as ordinal from ${schema}.shard) as next
     returning id, stack`,
  );
  return rows[0] as ShardName;
}

export interface ShardSize {
  readonly id: number;
  readonly stack: string;
  /** Number of merchants, including leaving ones. */
  readonly merchants: number;
  /** Number of merchants that differ from the last update, including leaving ones. */
  readonly pending: number;
}

export type ShardName = Pick<ShardSize, "id" | "stack">;

/** All shards, the oldest first. */
export async function listShards(statements: Statements): Promise<ShardSize[]> {
  const { rows } = await statements.query<ShardSize>(
    `select shard.id, stack, count(merchant.name)::integer as merchants, (count(*) filter (where ${pendingCondition}))::integer as pending
       from ${schema}.shard left join ${schema}.merchant on shard_id = shard.id group by shard.id order by shard.id`,
  );
  return rows;
}

/** A shard as the plan has it at one moment. */
export interface Shard {
  /** The merchants that its program declares. */
  readonly merchants: readonly DeclaredMerchant[];
  /** The time of the read, by PostgreSQL's clock. */
  readonly readAt: string;
}

export interface DeclaredRow {
  /** The name to which the secrets are bound. */
  readonly name: string;
  readonly external_business_id: string;
  readonly account: string;
  readonly fields: Bag;
  readonly encrypted_secrets: Buffer | null;
  readonly former_names: readonly string[];
}

/** A shard with the merchants that its program declares. It omits leaving merchants, so the next update deletes their integrations. */
export async function readShard(
  statements: Statements,
  shardId: number,
  encryption: Encryption,
): Promise<Shard> {
  const { rows: times } = await statements.query<Pick<Shard, "readAt">>(
    `select clock_timestamp()::text as "readAt"`,
  );
  const { rows } = await statements.query<DeclaredRow>(
    `select name, external_business_id, account, fields, encrypted_secrets, former_names
       from ${schema}.merchant where shard_id = $1 and leaving_since is null order by name`,
    [shardId],
  );
  const merchants = rows.map((row) => declaredMerchant(row, encryption));
  return { ...(times[0] as (typeof times)[number]), merchants };
}

/** @param currentName the merchant's name, if it was renamed since. */
export function declaredMerchant(
  row: DeclaredRow,
  encryption: Encryption,
  currentName: string = row.name,
): DeclaredMerchant {
  const { external_business_id: externalBusinessId, account, fields } = row;
  const secrets = encryption.decrypt(row.encrypted_secrets, row.name);
  return {
    name: currentName,
    formerNames: row.former_names.filter((former) => former !== currentName),
    arguments: { externalBusinessId, ...(account === "" ? {} : { account }), ...fields, ...secrets },
  };
}
