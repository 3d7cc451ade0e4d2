import { hostname } from "node:os";
import type { JobWithMetadata, PgBoss } from "pg-boss";
import { queueName, type ShardJob, signOfLifeSeconds } from "../queue";
import type { Operation } from "../shard/outcome";
import type { Database } from "../store/database";
import { operationOf } from "../store/runs";
import type { Seal } from "../store/sealed";
import { ShardFailure, workShard } from "./work-shard";

export interface WorkerOptions {
  readonly database: Database;
  readonly queue: PgBoss;
  readonly seal: Seal;
  /** Where the packages are installed. */
  readonly directory: string;
  readonly project: string;
  /** How many shards at the same time. Each engine takes a core and half a gigabyte. */
  readonly parallel: number;
  /** Ends the worker in its own time: engines finish what is under way, and their shards go to other workers. */
  readonly signal: AbortSignal;
  /** Is told what the worker does, a line each. Never with a secret. */
  readonly log: (line: string) => void;
  /** @default the machine's name and the process's number */
  readonly name?: string;
}

/** How often a worker without anything to do asks for a job, in seconds. */
const askEvery = 1;

/** Works through shards' jobs until it is ended. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { queue, parallel, signal, log, name = `${hostname()}-${process.pid}` } = options;
  await queue.work(
    queueName,
    {
      includeMetadata: true,
      localConcurrency: parallel,
      pollingIntervalSeconds: askEvery,
      heartbeatRefreshSeconds: signOfLifeSeconds,
    },
    async ([job]: JobWithMetadata<ShardJob>[]) => {
      if (job !== undefined) await workJob(job, name, options);
    },
  );
  log(`worker ${name} waits for shards`);
  await aborted(signal);
  log(`worker ${name} ends`);
  // The handlers under way have been told by the same signal, and are waited for.
  await queue.offWork(queueName, { wait: true });
}

async function workJob(
  job: JobWithMetadata<ShardJob>,
  worker: string,
  options: WorkerOptions,
): Promise<void> {
  const { database, log } = options;
  const { data, retryCount, retryLimit, signal: lost } = job;
  const operation = await operationOf(database.statements, data.runId);
  const isLast = retryCount >= retryLimit;
  log(`${operation} of shard ${data.shardId}, attempt ${retryCount + 1} of ${retryLimit + 1}`);
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  try {
    const { merchants } = await workShard(data, operation, isLast, { ...options, worker, lost });
    log(`${operation} of shard ${data.shardId} is done: ${merchants.length} merchants in ${seconds()} s`);
  } catch (error) {
    log(`${operation} of shard ${data.shardId} failed after ${seconds()} s: ${whyOf(error, operation)}`);
    throw error;
  }
}

function whyOf(error: unknown, operation: Operation): string {
  if (error instanceof ShardFailure) return error.errors.join("; ");
  return error instanceof Error ? error.message : `the ${operation} was ended`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
