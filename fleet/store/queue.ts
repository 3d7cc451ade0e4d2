import type { ConnectionOptions, JobWithMetadata, PgBoss } from "pg-boss";
import { optionalPackage } from "../fleet-error";
import type { Operation } from "../outcome";
import type { Statements } from "./database";

/** The shard of a run. */
export interface ShardOfRun {
  readonly runId: string;
  readonly shardId: number;
}

/** The operation of a run. */
export interface Task {
  readonly operation: Operation;
  /** Whether an update reads Pinterest first. */
  readonly refresh: boolean;
}

/** The queue's job for a shard of a run. */
export interface ShardJob extends ShardOfRun, Task {
  readonly stack: string;
}

/*
 * Workers die, freeze, or lose PostgreSQL, and two engines must never run for one stack. Three heartbeats prevent that. Each keeps a promise that
 * the others cannot keep, and has a test that fails without it:
 *
 * - The queue's job finds dead workers: pg-boss gives it to another worker. The claim cannot find them, because a worker has its job before it has
 *   a claim, for example while it waits for `fleet offboard`. ("retries the job of a worker whose heartbeats stopped")
 * - The claim, a row of the table `claim`, fences what is written to PostgreSQL, and separates engines. A job cannot, because `fleet offboard` runs engines
 *   without one. ("stores no outcome of an engine that still ran", "loses a claim without heartbeats")
 * - The permit, a file, fences what the engine writes to Pinterest. A frozen worker cannot notice that it lost its claim, so the engine's guard,
 *   another process, ends the engine. ("kills the engine if its permit is not renewed")
 *
 * An engine without heartbeats is killed after `renewalTimeoutSeconds`, and thus before others may use its stack, after `deadAfterSeconds`.
 */

/** Interval of heartbeats while an engine runs. */
export const heartbeatSeconds = 5;

/** Time without an acknowledged heartbeat after which an engine is killed. */
export const renewalTimeoutSeconds = 15;

/** Time without a heartbeat after which a worker and its engine count as dead. */
export const deadAfterSeconds = 30;

/** Wait before a failed statement is repeated. */
export const statementRetryMs = 500;

export const queueName = "shards";

/** The PostgreSQL schema of pg-boss's tables. */
export const queueSchema = "pinterest_fleet_queue";

/** Longest time of an attempt. Then the worker stops the engine gracefully, and the shard has failed once. */
export const shardTimeoutMs = 3_600_000;

/** Number of times that a shard may fail in a run. */
export const failuresAtMost = 4;

/** Number of times that a shard may be started in a run, including the times that its worker died or was stopped. */
const attemptsAtMost = 10;

/** Options of the queue's jobs. Workers end a job themselves, so its expiry and its retries are the limits for workers that cannot. */
const jobOptions = {
  heartbeatSeconds: deadAfterSeconds,
  expireInSeconds: (2 * shardTimeoutMs) / 1_000,
  retryLimit: attemptsAtMost - 1,
  // In seconds. Each further wait is twice as long.
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 120,
  // Time that a job waits for a worker: 30 days.
  retentionSeconds: 30 * 86_400,
} as const;

/** The queue in a fleet's database. `onError` receives failures outside of jobs. */
export async function openQueue(database: string, onError: (error: Error) => void): Promise<PgBoss> {
  const { PgBoss } = await optionalPackage(() => import("pg-boss"));
  const queue = new PgBoss({
    connectionString: database,
    schema: queueSchema,
    application_name: "pulumi-pinterest fleet queue",
    max: 4,
    // Finds jobs whose worker died.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    schedule: false,
  });
  queue.on("error", onError);
  await queue.start();
  return queue;
}

/** Creates the queue, or updates its options. A shard has at most one job at a time, waiting or active. */
export async function createQueue(queue: PgBoss): Promise<void> {
  await queue.createQueue(queueName, { policy: "exclusive", ...jobOptions });
  await queue.updateQueue(queueName, jobOptions);
}

/** Lets pg-boss run its statements in an open transaction. */
export function within(statements: Statements): ConnectionOptions {
  return { db: { executeSql: (text, values) => statements.query(text, values) } };
}

/** Queues a job for a shard when the transaction commits. Returns whether the shard had no job. */
export async function enqueue(queue: PgBoss, statements: Statements, job: ShardJob): Promise<boolean> {
  const id = await queue.send(queueName, job, { singletonKey: String(job.shardId), ...within(statements) });
  return id !== null;
}

/** Largest number of jobs that pg-boss returns. */
const findAtMost = 100_000;

/** The jobs of a run that wait for a worker, have one, or wait for a retry. A shard of a run has at most one. */
export async function openJobs(
  queue: PgBoss,
  statements: Statements,
  runId: string,
): Promise<JobWithMetadata<ShardJob>[]> {
  const found = { data: { runId }, limit: findAtMost, ...within(statements) };
  const jobs = await queue.findJobs<ShardJob>(queueName, found);
  return jobs.filter(({ state }) => state === "created" || state === "retry" || state === "active");
}

/** The earliest time of the next attempt of each shard that waits for one, by stack. */
export async function nextAttempts(queue: PgBoss): Promise<Map<string, Date>> {
  const jobs = await queue.findJobs<ShardJob>(queueName, { queued: true, limit: findAtMost });
  const waiting = jobs.filter(
    ({ state, startAfter }) => state === "retry" && startAfter.getTime() > Date.now(),
  );
  return new Map(waiting.map(({ data, startAfter }) => [data.stack, startAfter]));
}
