import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest } from "@jest/globals";
import { fleetInvocation } from "../../fleet/shard/workspace";
import type { Database } from "../../fleet/store/database";
import { createQueue, openQueue } from "../../fleet/store/queue";
import { addRun, endAttempt } from "../../fleet/store/runs";
import type { Offboarded, OffboardOptions } from "../../fleet/worker/offboard";
import type { ExportedResource } from "../../stack/state";
import { stageOfFile } from "../lifecycle/helpers/stage";
import { deployed, stackOf } from "../stack/helpers/stack";
import { temporaryDirectory } from "../temporary-directory";
import { beforeEach, test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();
const stage = stageOfFile();

/** The state of every shard. */
let state: ExportedResource[];

beforeEach(() => {
  state = [];
});

// Replace the engine: each shard has the state above. Modules that are imported later use these mocks.
jest.mock("../../fleet/shard/shard-stack", () => ({
  ShardStack: {
    open: async (name: string) => ({ ...stackOf(stage, state), name, forget: async () => {} }),
  },
}));
jest.mock("../../fleet/shard/workspace", () => ({
  ...jest.requireActual<object>("../../fleet/shard/workspace"),
  withWorkspace: (_options: unknown, action: (workspace: unknown) => unknown) => action({}),
}));
jest.mock("../../fleet/worker/environment", () => ({
  matchApi: async () => {},
  matchBackend: async () => "",
}));

/** A fleet of the merchants a, b and c, with its queue. */
async function open(shardSize: number): Promise<{ database: Database; fleet: TestFleet }> {
  const database = await server.open();
  const fleet = await TestFleet.create(database, shardSize);
  await fleet.plan(merchants("a", "b", "c"));
  const queue = await openQueue(server.url, () => {});
  await createQueue(queue);
  await queue.stop({ graceful: false });
  return { database, fleet };
}

/** Offboards merchants, with the shards' states in a directory. */
async function offboarded(
  database: Database,
  directory: string,
  options: Pick<OffboardOptions, "merchants" | "force">,
) {
  const { offboard } = await import("../../fleet/worker/offboard.js");
  const invocation = fleetInvocation(directory, { PULUMI_BACKEND_URL: `file://${directory}` });
  const { signal } = new AbortController();
  const all: Offboarded[] = [];
  const defaults = { project: "fleet", invocation, signal, notify: () => {} };
  await offboard(database, { ...options, ...defaults }, (found) => all.push(...found));
  return all;
}

test("erases merchants of several shards, and the earlier states of these shards", async () => {
  const { database, fleet } = await open(1);
  const directory = temporaryDirectory();
  const histories = ["shard-0001", "shard-0002", "shard-0003"].map((stack) =>
    join(directory, ".pulumi/history/fleet", stack),
  );
  for (const history of histories) {
    mkdirSync(history, { recursive: true });
    writeFileSync(join(history, "a.checkpoint.json"), "{}");
  }
  const found = await offboarded(database, directory, { merchants: ["b", "a"], force: false });
  expect(found).toMatchObject(["a", "b"].map((name) => ({ name, earlierStates: { kind: "erased" } })));
  expect(histories.map(existsSync)).toEqual([false, false, true]);
  expect(await fleet.shards()).toEqual({ "shard-0003": ["c"] });
});

test("erases the errors of a failed check, which can name a merchant", async () => {
  const { database } = await open(3);
  const { statements } = database;
  const shard = { runId: randomUUID(), shardId: 1 };
  await addRun(statements, shard.runId, "drift", [shard.shardId]);
  const errors = ["the program failed at b"];
  const report = { project: "fleet", stack: "shard-0001", directory: ".", errors };
  await endAttempt(statements, shard, { kind: "failed", errors }, report);
  await offboarded(database, temporaryDirectory(), { merchants: ["b"], force: false });
  const { rows } = await statements.query("select errors, report from pinterest_fleet.run_shard");
  expect(rows).toEqual([{ errors: [], report: { ...report, errors: [] } }]);
});

test("erases no merchant of a shard if one of them is still connected", async () => {
  const { database, fleet } = await open(3);
  state = [await deployed(stage, "b", { externalBusinessId: "id-b" })];
  const refused = offboarded(database, temporaryDirectory(), { merchants: ["a", "b"], force: false });
  await expect(refused).rejects.toThrow("nothing was changed in this shard:\n  'b' is in sync");
  expect(Object.values(await fleet.shards()).flat()).toEqual(["a", "b", "c"]);
});
