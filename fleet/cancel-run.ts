import type { PgBoss } from "pg-boss";
import { isAlive } from "./claim/claims";
import { queueName, queueSchema, within } from "./queue";
import type { Database } from "./store/database";
import { schema } from "./store/migrations";
import { noSuchRun } from "./store/runs";

/** A canceled run. */
export interface CanceledRun {
  /** The shards that had not started. */
  readonly canceled: readonly string[];
  /** The shards in progress, which finish. */
  readonly running: readonly string[];
}

/**
 * Cancels the shards of a run that no worker processes.
 *
 * @throws FleetError if the run does not exist.
 */
export async function cancelRun(database: Database, queue: PgBoss, runId: string): Promise<CanceledRun> {
  return database.transaction(async (statements) => {
    const { rows: runs } = await statements.query(`select from ${schema}.run where id::text = $1`, [runId]);
    if (runs.length === 0) throw noSuchRun();
    const { rows: waiting } = await statements.query<{ id: string; shardId: number }>(
      `select id, (data->>'shardId')::integer as "shardId" from ${queueSchema}.job
        where name = '${queueName}' and data->>'runId' = $1
          and (state in ('created', 'retry')
               -- One that nobody has in hand any more comes to another worker.
               or state = 'active' and not exists (
                 select from ${schema}.engine where engine.shard_id = (data->>'shardId')::integer and engine.${isAlive}))
          for update`,
      [runId],
    );
    for (const { id } of waiting) await queue.cancel(queueName, id, within(statements));
    const canceled = await statements.query<{ stack: string }>(
      `update ${schema}.run_shard set state = 'canceled', ended_at = now()
         from ${schema}.shard
        where shard.id = shard_id and run_id::text = $1 and shard_id = any($2) and state in ('queued', 'running') returning stack`,
      [runId, waiting.map(({ shardId }) => shardId)],
    );
    const running = await statements.query<{ stack: string }>(
      `select stack from ${schema}.run_shard join ${schema}.shard on shard.id = shard_id
        where run_id::text = $1 and state in ('queued', 'running') order by stack`,
      [runId],
    );
    const names = (rows: readonly { stack: string }[]) => rows.map(({ stack }) => stack).sort();
    return { canceled: names(canceled.rows), running: names(running.rows) };
  });
}
