import type { PgBoss } from "pg-boss";
import { FleetError } from "./fleet-error";
import { enqueue } from "./queue";
import type { Operation } from "./shard/outcome";
import type { Database } from "./store/database";
import { schema } from "./store/migrations";
import { addRun } from "./store/runs";
import { isPending } from "./store/status";

export interface StartOptions {
  readonly operation: Operation;
  /** The stacks' names; all where there are none. */
  readonly shards?: readonly string[];
  /** Whether an update leaves out the shards in which nothing has changed since the last one. */
  readonly changedOnly?: boolean;
}

export interface StartedRun {
  /** Undefined where there is nothing to do. */
  readonly runId: string | undefined;
  readonly shards: readonly string[];
  /** The shards of which a job of another run is waiting or at work; they are not in this one. */
  readonly busy: readonly string[];
}

/**
 * Gives shards to the workers.
 *
 * @throws FleetError where a shard that was named is not there.
 */
export async function startRun(
  database: Database,
  queue: PgBoss,
  { operation, shards: named = [], changedOnly = false }: StartOptions,
): Promise<StartedRun> {
  const shards = await shardsOf(database, named, changedOnly);
  if (shards.length === 0) return { runId: undefined, shards: [], busy: [] };
  const runId = await addRun(
    database.statements,
    operation,
    shards.map(({ id }) => id),
  );
  const busy: { id: number; stack: string }[] = [];
  for (const shard of shards) {
    if (!(await enqueue(queue, { runId, shardId: shard.id }))) busy.push(shard);
  }
  await database.statements.query(
    `delete from ${schema}.run_shard where run_id = $1 and shard_id = any($2)`,
    [runId, busy.map(({ id }) => id)],
  );
  const taken = shards.filter((shard) => !busy.includes(shard));
  return { runId, shards: taken.map(({ stack }) => stack), busy: busy.map(({ stack }) => stack) };
}

async function shardsOf(database: Database, named: readonly string[], changedOnly: boolean) {
  const { rows } = await database.statements.query<{ id: number; stack: string; changed: boolean }>(
    `select shard.id, stack,
            coalesce(bool_or(${isPending}), false) as changed
       from ${schema}.shard left join ${schema}.merchant on shard_id = shard.id group by shard.id order by shard.id`,
  );
  const unknown = named.filter((name) => !rows.some(({ stack }) => stack === name));
  if (unknown.length > 0) {
    throw new FleetError(
      `there is no shard ${unknown.map((name) => `'${name}'`).join(", ")}: \`pulumi-pinterest fleet status\` lists them`,
    );
  }
  return rows
    .filter(({ stack }) => named.length === 0 || named.includes(stack))
    .filter(({ changed }) => changed || !changedOnly);
}
