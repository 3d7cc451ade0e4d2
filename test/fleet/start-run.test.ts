import { expect } from "@jest/globals";
import type { PgBoss } from "pg-boss";
import type { Operation } from "../../fleet/outcome";
import { acquireClaim } from "../../fleet/store/claim";
import type { Database } from "../../fleet/store/database";
import { createQueue, openJobs, openQueue, queueName } from "../../fleet/store/queue";
import { listRuns, progressOf } from "../../fleet/store/results";
import { cancelRun, endAttempt, failLostShards, startAttempt, startRun } from "../../fleet/store/runs";
import { readIdentity } from "../../fleet/store/settings";
import { heartbeats } from "../expected/limits";
import { afterEach, test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

let database: Database;
let queue: PgBoss;

/** A fleet of two shards, and its queue. */
async function open(): Promise<void> {
  database = await server.open();
  const fleet = await TestFleet.create(database, 1);
  await fleet.plan(merchants("a", "b"));
  queue = await openQueue(server.url, () => {});
  await createQueue(queue);
}

afterEach(() => queue?.stop({ graceful: false }));

const start = (shards?: string[]) =>
  startRun(database, queue, { operation: "up", ...(shards && { shards }) });

const count = async (table: string) =>
  (await database.statements.query<{ count: number }>(`select count(*)::integer from ${table}`)).rows[0]
    ?.count;

test("skips shards of another run, and starts no run without shards", async () => {
  await open();
  const first = await start(["shard-0001"]);
  expect(first).toMatchObject({ shards: ["shard-0001"], busy: [] });
  expect(await start()).toMatchObject({ shards: ["shard-0002"], busy: ["shard-0001"] });
  expect(await start()).toEqual({ runId: undefined, shards: [], busy: ["shard-0001", "shard-0002"] });
  expect(await count("pinterest_fleet.run")).toBe(2);
});

test("stores nothing if a run cannot be queued completely", async () => {
  await open();
  const table = "alter table pinterest_fleet.run_shard";
  await database.statements.query(`${table} add constraint first_only check (shard_id = 1)`);
  await expect(start()).rejects.toThrow("first_only");
  await database.statements.query(`${table} drop constraint first_only`);
  expect(await count("pinterest_fleet.run")).toBe(0);
  expect(await count("pinterest_fleet_queue.job")).toBe(0);
});

test("cancels a run except for its shards in progress, so that other runs can use the canceled ones", async () => {
  await open();
  const { runId = "" } = await start();
  await queue.fetch(queueName);
  await acquireClaim(database.statements, 1, "worker");
  await database.statements.query(
    "update pinterest_fleet.run_shard set state = 'running' where shard_id = 1",
  );
  expect(await listRuns(database.statements)).toMatchObject([{ run: runId, operation: "up", open: 2 }]);
  expect(await cancelRun(database, queue, runId)).toEqual({
    canceled: ["shard-0002"],
    running: ["shard-0001"],
  });
  await failLostShards(database.statements, queue);
  expect(await progressOf(database.statements, runId)).toMatchObject({
    open: 1,
    failed: 0,
    canceled: 1,
  });
  expect(await start()).toMatchObject({ shards: ["shard-0002"], busy: ["shard-0001"] });
  // The worker of the first shard has died.
  await database.statements.query("delete from pinterest_fleet.claim");
  expect(await cancelRun(database, queue, runId)).toEqual({ canceled: ["shard-0001"], running: [] });
  expect(await cancelRun(database, queue, runId)).toEqual({ canceled: [], running: [] });
  await expect(cancelRun(database, queue, "nothing")).rejects.toThrow("this run does not exist");
});

test("cancels a shard that a worker is about to start, and keeps it canceled if the worker reports an outcome", async () => {
  await open();
  const { runId = "" } = await start(["shard-0001"]);
  await queue.fetch(queueName);
  expect(await cancelRun(database, queue, runId)).toEqual({ canceled: ["shard-0001"], running: [] });
  expect(await openJobs(queue, database.statements, runId)).toEqual([]);
  const shard = { runId, shardId: 1 };
  const identity = await readIdentity(database.statements);
  expect(await startAttempt(database.statements, shard, "worker", identity)).toBe("obsolete");
  await endAttempt(database.statements, shard, { kind: "done", errors: [] });
  expect(await progressOf(database.statements, runId)).toMatchObject({ done: 0, canceled: 1 });
});

test("skips an empty shard unless the user names it or destroys all shards", async () => {
  await open();
  await database.statements.query("delete from pinterest_fleet.merchant where name = 'b'");
  const shardsOfRun = async (operation: Operation, named: string[] = []) => {
    const { runId = "", shards } = await startRun(database, queue, { operation, shards: named });
    await cancelRun(database, queue, runId);
    return shards;
  };
  expect(await shardsOfRun("drift")).toEqual(["shard-0001"]);
  expect(await shardsOfRun("drift", ["shard-0002"])).toEqual(["shard-0002"]);
  expect(await shardsOfRun("destroy")).toEqual(["shard-0001", "shard-0002"]);
});

test("marks a shard without a job as failed", async () => {
  await open();
  const { runId = "" } = await start();
  await database.statements.query("delete from pinterest_fleet_queue.job where data->>'shardId' = '1'");
  await failLostShards(database.statements, queue);
  expect(await progressOf(database.statements, runId)).toMatchObject({ open: 1, failed: 1 });
});

test("retries the job of a worker whose heartbeats stopped", async () => {
  await open();
  const { runId = "" } = await start(["shard-0001"]);
  await queue.fetch(queueName);
  const stateAfter = async (seconds: number) => {
    await database.statements.query(
      `update pinterest_fleet_queue.job set heartbeat_on = now() - interval '${seconds} seconds' where state = 'active'`,
    );
    // pg-boss checks a queue at most once in some seconds.
    await database.statements.query(
      "update pinterest_fleet_queue.queue set monitor_on = null, monitor_claim_on = null",
    );
    await queue.supervise(queueName);
    return (await openJobs(queue, database.statements, runId)).map(({ state }) => state);
  };
  expect(await stateAfter(heartbeats.deadAfterSeconds - 5)).toEqual(["active"]);
  expect(await stateAfter(heartbeats.deadAfterSeconds + 1)).toEqual(["retry"]);
});
