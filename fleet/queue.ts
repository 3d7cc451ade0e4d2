import type { ConnectionOptions, PgBoss } from "pg-boss";
import { optionalPackage } from "./optional-package";
import type { Statements } from "./store/database";
import type { RunShard } from "./store/runs";
import { deadAfterSeconds } from "./times";

/** The queue of shards' jobs, and where those end that failed for good. */
export const queueName = "shards";
export const deadLetterName = "failed-shards";

/** The schema of PostgreSQL in which pg-boss has its tables. */
export const queueSchema = "pinterest_fleet_queue";

/** As long as an engine may take for a shard. */
const expireInSeconds = 6 * 3_600;

/**
 * How often a job is begun again, and after how many seconds at first; the wait doubles each time. That a worker was ended or died is no
 * fault of the shard's; how often it may fail is {@link failuresAtMost}.
 */
const retries = { retryLimit: 30, retryDelay: 5, retryBackoff: true, retryDelayMax: 120 } as const;

/** How often a shard may fail in a run. */
export const failuresAtMost = 4;

/** What a job is about. */
export type ShardJob = RunShard;

/** The queue on a fleet's database. @param onError is told of what fails beside the jobs. */
export async function openQueue(database: string, onError: (error: Error) => void): Promise<PgBoss> {
  const { PgBoss } = await optionalPackage(() => import("pg-boss"));
  const queue = new PgBoss({
    connectionString: database,
    schema: queueSchema,
    application_name: "pulumi-pinterest fleet queue",
    max: 4,
    // Who has died is found by this.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    schedule: false,
  });
  queue.on("error", onError);
  await queue.start();
  return queue;
}

/** Makes the queues where there are none. One job of a shard is there at a time, waiting or at work. */
export async function makeQueues(queue: PgBoss): Promise<void> {
  await queue.createQueue(deadLetterName);
  const options = { heartbeatSeconds: deadAfterSeconds, expireInSeconds, ...retries };
  await queue.createQueue(queueName, {
    policy: "exclusive",
    deadLetter: deadLetterName,
    ...options,
  });
  // Of a queue that an older version has made.
  await queue.updateQueue(queueName, options);
}

/** Has pg-boss do something in a transaction that is under way. */
export function within(statements: Statements): ConnectionOptions {
  return { db: { executeSql: (text, values) => statements.query(text, values) } };
}

/**
 * Gives the shard's job to whichever worker is free, once the transaction is done.
 *
 * @returns whether there was none of the shard already.
 */
export async function enqueue(queue: PgBoss, statements: Statements, job: ShardJob): Promise<boolean> {
  const id = await queue.send(queueName, job, { singletonKey: String(job.shardId), ...within(statements) });
  return id !== null;
}
