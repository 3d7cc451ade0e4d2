import type { PgBoss } from "pg-boss";
import { ownCommand } from "../provider/api/own-package";
import { countHolders, isAlive } from "./claim";
import { FleetError } from "./fleet-error";
import { enqueue, queueName, queueSchema, within } from "./queue";
import { errorBeginning, type Operation } from "./shard/outcome";
import { type Database, type Statements, storable } from "./store/database";
import { isPending, schema } from "./store/schema";
import { unknownShard } from "./store/shards";

/** A shard of a run. */
export interface RunShard {
  readonly runId: string;
  readonly shardId: number;
}

/** The operation of a run. */
export interface Task {
  readonly operation: Operation;
  /** Whether an update reads Pinterest first. */
  readonly refresh: boolean;
}

/** The operation of a run; undefined if the run was deleted. */
export async function taskOf(statements: Statements, runId: string): Promise<Task | undefined> {
  const { rows } = await statements.query<Task>(
    `select operation, refresh from ${schema}.run where id = $1`,
    [runId],
  );
  return rows[0];
}

export function unknownRun(): FleetError {
  return new FleetError(`this run does not exist: \`${ownCommand} fleet results --runs\` lists all runs`);
}

export type RunShardState = "queued" | "running" | "done" | "failed" | "canceled";

/** Stores a run. */
export async function addRun(statements: Statements, { operation, refresh }: Task): Promise<string> {
  const { rows } = await statements.query<{ id: string }>(
    `insert into ${schema}.run (operation, refresh) values ($1, $2) returning id`,
    [operation, refresh],
  );
  return (rows[0] as { id: string }).id;
}

/** Stores the shards of a run. */
export async function addRunShards(
  statements: Statements,
  runId: string,
  shardIds: readonly number[],
): Promise<void> {
  await statements.query(
    `insert into ${schema}.run_shard (run_id, shard_id) select $1, unnest($2::integer[])`,
    [runId, shardIds],
  );
}

/** Deletes the results of older runs, except for runs that have not ended. */
async function deleteOldRuns(statements: Statements): Promise<void> {
  await statements.query(
    `delete from ${schema}.run
      where requested_at < now() - make_interval(days => (select keep_days from ${schema}.settings))
        and not exists (select from ${schema}.run_shard where run_id = run.id and state in ('queued', 'running'))`,
  );
}

/** The shard of a run before an attempt. */
export interface Started {
  readonly state: RunShardState;
  readonly attempts: number;
  readonly failures: number;
}

/**
 * Records that a worker has started a shard. Shards that are done, failed or canceled stay so.
 *
 * @returns the shard before the start; undefined if the run was deleted.
 */
export async function startAttempt(
  statements: Statements,
  { runId, shardId }: RunShard,
  worker: string,
): Promise<Started | undefined> {
  const { rows } = await statements.query<Started>(
    `select state, attempts, failures from ${schema}.run_shard where run_id = $1 and shard_id = $2`,
    [runId, shardId],
  );
  await statements.query(
    `update ${schema}.run_shard
        set state = 'running', attempts = attempts + 1, worker = $3, started_at = now(), ended_at = null,
            -- A shard that is still running was never ended.
            errors = case when state = 'running' then array[format('the worker %s stopped before the shard was done', worker)] else errors end
      where run_id = $1 and shard_id = $2 and state in ('queued', 'running')`,
    [runId, shardId, worker],
  );
  return rows[0];
}

/** Records the end of an attempt. */
export async function endAttempt(
  statements: Statements,
  { runId, shardId }: RunShard,
  state: "queued" | "done" | "failed",
  {
    errors = [],
    isFailure = false,
    report,
  }: { readonly errors?: readonly string[]; readonly isFailure?: boolean; readonly report?: unknown } = {},
): Promise<void> {
  await statements.query(
    `update ${schema}.run_shard set state = $3, ended_at = now(), errors = $4, failures = failures + $5, report = $6
      where run_id = $1 and shard_id = $2 and state in ('queued', 'running')`,
    [
      runId,
      shardId,
      state,
      storable(errors),
      isFailure ? 1 : 0,
      report === undefined ? null : JSON.stringify(storable(report)),
    ],
  );
}

interface StartOptions {
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
    await failLostShards(statements);
    await deleteOldRuns(statements);
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
  if (unknown.length > 0) throw unknownShard(unknown);
  return rows
    .filter(({ stack, isEmpty }) =>
      named.length === 0 ? !isEmpty || operation === "destroy" : named.includes(stack),
    )
    .filter(({ changed }) => changed || !changedOnly);
}

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
    if (runs.length === 0) throw unknownRun();
    const { rows: waiting } = await statements.query<{ id: string; shardId: number }>(
      `select id, (data->>'shardId')::integer as "shardId" from ${queueSchema}.job
        where name = '${queueName}' and data->>'runId' = $1
          and (state in ('created', 'retry')
               -- The worker of such a job is dead.
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

/** Erases errors that name one of these merchants. */
export async function eraseErrors(statements: Statements, names: readonly string[]): Promise<void> {
  const namesOne = `(exists (select from unnest($1::text[]) as beginning where starts_with(error, beginning))
                     or exists (select from unnest($2::text[]) as quoted where position(quoted in error) > 0))`;
  await statements.query(
    `update ${schema}.run_shard set errors = array(select error from unnest(errors) as error where not ${namesOne})
      where exists (select from unnest(errors) as error where ${namesOne})`,
    [names.map(errorBeginning), names.map((name) => `'${name}'`)],
  );
}

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
  /** Number of workers that process a shard, also of another run. */
  readonly activeWorkers: number;
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
    activeWorkers: await countHolders(statements),
  };
}

/** Marks shards without a job as failed, in one run or in all: their workers died repeatedly, or somebody removed their jobs. */
export async function failLostShards(statements: Statements, runId?: string): Promise<void> {
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
