import { ownCommand } from "../../provider/api/own-command";
import { FleetError } from "../fleet-error";
import type { Operation } from "../shard/outcome";
import { type Statements, storable } from "./database";
import { schema } from "./migrations";

/** A shard of a run. */
export interface RunShard {
  readonly runId: string;
  readonly shardId: number;
}

/** What a run is to do. */
export interface Task {
  readonly operation: Operation;
  /** Whether an update looks at Pinterest first. */
  readonly refresh: boolean;
}

/** What a run is to do; nothing where it is forgotten. */
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

/** `cancelled`: taken back before a worker was done with it. */
export type RunShardState = "queued" | "running" | "done" | "failed" | "cancelled";

/** Writes down what is to be done. */
export async function addRun(statements: Statements, { operation, refresh }: Task): Promise<string> {
  const { rows } = await statements.query<{ id: string }>(
    `insert into ${schema}.run (operation, refresh) values ($1, $2) returning id`,
    [operation, refresh],
  );
  return (rows[0] as { id: string }).id;
}

/** Writes down with which shards. */
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

/** Results of runs that are older than that are forgotten, but for the last run. */
export async function forgetOldRuns(statements: Statements): Promise<void> {
  await statements.query(
    `delete from ${schema}.run
      where requested_at < now() - make_interval(days => (select keep_days from ${schema}.settings))
        and not exists (select from ${schema}.run_shard where run_id = run.id and state in ('queued', 'running'))`,
  );
}

/** What a worker finds of a shard of a run that it has a job of. */
export interface Begun {
  readonly state: RunShardState;
  /** How often it has failed in this run before. */
  readonly failures: number;
}

/**
 * Says that a worker has begun with a shard; what is done, given up or taken back already stays so.
 *
 * @returns how it was before; nothing where the run is forgotten.
 */
export async function begin(
  statements: Statements,
  { runId, shardId }: RunShard,
  worker: string,
): Promise<Begun | undefined> {
  const { rows } = await statements.query<Begun>(
    `select state, failures from ${schema}.run_shard where run_id = $1 and shard_id = $2`,
    [runId, shardId],
  );
  await statements.query(
    `update ${schema}.run_shard
        set state = 'running', attempts = attempts + 1, worker = $3, started_at = now(), ended_at = null,
            -- One that was running still was never ended.
            errors = case when state = 'running' then array[format('the worker %s stopped before the shard was done', worker)] else errors end
      where run_id = $1 and shard_id = $2 and state in ('queued', 'running')`,
    [runId, shardId, worker],
  );
  return rows[0];
}

/** Says how an attempt at a shard ended. */
export async function end(
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
