import { describe, expect } from "@jest/globals";
import { test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

async function fleetOf(shardSize: number): Promise<TestFleet> {
  return TestFleet.create(await server.open(), shardSize);
}

describe("shards", () => {
  test("are created for the number of merchants, and filled evenly", async () => {
    const fleet = await fleetOf(2);
    const plan = await fleet.plan(merchants("a", "b", "c", "d", "e"));
    expect(plan).toMatchObject({ merchants: 5, added: 5, changed: 0, leaving: 0 });
    expect(plan.shards).toEqual([
      expect.objectContaining({ stack: "shard-0001", isNew: true, added: 2 }),
      expect.objectContaining({ stack: "shard-0002", isNew: true, added: 2 }),
      expect.objectContaining({ stack: "shard-0003", isNew: true, added: 1 }),
    ]);
    expect(await fleet.shards()).toEqual({
      "shard-0001": ["a", "d"],
      "shard-0002": ["b", "e"],
      "shard-0003": ["c"],
    });
  });

  test("keep their merchants, and the emptiest one gets new merchants", async () => {
    const fleet = await fleetOf(2);
    await fleet.plan(merchants("a", "b", "c"));
    const plan = await fleet.plan(merchants("z", "c", "b", "a"));
    expect(plan.shards).toEqual([expect.objectContaining({ stack: "shard-0002", isNew: false, added: 1 })]);
    expect(await fleet.shards()).toEqual({ "shard-0001": ["a", "c"], "shard-0002": ["b", "z"] });
  });

  test("keep the place of a leaving merchant until its integration is deleted", async () => {
    const fleet = await fleetOf(2);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    const plan = await fleet.plan(merchants("a", "c"), { confirmed: true });
    expect(plan.shards).toEqual([
      expect.objectContaining({ stack: "shard-0001", leaving: 1 }),
      expect.objectContaining({ stack: "shard-0002", isNew: true, added: 1 }),
    ]);
  });
});

describe("a list", () => {
  test("that is the same as before has no effect", async () => {
    const fleet = await fleetOf(10);
    const list = [merchant("a", { partnerAccessToken: "secret-token", connectedTagId: "7" }), merchant("b")];
    await fleet.plan(list);
    expect(await fleet.plan(list)).toMatchObject({ merchants: 2, added: 0, changed: 0, shards: [] });
  });

  test.each([
    ["field", { connectedTagId: "8" }],
    ["secret", { connectedTagId: "7", partnerAccessToken: "another" }],
    ["account", { connectedTagId: "7", account: "north" }],
    ["integration", { connectedTagId: "7", externalBusinessId: "other" }],
  ])("with another %s of a merchant changes only this merchant", async (_what, given) => {
    const fleet = await fleetOf(10);
    await fleet.plan([merchant("a", { connectedTagId: "7" }), merchant("b")]);
    const plan = await fleet.plan([merchant("a", given), merchant("b")]);
    expect(plan).toMatchObject({ added: 0, changed: 1, renamed: 0, leaving: 0 });
  });

  test("returns a leaving merchant that it contains again", async () => {
    const fleet = await fleetOf(10);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    expect(await fleet.plan(merchants("a"), { confirmed: true })).toMatchObject({ leaving: 1 });
    expect(await fleet.plan(merchants("a"), { shrinkLimitPercent: 0 })).toMatchObject({
      leaving: 0,
      shards: [],
    });
    expect(await fleet.plan(merchants("a", "b"))).toMatchObject({ added: 0, returned: 1, leaving: 0 });
  });

  test("keeps a renamed merchant in its shard, under both names", async () => {
    const fleet = await fleetOf(1);
    await fleet.plan(merchants("a", "b"));
    const renamed = merchant("new", { externalBusinessId: "id-a" });
    const plan = await fleet.plan([renamed, merchant("b")], { shrinkLimitPercent: 0 });
    expect(plan).toMatchObject({ added: 0, renamed: 1, changed: 0, leaving: 0 });
    expect(await fleet.shards()).toEqual({ "shard-0001": ["new"], "shard-0002": ["b"] });
    const { rows } = await fleet.database.statements.query(
      "select former_names from pinterest_fleet.merchant where name = 'new'",
    );
    expect(rows).toEqual([{ former_names: ["a"] }]);
  });

  test("keeps a merchant whose name and account change together, which counts towards the shrink limit", async () => {
    const fleet = await fleetOf(1);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created" } });
    const list = [merchant("new", { externalBusinessId: "id-a", account: "south" }), merchant("b")];
    await expect(fleet.plan(list, { shrinkLimitPercent: 49 })).rejects.toThrow(
      "1 with another integration or account ('a')",
    );
    expect(await fleet.plan(list, { shrinkLimitPercent: 50 })).toMatchObject({
      renamed: 1,
      added: 0,
      leaving: 0,
    });
    expect(await fleet.shards()).toEqual({ "shard-0001": ["new"], "shard-0002": ["b"] });
  });

  test("keeps a merchant that gets its former name back", async () => {
    const fleet = await fleetOf(10);
    await fleet.plan(merchants("a", "b"));
    await fleet.plan([merchant("new", { externalBusinessId: "id-a" }), merchant("b")]);
    expect(await fleet.plan(merchants("a", "b"))).toMatchObject({ renamed: 1, added: 0, leaving: 0 });
    expect(await fleet.shards()).toEqual({ "shard-0001": ["a", "b"] });
  });

  test("stores nothing in a dry run", async () => {
    const fleet = await fleetOf(10);
    expect(await fleet.plan(merchants("a"), { dryRun: true })).toMatchObject({ added: 1 });
    expect(await fleet.shards()).toEqual({});
  });
});

test.each(["deleted", "missing"] as const)(
  "removes a merchant whose integration a destroy reports as %s, and does not count it as leaving",
  async (status) => {
    const fleet = await fleetOf(10);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await fleet.update({ operation: "destroy", merchants: { a: status, b: status } });
    expect(await fleet.plan(merchants("a"), { confirmed: true })).toMatchObject({ leaving: 0, shards: [] });
    expect(await fleet.shards()).toEqual({ "shard-0001": ["a"] });
  },
);

test("keeps an omitted merchant as leaving until the state of a destroy is saved", async () => {
  const fleet = await fleetOf(10);
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  const deleted = { a: "deleted", b: "deleted" } as const;
  await fleet.update({ operation: "destroy", merchants: deleted, errors: ["the disk is full"] });
  expect(await fleet.plan(merchants("a"), { confirmed: true })).toMatchObject({ leaving: 1 });
});

test("counts a new integration as a replacement only if the merchant has one", async () => {
  const fleet = await fleetOf(10);
  const other = merchant("a", { externalBusinessId: "other" });
  await fleet.plan(merchants("a", "b"));
  expect(await fleet.plan([other, merchant("b")])).toMatchObject({ changed: 1, replaced: 0 });
  await fleet.update({ merchants: { a: "created", b: "created" } });
  const again = await fleet.plan([merchant("a"), merchant("b", { connectedTagId: "2" })], {
    confirmed: true,
  });
  expect(again).toMatchObject({ changed: 1, replaced: 1 });
});

test("does not count another account as a replacement, because it may see the same integration", async () => {
  const fleet = await fleetOf(10);
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" } });
  expect(await fleet.plan([merchant("a", { account: "south" })], { confirmed: true })).toMatchObject({
    changed: 1,
    replaced: 0,
  });
});

test("counts a leaving merchant that returns with another integration as a replacement", async () => {
  const fleet = await fleetOf(10);
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  const list = [merchant("a"), merchant("b", { externalBusinessId: "other" })];
  expect(await fleet.plan(list, { confirmed: true })).toMatchObject({ replaced: 1, returned: 0 });
  expect(await fleet.plan(list, { confirmed: true })).toMatchObject({ shards: [] });
});

test("stores thousands of merchants in their order", async () => {
  const fleet = await fleetOf(1000);
  const list = Array.from({ length: 2_500 }, (_, index) => merchant(`m${String(index).padStart(4, "0")}`));
  expect(await fleet.plan(list)).toMatchObject({ merchants: 2_500, added: 2_500 });
  const shards = await fleet.shards();
  expect(Object.values(shards).map(({ length }) => length)).toEqual([834, 833, 833]);
  expect(shards["shard-0001"]?.slice(0, 3)).toEqual(["m0000", "m0003", "m0006"]);
});

test("stores no secret in plaintext", async () => {
  const database = await server.open();
  const fleet = await TestFleet.create(database, 10);
  const secrets = {
    partnerAccessToken: "token-in-plaintext",
    partnerPrimaryEmail: "owner@in-plaintext.example",
  };
  await fleet.plan([merchant("a", secrets)]);
  const { rows } = await database.statements.query("select * from pinterest_fleet.merchant");
  expect(rows).toHaveLength(1);
  const stored = JSON.stringify(
    rows.map((row) => ({ ...row, encrypted_secrets: row.encrypted_secrets.toString("latin1") })),
  );
  expect(stored).not.toContain("in-plaintext");
});
