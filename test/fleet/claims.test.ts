import { expect } from "@jest/globals";
import { acquireClaim, releaseClaim, renewClaim, withClaim } from "../../fleet/claim";
import type { Database, Statements } from "../../fleet/store/database";
import { shardStatuses } from "../../fleet/store/results";
import { test } from "../with-postgres";
import { merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

/** The names of the shards' holders. */
async function holders(statements: Statements): Promise<string[]> {
  return (await shardStatuses(statements)).flatMap(({ worker }) => worker ?? []);
}

/** A fleet with one shard. */
async function shard(): Promise<Database> {
  const database = await server.open();
  await (await TestFleet.make(database, 10)).plan(merchants("a"));
  return database;
}

const age = ({ statements }: Database, seconds: number) =>
  statements.query("update pinterest_fleet.engine set alive_at = now() - make_interval(secs => $1)", [
    seconds,
  ]);

test("holds a shard until it is released", async () => {
  const database = await shard();
  const { statements } = database;
  const first = await acquireClaim(statements, 1, "first");
  expect(first).toMatchObject({ isStackLocked: false });
  expect(await acquireClaim(statements, 1, "second")).toBeUndefined();
  if (first !== undefined) await releaseClaim(statements, first, false);
  expect(await acquireClaim(statements, 1, "second")).toMatchObject({ isStackLocked: false });
});

test("loses a claim without heartbeats, and ignores later calls of its holder", async () => {
  const database = await shard();
  const { statements } = database;
  const first = await acquireClaim(statements, 1, "first");
  await age(database, 31);
  expect(await holders(statements)).toEqual([]);
  const second = await acquireClaim(statements, 1, "second");
  expect(second).toMatchObject({ isStackLocked: true });
  if (first === undefined) throw new Error("there is no claim");
  expect(await renewClaim(statements, first)).toBe(false);
  await releaseClaim(statements, first, false);
  // A statement that was sent before comes late.
  expect(await acquireClaim(statements, 1, "first")).toBeUndefined();
  expect(await holders(statements)).toEqual(["second"]);
});

test("frees a shard at once if it is released with a locked stack", async () => {
  const { statements } = await shard();
  const first = await acquireClaim(statements, 1, "first");
  if (first === undefined) throw new Error("there is no claim");
  await releaseClaim(statements, first, true);
  expect(await holders(statements)).toEqual([]);
  expect(await acquireClaim(statements, 1, "second")).toMatchObject({ isStackLocked: true });
});

test("reports a possible lock until somebody has unlocked the stack", async () => {
  const database = await shard();
  const options = { shardId: 1, stack: "shard-0001", holder: "worker", signal: new AbortController().signal };
  const found: boolean[] = [];
  await withClaim(database, options, async (claim) => {
    found.push(claim.isStackLocked);
    claim.isStackLocked = true;
  });
  const fails = withClaim(database, options, async (claim) => {
    found.push(claim.isStackLocked);
    throw new Error("before it was unlocked");
  });
  await expect(fails).rejects.toThrow("before it was unlocked");
  await withClaim(database, options, async (claim) => {
    found.push(claim.isStackLocked);
    claim.isStackLocked = false;
  });
  await withClaim(database, options, async (claim) => found.push(claim.isStackLocked));
  expect(found).toEqual([false, true, true, false]);
});

test("ends the wait for a shard without a claim", async () => {
  const database = await shard();
  await acquireClaim(database.statements, 1, "first");
  const controller = new AbortController();
  const waits = withClaim(
    database,
    {
      shardId: 1,
      stack: "shard-0001",
      holder: "second",
      signal: controller.signal,
      onWait: () => controller.abort(),
    },
    async () => "never",
  );
  await expect(waits).rejects.toThrow("stopped waiting for shard-0001");
  expect(await holders(database.statements)).toEqual(["first"]);
});
