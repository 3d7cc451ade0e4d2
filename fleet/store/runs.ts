import { ownCommand } from "../../provider/api/own-package";
import { FleetError } from "../fleet-error";
import type { Operation } from "../shard/outcome";
import { type Statements, storable } from "./database";
import { schema } from "./migrations";

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

export function noSuchRun(): FleetError {
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

/** Deletes the results of older runs, except for the last run. */
export async function forgetOldRuns(statements: Statements): Promise<void> {
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
  }: { readonly errors?: readonly string[]; readonly isFailure?: boolean } = {},
): Promise<void> {
  await statements.query(
    `update ${schema}.run_shard set state = $3, ended_at = now(), errors = $4, failures = failures + $5
      where run_id = $1 and shard_id = $2 and state in ('queued', 'running')`,
    [runId, shardId, state, storable(errors), isFailure ? 1 : 0],
  );
}
