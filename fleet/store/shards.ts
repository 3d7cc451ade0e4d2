import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import type { Statements } from "./database";
import { schema } from "./migrations";

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
  if (rows[0] === undefined) throw noSuchShard([stack]);
  return rows[0];
}

export function noSuchShard(stacks: readonly string[]): FleetError {
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
