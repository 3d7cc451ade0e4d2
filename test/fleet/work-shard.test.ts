import { expect, jest } from "@jest/globals";
import type { runShard } from "../../provider/fleet/shard/run-shard";
import { addRun, addRunShards } from "../../provider/fleet/store/runs";
import { test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

/** Reports that Pinterest revoked access to every merchant, without an engine. Modules that are imported later use this. */
jest.mock("../../provider/fleet/shard/run-shard", () => ({
  runShard: (async ({ operation, merchants }) => ({
    operation,
    merchants: merchants.map(({ name }) => ({
      name,
      status: "revoked",
      properties: [],
      message: "HTTP 401",
    })),
    errors: [],
    interrupted: false,
  })) satisfies typeof runShard,
}));

test("a merchant whose access is revoked fails an update, and is a finding of a drift check", async () => {
  const { workShard } = await import("../../provider/fleet/worker/work-shard.js");
  const database = await server.open();
  const fleet = await TestFleet.make(database, 10);
  await fleet.plan(merchants("a"));
  const { seal } = fleet.opened;
  const { signal } = new AbortController();
  const worker = { stack: "shard-0001", worker: "a worker", directory: ".", project: "fleet" };
  const work = async (operation: "up" | "drift" | "sweep") => {
    const task = { operation, refresh: true };
    const job = { runId: await addRun(database.statements, task), shardId: 1 };
    await addRunShards(database.statements, job.runId, [job.shardId]);
    return workShard(job, task, { ...worker, database, seal, signal, lost: signal });
  };
  await expect(work("up")).rejects.toMatchObject({ errors: ["a: HTTP 401"], isFinal: true });
  for (const operation of ["drift", "sweep"] as const) {
    expect(await work(operation)).toMatchObject({ operation, merchants: [{ name: "a", status: "revoked" }] });
  }
  const { rows } = await database.statements.query(
    "select state from pinterest_fleet.run_shard order by state",
  );
  expect(rows.map(({ state }) => state)).toEqual(["done", "done", "failed"]);
});
