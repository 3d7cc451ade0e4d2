import { describe, expect } from "@jest/globals";
import { type Merchant, readMerchants } from "../../fleet/merchants/merchant";
import { test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

async function fleetOf(shardSize: number): Promise<TestFleet> {
  return TestFleet.create(await server.open(), shardSize);
}

test("accepts a list that omits exactly the limit, and refuses one merchant more", async () => {
  const fleet = await fleetOf(100);
  const all = merchants(...Array.from({ length: 100 }, (_, index) => `m${index}`));
  await fleet.plan(all);
  // 100 times these percentages as fractions is less in binary floating point.
  for (const percent of [29, 57, 58]) {
    const omitting = (count: number) =>
      fleet.plan(all.slice(count), { shrinkLimitPercent: percent, dryRun: true });
    expect(await omitting(percent)).toMatchObject({ merchants: 100 - percent });
    await expect(omitting(percent + 1)).rejects.toThrow(
      `${percent + 1} of the fleet's 100 merchants (${percent + 1} %), more than the limit of ${percent} %`,
    );
  }
});

test("shows a percentage above the limit if the list exceeds it by a fraction", async () => {
  const fleet = await fleetOf(2_000);
  const all = merchants(...Array.from({ length: 1_999 }, (_, index) => `m${index}`));
  await fleet.plan(all);
  await expect(fleet.plan(all.slice(100), { shrinkLimitPercent: 5 })).rejects.toThrow(
    "(5.1 %), more than the limit of 5 %",
  );
});

describe("refuses a list completely", () => {
  test("if it omits more merchants than the limit allows", async () => {
    const fleet = await fleetOf(10);
    await fleet.plan(merchants("a", "b", "c", "d"));
    await expect(fleet.plan(merchants("a", "b", "x"), { shrinkLimitPercent: 25 })).rejects.toThrow(
      "the list would remove or replace 2 of the fleet's 4 merchants (50 %), more than the limit of 25 %: 2 missing from the list ('c', 'd'). Nothing was changed",
    );
    expect((await fleet.shards())["shard-0001"]).toEqual(["a", "b", "c", "d"]);
    await fleet.plan(merchants("a", "b", "c"), { shrinkLimitPercent: 25 });
    expect((await fleet.shards())["shard-0001"]).toEqual(["a", "b", "c"]);
  });

  test("if it replaces more integrations than the limit allows", async () => {
    const fleet = await fleetOf(10);
    const replaced = ["a", "b"].map((name) => merchant(name, { externalBusinessId: `other-${name}` }));
    await fleet.plan(merchants("a", "b"));
    // Merchants that were never deployed have nothing to delete.
    await fleet.plan(replaced);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await expect(fleet.plan(replaced)).rejects.toThrow(
      "2 with another integration or account ('a', 'b'). The next update would delete up to 2 integrations.",
    );
  });

  test("if it omits few merchants, but too many together with those that are leaving", async () => {
    const fleet = await fleetOf(10);
    await fleet.plan(merchants("a", "b", "c", "d"));
    await fleet.update({ merchants: { a: "created", b: "created", c: "created", d: "created" } });
    await fleet.plan(merchants("a", "b", "c"), { shrinkLimitPercent: 25 });
    await expect(fleet.plan(merchants("a", "b"), { shrinkLimitPercent: 25 })).rejects.toThrow(
      "1 missing from the list, 1 missing from earlier lists",
    );
    // The same list again removes no further merchants.
    await fleet.plan(merchants("a", "b", "c"), { shrinkLimitPercent: 0 });
  });

  test("if it assigns an integration that another merchant still has until the next update", async () => {
    const fleet = await fleetOf(1);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created" } });
    const moved = merchant("a", { externalBusinessId: "elsewhere" });
    const list = [moved, merchant("b", { externalBusinessId: "id-a" })];
    await fleet.plan([moved, merchant("b")], { confirmed: true });
    await expect(fleet.plan(list, { confirmed: true })).rejects.toThrow("'id-a' of 'b' still belongs to 'a'");
    // An interrupted update may or may not have deleted the integration.
    await fleet.update("killed");
    await expect(fleet.plan(list, { confirmed: true })).rejects.toThrow("still belongs to 'a'");
    await fleet.update({ merchants: { a: "updated" } });
    expect(await fleet.plan(list, { confirmed: true })).toMatchObject({ changed: 1 });
  });

  test("if it swaps two names, and explains how to keep the connections", async () => {
    const fleet = await fleetOf(10);
    const list = (a: string, b: string) => [
      merchant("a", { externalBusinessId: a }),
      merchant("b", { externalBusinessId: b }),
    ];
    await fleet.plan(list("1", "2"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await expect(fleet.plan(list("2", "1"))).rejects.toThrow(
      "deploy a list that gives them unused names and keeps their external business IDs, and then this list",
    );
    const [, b] = list("1", "2");
    await fleet.plan([merchant("spare", { externalBusinessId: "1" }), b as Merchant]);
    await fleet.update({ merchants: { spare: "unchanged", b: "unchanged" } });
    await fleet.plan([
      merchant("spare", { externalBusinessId: "1" }),
      merchant("a", { externalBusinessId: "2" }),
    ]);
    await fleet.update({ merchants: { spare: "unchanged", a: "unchanged" } });
    expect(await fleet.plan(list("2", "1"))).toMatchObject({ renamed: 1, changed: 0, leaving: 0 });
  });

  test("while merchants are being offboarded", async () => {
    const database = await server.open();
    const fleet = await TestFleet.create(database, 1);
    await fleet.plan(merchants("a", "b", "c d"));
    await database.statements.query(
      "update pinterest_fleet.merchant set offboarding = true where name <> 'b'",
    );
    await expect(fleet.plan(merchants("a", "b", "c d"))).rejects.toThrow(
      "the list was not stored, because offboardings are not finished: 'a', 'c d'. " +
        "Wait until they end or, if they were interrupted, run `npx pulumi-pinterest fleet offboard a 'c d'`",
    );
  });

  test("if it is empty", async () => {
    const fleet = await fleetOf(10);
    await fleet.plan(merchants("a"));
    await fleet.update({ merchants: { a: "created" } });
    await expect(fleet.plan([])).rejects.toThrow("--confirm-shrink");
    expect(await fleet.plan([], { confirmed: true })).toMatchObject({ merchants: 0, leaving: 1 });
  });

  test("if it contains a name twice", async () => {
    const fleet = await fleetOf(10);
    const twice = [merchant("a"), merchant("a", { externalBusinessId: "other" })];
    await expect(fleet.plan(twice)).rejects.toThrow("the name 'a' appears 2 times");
    expect(await fleet.shards()).toEqual({});
  });

  test("and reports all invalid and duplicate merchants in one error", async () => {
    const fleet = await fleetOf(10);
    const list = [
      { name: "a", externalBusinessId: "1" },
      { name: "b/c", externalBusinessId: "2" },
      { name: "a", externalBusinessId: "3" },
    ];
    const entries = (async function* () {
      for (const [index, value] of list.entries()) yield { place: `line ${index + 1}`, value };
    })();
    const refused = fleet.plan(readMerchants(entries));
    await expect(refused).rejects.toThrow(/line 2: `name`[\s\S]*the name 'a' appears 2 times/);
    expect(await fleet.shards()).toEqual({});
  });

  test("if two merchants have one external business ID, also in two accounts", async () => {
    const fleet = await fleetOf(10);
    const externalBusinessId = "shop";
    const list = [
      merchant("a", { externalBusinessId, account: "north" }),
      merchant("b", { externalBusinessId }),
    ];
    await expect(fleet.plan(list)).rejects.toThrow(
      "the external business ID 'shop' belongs to 'a' (account 'north') and 'b' (the default account)",
    );
    expect(await fleet.plan(list.slice(1))).toMatchObject({ added: 1 });
  });

  test.each([
    ["assigns the integration of a leaving merchant", [merchant("b", { externalBusinessId: "id-a" })]],
    [
      "swaps the integrations of two merchants",
      [merchant("b", { externalBusinessId: "id-a" }), merchant("a", { externalBusinessId: "id-b" })],
    ],
  ])("if it %s", async (_what, list) => {
    const fleet = await fleetOf(1);
    await fleet.plan(merchants("a", "b"));
    await expect(fleet.plan(list, { confirmed: true })).rejects.toThrow("'id-a' of 'b' still belongs to 'a'");
    expect(await fleet.shards()).toEqual({ "shard-0001": ["a"], "shard-0002": ["b"] });
  });
});

describe("refuses an external business ID in another account, which can have the same owner,", () => {
  const moved = (name: string) => merchant(name, { externalBusinessId: "id-a", account: "south" });

  test("if another merchant has it", async () => {
    const fleet = await fleetOf(1);
    await fleet.plan(merchants("a", "b"));
    const list = [merchant("a", { externalBusinessId: "other" }), moved("b")];
    await expect(fleet.plan(list, { confirmed: true })).rejects.toThrow("'id-a' of 'b' still belongs to 'a'");
  });

  test("until an update has deleted the integration of a leaving merchant", async () => {
    const fleet = await fleetOf(1);
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created" } });
    await fleet.plan(merchants("b"), { confirmed: true });
    await expect(fleet.plan([moved("b")], { confirmed: true })).rejects.toThrow(
      "'id-a' of 'b' still belongs to 'a'",
    );
    await fleet.update({ merchants: { a: "deleted" } });
    expect(await fleet.plan([moved("b")], { confirmed: true })).toMatchObject({ changed: 1 });
  });
});

test("refuses a new merchant with the name under which state has a renamed merchant", async () => {
  const fleet = await fleetOf(10);
  await fleet.plan(merchants("a"));
  const renamed = merchant("new", { externalBusinessId: "id-a" });
  await fleet.plan([renamed]);
  const added = merchant("a", { externalBusinessId: "other" });
  await expect(fleet.plan([renamed, added])).rejects.toThrow("'a' is the former name of 'new'");
  expect(await fleet.shards()).toEqual({ "shard-0001": ["new"] });
});
