import { randomUUID } from "node:crypto";
import type { PgBoss } from "pg-boss";
import { ownCommand } from "../../provider/base/own-package";
import { FleetError } from "../fleet-error";
import type { Operation } from "../outcome";
import { aliveCondition } from "./claim";
import { type Database, type Statements, storable } from "./database";
import { enqueue, openJobs, queueName, type ShardJob, type ShardOfRun, within } from "./queue";
import { schema } from "./schema";
import { fleetIdentity } from "./settings";
import { listShards, type ShardName } from "./shards";

export function unknownRun(): FleetError {
  return new FleetError(`this run does not exist: \`${ownCommand} fleet results --runs\` lists all runs`);
}

/**
 * The state of a shard in a run:
 *
 *     state                                   event                                       next state
 *     queued                                  a worker starts an attempt                  running
 *     running                                 the attempt succeeds                        done
 *     running                                 merchants fail                              failed
 *     running                                 the attempt fails as a whole                queued; failed after the last attempt
 *     running                                 its worker is stopped                       queued
 *     running                                 its worker died, and another one starts     running
 *     queued, or running without a worker     the run is canceled                         canceled
 *     queued or running                       its job is missing                          failed
 */
export type ShardState = "queued" | "running" | "done" | "failed" | "canceled";

/** The SQL condition for rows of `run_shard` that have not ended. */
export const openCondition = "state in ('queued', 'running')";

/** Number of shards that have ended, by their state. */
export type EndedShards = Readonly<Record<Exclude<ShardState, "queued" | "running">, number>>;

/** The SQL columns of {@link EndedShards}. */
export const endedShardColumns = ["done", "failed", "canceled"]
  .map((state) => `(count(*) filter (where state = '${state}'))::integer as ${state}`)
  .join(", ");

export async function addRun(
  statements: Statements,
  runId: string,
  operation: Operation,
  shardIds: readonly number[],
): Promise<void> {
  await statements.query(`insert into ${schema}.run (id, operation) values ($1, $2)`, [runId, operation]);
  await statements.query(
    `insert into ${schema}.run_shard (run_id, shard_id) select $1, unnest($2::integer[])`,
    [runId, shardIds],
  );
}

/**
 * Records that a worker has started a shard. Shards that are done, failed or canceled keep their state.
 *
 * @param identity that of the worker's fleet.
 * @returns how often the shard has failed; "obsolete" if it has ended, the run was deleted, or the shard is another fleet's.
 */
export async function startAttempt(
  statements: Statements,
  { runId, shardId }: ShardOfRun,
  worker: string,
  identity: string,
): Promise<number | "obsolete"> {
  const { rows } = await statements.query<{ failures: number }>(
    `update ${schema}.run_shard
        set state = 'running', attempts = attempts + 1, worker = $3, ended_at = null,
            -- If the shard is still running, its worker has not ended the attempt.
            errors = case when state = 'running' then array[format('the worker %s stopped before the shard was done', worker)] else errors end
      where run_id = $1 and shard_id = $2 and ${openCondition} and ${fleetIdentity} = $4 returning failures`,
    [runId, shardId, worker, identity],
  );
  return rows[0]?.failures ?? "obsolete";
}

/** The end of an attempt. */
export interface AttemptEnd {
  /** After "retry" and "stopped", the shard has another attempt. "stopped" does not count as a failure: the worker was stopped. */
  readonly kind: "done" | "failed" | "retry" | "stopped";
  readonly errors: readonly string[];
}

const stateAfter = { done: "done", failed: "failed", retry: "queued", stopped: "queued" } as const;

export async function endAttempt(
  statements: Statements,
  { runId, shardId }: ShardOfRun,
  { kind, errors }: AttemptEnd,
  report: unknown = null,
): Promise<void> {
  const failures = kind === "failed" || kind === "retry" ? 1 : 0;
  await statements.query(
    `update ${schema}.run_shard set state = $3, ended_at = now(), errors = $4, failures = failures + $5, report = $6
      where run_id = $1 and shard_id = $2 and ${openCondition}`,
    [runId, shardId, stateAfter[kind], storable(errors), failures, JSON.stringify(storable(report))],
  );
}

