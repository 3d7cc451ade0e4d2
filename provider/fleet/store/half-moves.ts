import type { Statements } from "./database";
import { schema } from "./migrations";

/** A move that was cut short. */
export interface HalfMove {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** The moves that were cut short, of a shard or of all. */
export async function halfMoves(statements: Statements, shardId?: number): Promise<HalfMove[]> {
  const { rows } = await statements.query<HalfMove>(
    `select name, origin.stack as from, destination.stack as to
       from ${schema}.merchant
       join ${schema}.shard as origin on origin.id = shard_id
       join ${schema}.shard as destination on destination.id = moving_to
      where $1::integer is null or $1 in (shard_id, moving_to) order by name`,
    [shardId ?? null],
  );
  return rows;
}

/** What to do about a move that was cut short. */
export function halfMoveText({ name, from, to }: HalfMove): string {
  return `the move of '${name}' from ${from} to ${to} was cut short: \`pulumi-pinterest fleet move ${name} --to ${to}\` brings it to its end`;
}
