import { queueName, queueSchema } from "../queue";
import type { Operation } from "../shard/outcome";
import type { Statements } from "./database";
import { schema } from "./migrations";
import { type Task, taskOf } from "./runs";

/** The progress of a run. */
export interface RunProgress {
  readonly operation: Operation;
  readonly queued: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  readonly canceled: number;
  /** The shards that are retried or wait for a retry, with the errors of the last attempt. */
  readonly retried: readonly {
    readonly stack: string;
    readonly errors: readonly string[];
  }[];
  /** Number of merchants by status so far. */
  readonly merchants: Readonly<Record<string, number>>;
}

export async function progressOf(statements: Statements, runId: string): Promise<RunProgress> {
  const { rows: states } = await statements.query<{ state: string; shards: number }>(
    `select state, count(*)::integer as shards from ${schema}.run_shard where run_id = $1 group by state`,
    [runId],
  );
  const { rows: statuses } = await statements.query<{ status: string; merchants: number }>(
    `select status, count(*)::integer as merchants from ${schema}.result where run_id = $1 group by status order by status`,
    [runId],
  );
  const { rows: retried } = await statements.query<RunProgress["retried"][number]>(
    `select stack, errors from ${schema}.run_shard join ${schema}.shard on shard.id = shard_id
      where run_id = $1 and state in ('queued', 'running') and errors <> '{}' order by stack`,
    [runId],
  );
  const shards = Object.fromEntries(states.map((row) => [row.state, row.shards]));
  return {
    operation: ((await taskOf(statements, runId)) as Task).operation,
    ...{ queued: 0, running: 0, done: 0, failed: 0, canceled: 0, ...shards },
    retried,
    merchants: Object.fromEntries(statuses.map(({ status, merchants }) => [status, merchants])),
  };
}

/** Marks shards without a job as failed, in one run or in all: their workers died repeatedly, or somebody removed their jobs. */
export async function giveUpLost(statements: Statements, runId?: string): Promise<void> {
  await statements.query(
    `update ${schema}.run_shard set state = 'failed', ended_at = now(),
            errors = array_append(errors, 'its workers died repeatedly, or its job was removed from the queue')
      where ($1::text is null or run_id::text = $1) and state in ('queued', 'running') and not exists (
        select from ${queueSchema}.job
         where job.name = '${queueName}' and state in ('created', 'retry', 'active')
           and data->>'runId' = run_id::text and data->>'shardId' = shard_id::text)`,
    [runId ?? null],
  );
}
