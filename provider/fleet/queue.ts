import type { PgBoss } from "pg-boss";
import { optionalPackage } from "./optional-package";
import type { RunShard } from "./store/runs";

/** The queue of shards' jobs, and where those end that failed for good. */
export const queueName = "shards";
export const deadLetterName = "failed-shards";

/** The schema of PostgreSQL in which pg-boss has its tables. */
export const queueSchema = "pinterest_fleet_queue";

/** After so many seconds without a sign of life a worker counts as dead, and its job goes to another one. */
export const heartbeatSeconds = 30;

/** How often a worker gives a sign of life. */
export const signOfLifeSeconds = 5;

/** As long as an engine may take for a shard. */
const expireInSeconds = 6 * 3_600;

/** How often a shard is tried again, and after how many seconds at first; the wait doubles each time. */
const retries = { retryLimit: 3, retryDelay: 10, retryBackoff: true, retryDelayMax: 300 } as const;

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
  await queue.createQueue(queueName, {
    policy: "exclusive",
    deadLetter: deadLetterName,
    heartbeatSeconds,
    expireInSeconds,
    ...retries,
  });
}

/** Gives the shard's job to whichever worker is free. @returns whether there was none of the shard already. */
export async function enqueue(queue: PgBoss, job: ShardJob): Promise<boolean> {
  const id = await queue.send(queueName, job, { singletonKey: String(job.shardId) });
  return id !== null;
}
