import type { ConnectionOptions, PgBoss } from "pg-boss";
import { optionalPackage } from "./optional-package";
import type { Statements } from "./store/database";
import type { RunShard } from "./store/runs";
import { deadAfterSeconds } from "./times";

/** The queue of jobs, and the queue of jobs that failed for good. */
export const queueName = "shards";
export const deadLetterName = "failed-shards";

/** The PostgreSQL schema of pg-boss's tables. */
export const queueSchema = "pinterest_fleet_queue";

/** Longest time that an engine may take for a shard. */
const expireInSeconds = 6 * 3_600;

/**
 * Number of retries of a job, and the first wait in seconds, which doubles each time. If a worker stopped or died, the shard did not fail;
 * {@link failuresAtMost} limits its failures.
 */
const retries = { retryLimit: 30, retryDelay: 5, retryBackoff: true, retryDelayMax: 120 } as const;

/** Number of times that a shard may fail in a run. */
export const failuresAtMost = 4;

/** The data of a job. */
export type ShardJob = RunShard;

/**
 * The queue in a fleet's database.
 *
 * @param onError receives failures outside of jobs.
 */
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

/** Creates missing queues. A shard has at most one job at a time, waiting or active. */
export async function makeQueues(queue: PgBoss): Promise<void> {
  await queue.createQueue(deadLetterName);
  const options = { heartbeatSeconds: deadAfterSeconds, expireInSeconds, ...retries };
  await queue.createQueue(queueName, {
    policy: "exclusive",
    deadLetter: deadLetterName,
    ...options,
  });
  // Updates a queue that an older version created.
  await queue.updateQueue(queueName, options);
}

/** Lets pg-boss run its statements in an open transaction. */
export function within(statements: Statements): ConnectionOptions {
  return { db: { executeSql: (text, values) => statements.query(text, values) } };
}

/**
 * Queues a job for a shard when the transaction commits.
 *
 * @returns whether the shard had no job.
 */
export async function enqueue(queue: PgBoss, statements: Statements, job: ShardJob): Promise<boolean> {
  const id = await queue.send(queueName, job, { singletonKey: String(job.shardId), ...within(statements) });
  return id !== null;
}
