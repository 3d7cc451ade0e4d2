import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobResult, JobWithMetadata, PgBoss } from "pg-boss";
import { messageOf } from "../../provider/base/message-text";
import { counted } from "../../provider/base/words";
import { FleetError } from "../fleet-error";
import { Outage } from "../outage";
import type { MerchantStatus } from "../outcome";
import { heartbeatSeconds, queueName, type ShardJob } from "../store/queue";
import type { JoinedFleet } from "./environment";
import { type WorkOptions, workShard } from "./work-shard";

interface WorkerOptions extends Omit<WorkOptions, "worker" | "timeoutMs" | "identity"> {
  readonly fleet: JoinedFleet;
  readonly queue: PgBoss;
  /** Number of shards at a time. Each engine needs a core and 900 MB of memory. */
  readonly parallel: number;
  /** Receives a line for each event. Never contains a secret. */
  readonly log: (line: string) => void;
}

/** Interval in which a worker checks that the database still has its fleet, in milliseconds. */
const checkEveryMs = 5_000;

/** Processes jobs until the signal is aborted. @throws FleetError if the database no longer has the worker's fleet. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { queue, parallel, log, fleet } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const assertJoined = () =>
    fleet.assertJoined().catch((error) => {
      if (error instanceof FleetError) end.abort(error);
      throw error;
    });
  const joined = { ...options, signal, fleet: { ...fleet, assertJoined } };
  const name = `${hostname()}-${process.pid}`;
  const outage = new Outage(
    "merchants fail, and the next update deploys them",
    "Pinterest is available again",
    log,
  );
  await queue.work(
    queueName,
    {
      includeMetadata: true,
      perJobResults: true,
      localConcurrency: parallel,
      pollingIntervalSeconds: 1,
      heartbeatRefreshSeconds: heartbeatSeconds,
    },
    (jobs: JobWithMetadata<ShardJob>[]) => Promise.all(jobs.map((job) => workJob(job, name, outage, joined))),
  );
  log(`worker ${name} waits for shards`);
  while (!signal.aborted) {
    await sleep(checkEveryMs, undefined, { signal }).catch(() => {});
    // During an outage, the check fails too.
    if (!signal.aborted) await assertJoined().catch(() => {});
  }
  log(`worker ${name} stops`);
  // The same signal stops the running handlers. Wait for them.
  await queue.offWork(queueName, { wait: true });
  end.signal.throwIfAborted();
}

/** The statuses of merchants for which Pinterest has answered. */
const answeredStatuses: ReadonlySet<MerchantStatus> = new Set<MerchantStatus>([
  "in-sync",
  "drifted",
  "created",
  "updated",
  "replaced",
  "deleted",
]);

async function workJob(
  { id, data, retryCount }: JobWithMetadata<ShardJob>,
  worker: string,
  outage: Outage,
  options: WorkerOptions,
): Promise<JobResult> {
  const { log, fleet } = options;
  const startedAt = performance.now();
  const what = `${data.stack}, attempt ${retryCount + 1}`;
  const ended = (how: string) =>
    log(`${what}: ${how} after ${Math.round((performance.now() - startedAt) / 100) / 10} s`);
  try {
    log(`${what}: ${data.operation} starts`);
    const result = await workShard(data, { ...options, worker, identity: fleet.identity });
    if (result?.state !== "done") await fleet.assertJoined();
    if (result === undefined) ended("already done or canceled");
    else if (result.state !== "done") ended(`failed (${result.errors.join("; ")})`);
    else ended(`finished ${data.operation} of ${counted(result.merchants.length, "merchant")}`);
    if (result?.outage !== undefined) outage.begin("Pinterest is not available", result.outage);
    else if (result?.merchants.some(({ status }) => answeredStatuses.has(status))) outage.end();
    // A completed job is not retried. The run has the errors.
    return { id, status: result?.state === "queued" ? "failed" : "completed" };
  } catch (error) {
    ended(`failed (${messageOf(error)})`);
    // Tables of another version fail each shard.
    await fleet.assertJoined().catch(() => {});
    return { id, status: "failed" };
  }
}
