import { expect, jest } from "@jest/globals";
import type { PgBoss } from "pg-boss";
import { makeQueues, openQueue, queueName, queueSchema } from "../../fleet/queue";
import type { ShardOutcome } from "../../fleet/shard/outcome";
import type { runShard } from "../../fleet/shard/run-shard";
import { startRun } from "../../fleet/start-run";
import { readRun } from "../../fleet/store/results";
import { addRun, addRunShards } from "../../fleet/store/runs";
import { afterEach, test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

const mockRunShard = jest.fn<typeof runShard>();

/** In the place of an engine. Modules that are imported later use this. */
jest.mock("../../fleet/shard/run-shard", () => ({ runShard: mockRunShard }));

let queue: PgBoss | undefined;

afterEach(async () => {
  await queue?.stop({ graceful: false });
  queue = undefined;
});

/** A fleet of one shard, and a way to work on it, which returns what a run found. */
async function open(...names: string[]) {
  const { workShard } = await import("../../fleet/worker/work-shard.js");
  const database = await server.open();
  const { statements } = database;
  const fleet = await TestFleet.make(database, 10);
  await fleet.plan(merchants(...names));
  const { seal } = fleet.opened;
  const { signal } = new AbortController();
  const worker = { stack: "shard-0001", worker: "a worker", directory: ".", project: "fleet" };
  const work = async (operation: "up" | "drift" | "drift --from-state") => {
    const task = { operation, refresh: true };
    const runId = await addRun(statements, task);
    const job = { runId, shardId: 1 };
    await addRunShards(statements, runId, [job.shardId]);
    const outcome = await workShard(job, task, { ...worker, database, seal, signal, lost: signal }).catch(
      (error: unknown) => error,
    );
    return { outcome, run: await readRun(statements, runId) };
  };
  return { database, seal, work };
}

/** What the engine says of merchants, each with the same message. */
function outcomes(message: string, status: "revoked" | "unreachable"): typeof runShard {
  return async ({ operation, merchants }) => ({
    operation,
    merchants: merchants.map(({ name }) => ({ name, status, properties: [], message })),
    errors: [],
    interrupted: false,
  });
}

test("fails an update for a merchant with revoked access, and reports it in a drift check", async () => {
  mockRunShard.mockImplementation(outcomes("HTTP 401", "revoked"));
  const { work } = await open("a");
  const { outcome, run } = await work("up");
  expect(outcome).toMatchObject({ errors: ["a: HTTP 401"], isFinal: true });
  expect(run.shards).toMatchObject([{ state: "failed" }]);
  for (const operation of ["drift", "drift --from-state"] as const) {
    const { outcome, run } = await work(operation);
    expect(outcome).toMatchObject({ operation, merchants: [{ name: "a", status: "revoked" }] });
    expect(run.shards).toMatchObject([{ state: "done" }]);
  }
});

/** What PostgreSQL can store neither as text nor in jsonb. */
const unfit = "\0 and \ud800";
const stored = "\uFFFD and \uFFFD";

test("stores what Pinterest holds with U+FFFD for NUL characters and halves of surrogate pairs", async () => {
  const found = (name: string, value: string) => ({
    name,
    status: "drifted" as const,
    properties: ["partnerMetadata"],
    message: value,
    report: {
      name,
      urn: `urn:${name}`,
      externalBusinessId: `id-${name}`,
      status: "drifted" as const,
      properties: [{ name: "partnerMetadata", secret: false, program: "x", pinterest: value }],
      pending: [],
    },
  });
  const outcome: ShardOutcome = {
    operation: "drift",
    merchants: [found("a", unfit), found("b", "as usual")],
    errors: [unfit],
    interrupted: false,
    report: { project: "fleet", stack: "shard-0001", directory: ".", errors: [unfit] },
  };
  mockRunShard.mockResolvedValue(outcome);
  const { work } = await open("a", "b");
  const { run } = await work("drift");
  expect(run.shards).toMatchObject([
    {
      errors: [stored],
      report: { errors: [stored] },
      merchants: [
        { name: "a", message: stored, report: { properties: [{ pinterest: stored }] } },
        { name: "b", message: "as usual", report: { properties: [{ pinterest: "as usual" }] } },
      ],
    },
  ]);
});

test("fails an update only for the merchant whose message PostgreSQL cannot store, and ends its job", async () => {
  mockRunShard.mockResolvedValue({
    operation: "up",
    merchants: [
      { name: "a", status: "failed", properties: [], message: unfit },
      { name: "b", status: "created", properties: [] },
    ],
    errors: [],
    interrupted: false,
  });
  const { runWorker } = await import("../../fleet/worker/worker.js");
  const { database, seal } = await open("a", "b");
  const problems: string[] = [];
  queue = await openQueue(server.url, ({ message }) => problems.push(message));
  await makeQueues(queue);
  const { runId = "" } = await startRun(database, queue, { operation: "up" });
  const end = new AbortController();
  const log = (line: string) => {
    if (line.includes("failed")) end.abort();
  };
  await runWorker({
    ...{ database, queue, seal, directory: ".", project: "fleet", parallel: 1, log },
    signal: end.signal,
  });
  expect((await readRun(database.statements, runId)).shards).toMatchObject([
    {
      state: "failed",
      errors: [`a: ${stored}`],
      merchants: [
        { name: "a", status: "failed", message: stored },
        { name: "b", status: "created" },
      ],
    },
  ]);
  expect(problems).toEqual([]);
  const { rows } = await database.statements.query(
    `select state, output from ${queueSchema}.job where name = '${queueName}'`,
  );
  expect(rows).toEqual([{ state: "failed", output: { errors: [`a: ${stored}`] } }]);
});
