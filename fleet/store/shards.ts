import { ownCommand } from "../../provider/api/own-package";
import type { Bag } from "../../provider/lifecycle/outputs";
import { FleetError } from "../fleet-error";
import { argumentsOf } from "../merchants/merchant";
import type { DeclaredMerchant } from "../shard/shard-file";
import type { Statements } from "./database";
import type { Encryption } from "./encryption";
import { schema } from "./schema";

/** A shard's ID and name. */
export interface ShardName {
  readonly id: number;
  readonly stack: string;
}

/** Adds an empty shard. */
export async function addShard(statements: Statements): Promise<ShardName> {
  const { rows: counts } = await statements.query<{ shards: number }>(
    `select count(*)::integer as shards from ${schema}.shard`,
  );
  const ordinal = (counts[0] as { shards: number }).shards + 1;
  const { rows } = await statements.query<ShardName>(
    `insert into ${schema}.shard (stack) values ($1) returning id, stack`,
    [`shard-${String(ordinal).padStart(4, "0")}`],
  );
  return rows[0] as ShardName;
}

/** @throws FleetError if the shard does not exist. */
export async function shardCalled(statements: Statements, stack: string): Promise<ShardName> {
  const { rows } = await statements.query<ShardName>(
    `select id, stack from ${schema}.shard where stack = $1`,
    [stack],
  );
  if (rows[0] === undefined) throw unknownShard([stack]);
  return rows[0];
}

export function unknownShard(stacks: readonly string[]): FleetError {
  const names = stacks.map((stack) => `'${stack}'`).join(", ");
  return new FleetError(`the fleet has no shard ${names}: \`${ownCommand} fleet status\` lists its shards`);
}

/** Number of merchants in a shard, including leaving ones. */
export async function countIn(statements: Statements, stack: string): Promise<number> {
  const { rows } = await statements.query<{ merchants: number }>(
    `select count(*)::integer as merchants from ${schema}.merchant join ${schema}.shard on shard.id = shard_id where stack = $1`,
    [stack],
  );
  return rows[0]?.merchants ?? 0;
}

/** A shard without merchants, and without merchants that are moving there. */
export async function emptyShard(statements: Statements): Promise<ShardName | undefined> {
  const { rows } = await statements.query<ShardName>(
    `select id, stack from ${schema}.shard
      where not exists (select from ${schema}.merchant where shard.id in (shard_id, moving_to)) order by id limit 1`,
  );
  return rows[0];
}

/** A merchant that a shard's program declares. */
export interface Declaration {
  readonly merchant: DeclaredMerchant;
  /** Digest of its values. */
  readonly digest: Buffer;
}

/** A shard as the plan has it at one moment. */
export interface Shard {
  readonly stack: string;
  readonly declarations: readonly Declaration[];
  /** The time of the read, by PostgreSQL's clock. */
  readonly readAt: string;
}

/** The columns of a declaration. */
export interface DeclaredRow {
  /** The name to which the secrets are bound. */
  readonly name: string;
  readonly external_business_id: string;
  readonly account: string;
  readonly fields: Bag;
  readonly encrypted_secrets: Buffer | null;
  readonly digest: Buffer;
  readonly former_names: readonly string[];
}

/**
 * A shard with the merchants that its program declares. Leaving merchants are not among them, so the next update deletes their
 * integrations.
 *
 * @throws FleetError if secrets cannot be decrypted.
 */
export async function readShard(
  statements: Statements,
  shardId: number,
  encryption: Encryption,
): Promise<Shard> {
  const { rows: shards } = await statements.query<{ stack: string; readAt: string }>(
    `select stack, clock_timestamp()::text as "readAt" from ${schema}.shard where id = $1`,
    [shardId],
  );
  const { rows } = await statements.query<DeclaredRow>(
    `select name, external_business_id, account, fields, encrypted_secrets, digest, former_names
       from ${schema}.merchant where shard_id = $1 and leaving_since is null order by name`,
    [shardId],
  );
  return {
    ...(shards[0] as { stack: string; readAt: string }),
    declarations: rows.map((row) => declarationOf(row, encryption)),
  };
}

/** @param currentName the merchant's name, if it was renamed since. */
export function declarationOf(
  row: DeclaredRow,
  encryption: Encryption,
  currentName: string = row.name,
): Declaration {
  const { external_business_id: externalBusinessId, account, fields, digest } = row;
  const secrets = encryption.decrypt(row.encrypted_secrets, row.name);
  const merchant = { name: currentName, externalBusinessId, fields, secrets };
  return {
    merchant: {
      name: currentName,
      formerNames: row.former_names.filter((former) => former !== currentName),
      arguments: argumentsOf(account === "" ? merchant : { ...merchant, account }),
    },
    digest,
  };
}

/** The name of a shard's stack. */
export async function stackOf(statements: Statements, shardId: number): Promise<string> {
  const { rows } = await statements.query<{ stack: string }>(
    `select stack from ${schema}.shard where id = $1`,
    [shardId],
  );
  return (rows[0] as { stack: string }).stack;
}
