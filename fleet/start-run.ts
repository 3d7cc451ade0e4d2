import type { PgBoss } from "pg-boss";
import { enqueue } from "./queue";
import type { Operation } from "./shard/outcome";
import type { Database, Statements } from "./store/database";
import { schema } from "./store/migrations";
import { isPending } from "./store/pending";
import { addRun, addRunShards, forgetOldRuns } from "./store/runs";
import { noSuchShard } from "./store/shards";

export interface StartOptions {
  readonly operation: Operation;
  /** Names of stacks. Empty: all shards with merchants. */
  readonly shards?: readonly string[];
  /** Whether an update reads Pinterest first, and fixes drift. @default false */
  readonly refresh?: boolean;
  /** Whether an update skips shards that have not changed since the last one. */
  readonly changedOnly?: boolean;
}

export interface StartedRun {
  /** Undefined if there is nothing to do, or all shards are busy. */
  readonly runId: string | undefined;
  readonly shards: readonly string[];
  /** The shards with a job of another run, waiting or active. They are not part of this run. */
  readonly busy: readonly string[];
}

/**
 * Queues jobs for all shards or, if it is interrupted, for none.
 *
 * @throws FleetError if a named shard does not exist.
 */
export function startRun(database: Database, queue: PgBoss, options: StartOptions): Promise<StartedRun> {
  const { operation, refresh = false } = options;
  return database.transaction(async (statements) => {
    await forgetOldRuns(statements);
    const shards = await shardsOf(statements, options);
    if (shards.length === 0) return { runId: undefined, shards: [], busy: [] };
    const runId = await addRun(statements, { operation, refresh });
    const taken: ShardRow[] = [];
    const busy: ShardRow[] = [];
    for (const shard of shards) {
      const isTaken = await enqueue(queue, statements, { runId, shardId: shard.id });
      (isTaken ? taken : busy).push(shard);
    }
    const namesOf = (rows: readonly ShardRow[]) => rows.map(({ stack }) => stack);
    if (taken.length === 0) {
      await statements.query(`delete from ${schema}.run where id = $1`, [runId]);
      return { runId: undefined, shards: [], busy: namesOf(busy) };
    }
    await addRunShards(
      statements,
      runId,
      taken.map(({ id }) => id),
    );
    return { runId, shards: namesOf(taken), busy: namesOf(busy) };
  });
}

interface ShardRow {
  readonly id: number;
  readonly stack: string;
  readonly changed: boolean;
  /** Whether the shard has no merchants, including leaving ones. Its state is then empty, or has only what an interrupted move wrote. */
  readonly isEmpty: boolean;
}

async function shardsOf(
  statements: Statements,
  { operation, shards: named = [], changedOnly = false }: StartOptions,
): Promise<ShardRow[]> {
  const { rows } = await statements.query<ShardRow>(
    `select shard.id, stack,
            count(merchant.name) = 0 as "isEmpty", coalesce(bool_or(${isPending}), false) as changed
       from ${schema}.shard left join ${schema}.merchant on shard_id = shard.id group by shard.id order by shard.id`,
  );
  const unknown = named.filter((name) => !rows.some(({ stack }) => stack === name));
  if (unknown.length > 0) throw noSuchShard(unknown);
  return rows
    .filter(({ stack, isEmpty }) =>
      named.length === 0 ? !isEmpty || operation === "destroy" : named.includes(stack),
    )
    .filter(({ changed }) => changed || !changedOnly);
}