interface StartOptions {
  readonly operation: Operation;
  /** Whether an update reads Pinterest first. @default false */
  readonly refresh?: boolean;
  /** Names of stacks. @default all shards with merchants */
  readonly shards?: readonly string[];
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

/** Queues jobs for all shards or, if it is interrupted, for none. Deletes the results of old runs. @throws FleetError if a named shard does not exist. */
export function startRun(database: Database, queue: PgBoss, options: StartOptions): Promise<StartedRun> {
  const { operation, refresh = false } = options;
  return database.transaction(async (statements) => {
    await failLostShards(statements, queue);
    // Runs that have not ended are kept.
    await statements.query(
      `delete from ${schema}.run
        where requested_at < now() - make_interval(days => (select keep_days from ${schema}.settings))
          and not exists (select from ${schema}.run_shard where run_id = run.id and ${openCondition})`,
    );
    const runId = randomUUID();
    const taken: ShardName[] = [];
    const busy: ShardName[] = [];
    for (const shard of await shardsOf(statements, options)) {
      const job: ShardJob = { runId, shardId: shard.id, stack: shard.stack, operation, refresh };
      if (await enqueue(queue, statements, job)) taken.push(shard);
      else busy.push(shard);
    }
    const shardIds = taken.map(({ id }) => id);
    if (taken.length > 0) await addRun(statements, runId, operation, shardIds);
    return { runId: taken.length === 0 ? undefined : runId, shards: stacksOf(taken), busy: stacksOf(busy) };
  });
}

function stacksOf(shards: readonly Pick<ShardName, "stack">[]): string[] {
  return shards.map(({ stack }) => stack);
}

async function shardsOf(
  statements: Statements,
  { operation, shards: named = [], changedOnly = false }: StartOptions,
): Promise<ShardName[]> {
  const shards = await listShards(statements);
  const unknown = named.filter((name) => !shards.some(({ stack }) => stack === name));
  if (unknown.length > 0) {
    const names = unknown.map((stack) => `'${stack}'`).join(", ");
    throw new FleetError(`the fleet has no shard ${names}: \`${ownCommand} fleet status\` lists its shards`);
  }
  return shards
    .filter(({ stack, merchants }) =>
      // Without merchants, there is nothing to do, except for a stack that a destroy removes.
      named.length === 0 ? merchants > 0 || operation === "destroy" : named.includes(stack),
    )
    .filter(({ pending }) => pending > 0 || !changedOnly);
}

export interface CanceledRun {
  /** The shards that had not started. */
  readonly canceled: readonly string[];
  /** The shards in progress, which finish. */
  readonly running: readonly string[];
}

/** Cancels the shards of a run that no worker processes. @throws FleetError if the run does not exist. */
export async function cancelRun(database: Database, queue: PgBoss, runId: string): Promise<CanceledRun> {
  return database.transaction(async (statements) => {
    const { rows: runs } = await statements.query(`select from ${schema}.run where id::text = $1`, [runId]);
    if (runs.length === 0) throw unknownRun();
    const hasLiveWorker = `exists (select from ${schema}.claim where claim.shard_id = shard.id and ${aliveCondition})`;
    // If the queue gives a worker one of these jobs at the same time, `startAttempt` skips it.
    const { rows: canceled } = await statements.query<ShardName>(
      `update ${schema}.run_shard set state = 'canceled', ended_at = now()
         from ${schema}.shard
        where shard.id = shard_id and run_id = $1
          and (state = 'queued' or (state = 'running' and not ${hasLiveWorker}))
        returning id, stack`,
      [runId],
    );
    const canceledIds = new Set(canceled.map(({ id }) => id));
    const jobs = await openJobs(queue, statements, runId);
    const jobIds = jobs.filter(({ data }) => canceledIds.has(data.shardId)).map(({ id }) => id);
    if (jobIds.length > 0) await queue.cancel(queueName, jobIds, within(statements));
    // Meanwhile, a worker can have failed an attempt, so that its shard is queued again.
    const { rows: running } = await statements.query<Pick<ShardName, "stack">>(
      `select stack from ${schema}.run_shard join ${schema}.shard on shard.id = shard_id
        where run_id = $1 and ${openCondition} order by stack`,
      [runId],
    );
    return { canceled: stacksOf(canceled).sort(), running: stacksOf(running) };
  });
}

/** Marks shards without a job as failed: their workers died repeatedly, or their jobs were removed from the queue. */
export async function failLostShards(statements: Statements, queue: PgBoss): Promise<void> {
  const { rows: runs } = await statements.query<{ runId: string }>(
    `select distinct run_id as "runId" from ${schema}.run_shard where ${openCondition}`,
  );
  for (const { runId } of runs) {
    const jobs = await openJobs(queue, statements, runId);
    // A worker ends its attempt before its job, so that the shards without a job cannot be in progress.
    await statements.query(
      `update ${schema}.run_shard set state = 'failed', ended_at = now(),
              errors = array_append(errors, 'its workers died repeatedly, or its job was removed from the queue')
        where run_id = $1 and ${openCondition} and not shard_id = any($2::integer[])`,
      [runId, jobs.map(({ data }) => data.shardId)],
    );
  }
}
