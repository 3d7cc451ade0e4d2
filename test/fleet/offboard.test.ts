import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest } from "@jest/globals";
import type { holdShards } from "../../provider/fleet/by-hand/hold";
import { makeQueues, openQueue } from "../../provider/fleet/queue";
import type { ShardStack } from "../../provider/fleet/shard/shard-stack";
import { temporaryDirectory } from "../temporary-directory";
import { test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

/** Gives each shard an empty state without an engine. Modules that are imported later use this. */
jest.mock("../../provider/fleet/by-hand/hold", () => ({
  holdShards: (async (_database, shards, _options, action) => {
    const open = (name: string) => ({ open: { name, resources: async () => [] } }) as unknown as ShardStack;
    return action(new Map(shards.map(({ id, stack }) => [id, open(stack)])));
  }) satisfies typeof holdShards,
}));

test("erases the earlier states of every shard that a merchant has been in", async () => {
  const database = await server.open();
  const fleet = await TestFleet.make(database, 1);
  await fleet.plan(merchants("a", "b", "c"));
  const former = "update pinterest_fleet.merchant set former_shards = '{2}' where name = 'a'";
  await database.statements.query(former);
  const queue = await openQueue(server.url, () => {});
  await makeQueues(queue);
  await queue.stop({ graceful: false });
  const directory = temporaryDirectory();
  const histories = ["shard-0001", "shard-0002", "shard-0003"].map((stack) =>
    join(directory, ".pulumi/history/fleet", stack),
  );
  for (const history of histories) {
    mkdirSync(history, { recursive: true });
    writeFileSync(join(history, "a.checkpoint.json"), "{}");
  }
  const { offboard } = await import("../../provider/fleet/by-hand/offboard.js");
  process.env.PULUMI_BACKEND_URL = `file://${directory}`;
  const [offboarded] = await offboard(database, {
    merchants: ["a"],
    force: false,
    project: "fleet",
    directory,
    name: "test",
    signal: new AbortController().signal,
    notify: () => {},
  });
  expect(offboarded).toMatchObject({ name: "a", earlierStates: { kind: "erased" } });
  expect(histories.map(existsSync)).toEqual([false, false, true]);
  expect(await fleet.shards()).toEqual({ "shard-0002": ["b"], "shard-0003": ["c"] });
});
