import { hostname } from "node:os";
import type { JobResult, JobWithMetadata, PgBoss } from "pg-boss";
import { pause } from "../../provider/base/async";
import { messageOf } from "../../provider/base/message-text";
import { counted } from "../../provider/base/words";
import { FleetError } from "../fleet-error";
import { Outage } from "../outage";
import type { MerchantStatus } from "../outcome";
import { databaseFailure } from "../store/database";
import { heartbeatSeconds, queueName, type ShardJob } from "../store/queue";
import type { AttemptResult, WorkOptions } from "./attempt";
import type { JoinedFleet } from "./environment";
import { workShard } from "./work-shard";

interface WorkerOptions extends Omit<WorkOptions, "worker" | "timeoutMs" | "identity"> {
  readonly fleet: JoinedFleet;
  readonly queue: PgBoss;
  /** Number of shards at a time. Each engine needs a core and 900 MB of memory. */
  readonly parallel: number;
  /** Receives a line for each event. Never contains a secret. */
  readonly log: (line: string) => void;
}

/** Interval in which a worker checks that the database still has its fleet. */
const checkEveryMs = 5_000;

/** Processes jobs until the signal is aborted. @throws FleetError if the database no longer has the worker's fleet. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { queue, parallel, log, fleet } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const endUnlessJoined = async () => {
    try {
      await fleet.assertJoined();
    } catch (error) {
      if (error instanceof FleetError) end.abort(error);
      // The limit on requests, which also reads the database, reports outages.
      else if (databaseFailure(error) === undefined)
        log(`cannot check whether the database has the fleet: ${messageOf(error)}`);
    }
  };
  const worker: Worker = {
    name: `${hostname()}-${process.pid}`,
    options: { ...options, signal },
    outage: new Outage(
      "merchants fail, and the next update deploys them",
      "Pinterest is available again",
      log,
    ),
    endUnlessJoined,
  };
  await queue.work(
    queueName,
    {
      includeMetadata: true,
      perJobResults: true,
      localConcurrency: parallel,
      pollingIntervalSeconds: 1,
      heartbeatRefreshSeconds: heartbeatSeconds,
    },
    (jobs: JobWithMetadata<ShardJob>[]) => Promise.all(jobs.map((job) => workJob(job, worker))),
  );
  log(`worker ${worker.name} waits for shards`);
  while (!signal.aborted) {
    await pause(checkEveryMs, signal);
    if (!signal.aborted) await endUnlessJoined();
  }
  log(`worker ${worker.name} stops`);
  // The same signal stops the running handlers. Wait for them.
  await queue.offWork(queueName, { wait: true });
  end.signal.throwIfAborted();
}

/** The values that the jobs of a worker share. */
interface Worker {
  readonly name: string;
  readonly options: WorkerOptions;
  /** Reports outages of Pinterest. */
  readonly outage: Outage;
  /** Ends the worker if the database no longer has its fleet. */
  readonly endUnlessJoined: () => Promise<void>;
}

/** Runs one attempt at a shard. A job that fails is started again. */
async function workJob(
  { id, data, retryCount }: JobWithMetadata<ShardJob>,
  { name, options, outage, endUnlessJoined }: Worker,
): Promise<JobResult> {
  const { log, fleet } = options;
  const startedAtMs = performance.now();
  const attempt = `${data.stack}, attempt ${retryCount + 1}`;
  const logEnd = (how: string) =>
    log(`${attempt}: ${how} after ${Math.round((performance.now() - startedAtMs) / 100) / 10} s`);
  log(`${attempt}: ${data.operation} starts`);
  let result: AttemptResult | "obsolete";
  try {
    result = await workShard(data, { ...options, worker: name, identity: fleet.identity });
    // If the database has another fleet, the job is for that fleet's workers.
    if (result === "obsolete" || result.kind !== "done") await fleet.assertJoined();
  } catch (error) {
    logEnd(`failed (${messageOf(error)})`);
    // Tables of another version fail each shard.
    await endUnlessJoined();
    return { id, status: "failed" };
  }
  if (result === "obsolete") {
    logEnd("already done or canceled");
    return { id, status: "completed" };
  }
  const { kind, errors, merchants } = result;
  if (kind === "done") logEnd(`finished ${data.operation} of ${counted(merchants.length, "merchant")}`);
  else logEnd(`failed (${errors.join("; ")})`);
  if (result.outage !== undefined) outage.begin("Pinterest is not available", result.outage);
  else if (merchants.some(({ status }) => respondedStatuses.has(status))) outage.end();
  // The run has the errors of an attempt that ended the shard.
  return { id, status: kind === "retry" || kind === "stopped" ? "failed" : "completed" };
}

/** The statuses of merchants for which Pinterest has responded. */
const respondedStatuses: ReadonlySet<MerchantStatus> = new Set<MerchantStatus>([
  "in-sync",
  "drifted",
  "created",
  "updated",
  "replaced",
  "deleted",
]);
