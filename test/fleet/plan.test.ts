import { describe, expect } from "@jest/globals";
import { type Load, placesFor, shardsToAdd } from "../../fleet/plan/plan";
import { namedMerchants } from "../../fleet/store/merchants";
import { test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";
import {
  has,
  killed,
  plan,
  plans,
  play,
  refuses,
  type Scenario,
  type Step,
  update,
  withId,
} from "./helpers/steps";

const server = new TestDatabase();

async function fleetOf(shardSize: number): Promise<TestFleet> {
  return TestFleet.create(await server.open(), shardSize);
}

/** The merchants of each shard, by stack. */
const inShards =
  (expected: Record<string, string[]>): Step =>
  async (fleet) =>
    expect(await fleet.shards()).toEqual(expected);

// A shard has two places. "a" is a merchant with the external business ID "id-a". `plan` stores a list, and `plans` also checks the result.
const created = [plan("a", "b"), update({ a: "created", b: "created" })];
const moved = merchant("a", { account: "south" });

test.each<Scenario>([
  [
    "shards are created for the number of merchants, and filled evenly",
    plans(
      {
        merchants: 5,
        added: 5,
        changed: 0,
        leaving: 0,
        shards: [
          { stack: "shard-0001", isNew: true, added: 2 },
          { stack: "shard-0002", isNew: true, added: 2 },
          { stack: "shard-0003", isNew: true, added: 1 },
        ],
      },
      "a",
      "b",
      "c",
      "d",
      "e",
    ),
    inShards({ "shard-0001": ["a", "d"], "shard-0002": ["b", "e"], "shard-0003": ["c"] }),
  ],
  [
    "shards keep their merchants, and the emptiest one gets new merchants",
    plan("a", "b", "c"),
    plans({ shards: [{ stack: "shard-0002", isNew: false, added: 1 }] }, "z", "c", "b", "a"),
    inShards({ "shard-0001": ["a", "c"], "shard-0002": ["b", "z"] }),
  ],
  [
    "a leaving merchant keeps its place in its shard until its integration is deleted",
    ...created,
    plans(
      {
        shards: [
          { stack: "shard-0001", leaving: 1 },
          { stack: "shard-0002", isNew: true, added: 1 },
        ],
      },
      "a",
      "c",
    ),
  ],
  [
    "the same list has no effect",
    plan(merchant("a", { partnerAccessToken: "secret-token", connectedTagId: "7" }), "b"),
    plans(
      { merchants: 2, added: 0, changed: 0, shards: [] },
      merchant("a", { partnerAccessToken: "secret-token", connectedTagId: "7" }),
      "b",
    ),
  ],
  [
    "another field, secret, account or integration changes only its merchant",
    plan("a", "b"),
    ...[
      { connectedTagId: "8" },
      { partnerAccessToken: "t" },
      { account: "north" },
      { externalBusinessId: "x" },
    ].map((given) => plans({ added: 0, changed: 1, renamed: 0, leaving: 0 }, merchant("a", given), "b")),
  ],
  [
    "a leaving merchant returns if a list contains it again",
    ...created,
    plans({ leaving: 1 }, "a"),
    plans({ leaving: 0, shards: [] }, "a"),
    plans({ added: 0, returned: 1, leaving: 0 }, "a", "b"),
  ],
  [
    "a merchant that returns with another integration replaces its former one",
    ...created,
    plan("a"),
    plans({ replaced: 1, returned: 0 }, "a", withId("b", "other")),
    plans({ shards: [] }, "a", withId("b", "other")),
  ],
  [
    "a renamed merchant keeps its shard and former name, also if its account changes, and gets the name back",
    plan("a", "b"),
    plans({ added: 0, renamed: 1, changed: 0, leaving: 0 }, withId("new", "id-a"), "b"),
    has("b", "new"),
    plans({ added: 0, renamed: 1, leaving: 0 }, "a", "b"),
    plans(
      { added: 0, renamed: 1, leaving: 0 },
      merchant("new", { externalBusinessId: "id-a", account: "s" }),
      "b",
    ),
    has("b", "new"),
  ],
  [
    "the place and name of a merchant are free after a destroy",
    ...created,
    update({ a: "missing", b: "deleted" }, { operation: "destroy" }),
    plans({ leaving: 0, shards: [] }, "a"),
    has("a"),
  ],
  [
    "a merchant stays as leaving until the state of a destroy is saved",
    ...created,
    update({ a: "deleted", b: "deleted" }, { operation: "destroy", errors: ["the disk is full"] }),
    plans({ leaving: 1 }, "a"),
  ],
  [
    "another integration is a replacement only if the merchant has one, and another account is not a replacement",
    plan("a", "b"),
    plans({ changed: 1, replaced: 0 }, withId("a", "other"), "b"),
    update({ a: "created", b: "created" }),
    plans({ changed: 0, replaced: 1 }, "a", "b"),
    update({ a: "replaced", b: "unchanged" }),
    plans({ changed: 1, replaced: 0 }, moved, "b"),
  ],
  [
    "refuses an integration that another merchant has until the next update, even if an update was interrupted",
    plan("a", "b"),
    update({ a: "created" }),
    plan(withId("a", "elsewhere"), "b"),
    refuses("'id-a' of 'b' still belongs to 'a'", withId("a", "elsewhere"), withId("b", "id-a")),
    killed,
    refuses("still belongs to 'a'", withId("a", "elsewhere"), withId("b", "id-a")),
    update({ a: "updated" }),
    plans({ replaced: 1 }, withId("a", "elsewhere"), withId("b", "id-a")),
  ],
  [
    "refuses the integration of a leaving merchant in another account, which can have the same owner",
    plan("a", "b"),
    update({ a: "created" }),
    plan("b"),
    refuses(
      "'id-a' of 'b' still belongs to 'a'",
      merchant("b", { externalBusinessId: "id-a", account: "south" }),
    ),
    update({ a: "deleted" }),
    plans({ replaced: 1 }, merchant("b", { externalBusinessId: "id-a", account: "south" })),
  ],
  [
    "refuses to swap the integrations of two merchants, and explains how to keep the connections",
    ...created,
    refuses(
      "deploy a list that gives them unused names and keeps their external business IDs, and then this list",
      withId("a", "id-b"),
      withId("b", "id-a"),
    ),
    inShards({ "shard-0001": ["a", "b"] }),
    plan(withId("spare", "id-a"), "b"),
    update({ spare: "unchanged", b: "unchanged" }),
    plan(withId("spare", "id-a"), withId("a", "id-b")),
    update({ spare: "unchanged", a: "unchanged" }),
    plans({ renamed: 1, changed: 0, leaving: 0 }, withId("a", "id-b"), withId("b", "id-a")),
  ],
  [
    "refuses a new merchant with the name under which state has a renamed merchant",
    plan("a"),
    plan(withId("new", "id-a")),
    refuses("'a' is the former name of 'new'", withId("new", "id-a"), withId("a", "other")),
    has("new"),
  ],
  [
    "refuses a name that appears twice",
    refuses("the name 'a' appears 2 times", "a", withId("a", "x")),
    has(),
  ],
  [
    "refuses an external business ID of two merchants, also in two accounts",
    refuses(
      "the external business ID 'shop' belongs to 'a' (account 'north') and 'b' (the default account)",
      merchant("a", { externalBusinessId: "shop", account: "north" }),
      withId("b", "shop"),
    ),
    has(),
  ],
])("%s", async (_title, ...steps) => {
  await play(await fleetOf(2), steps);
});

describe("the shrink limit", () => {
  test("accepts a list that omits exactly the limit, and refuses one merchant more", async () => {
    const fleet = await fleetOf(100);
    const all = merchants(...Array.from({ length: 100 }, (_, index) => `m${index}`));
    await fleet.plan(all);
    // In binary floating point, 100 times these percentages is less: 0.29 * 100 is 28.999….
    for (const percent of [29, 57, 58]) {
      const omitting = (count: number) =>
        fleet.plan(all.slice(count), { shrinkLimitPercent: percent, dryRun: true });
      expect(await omitting(percent)).toMatchObject({ merchants: 100 - percent });
      await expect(omitting(percent + 1)).rejects.toThrow(
        `${percent + 1} of the fleet's 100 merchants (${percent + 1} %), more than the limit of ${percent} %`,
      );
    }
    // A dry run stores nothing.
    expect((await fleet.shards())["shard-0001"]).toHaveLength(100);
  });

  test("counts omitted, leaving and replaced merchants, and merchants in another account", async () => {
    const fleet = await fleetOf(10);
    const shrinkLimitPercent = 25;
    await fleet.plan(merchants("a", "b", "c", "d"));
    await expect(fleet.plan(merchants("a", "b", "x"), { shrinkLimitPercent })).rejects.toThrow(
      "the list would remove or replace 2 of the fleet's 4 merchants (50 %), more than the limit of 25 %: 2 missing from the list ('c', 'd'). Nothing was changed",
    );
    // Merchants that were never deployed have nothing to delete.
    const replaced = ["a", "b", "c", "d"].map((name) => withId(name, `other-${name}`));
    await fleet.plan(replaced, { shrinkLimitPercent: 0 });
    await fleet.plan(merchants("a", "b", "c", "d"));
    await fleet.update({ merchants: { a: "created", b: "created", c: "created", d: "created" } });
    await expect(fleet.plan(replaced)).rejects.toThrow(
      "4 with another integration or account ('a', 'b', 'c', 'd'). The next update would delete up to 4 integrations.",
    );
    await fleet.plan(merchants("a", "b", "c"), { shrinkLimitPercent });
    await expect(fleet.plan(merchants("a", "b"), { shrinkLimitPercent })).rejects.toThrow(
      "1 missing from the list, 1 missing from earlier lists",
    );
    await expect(fleet.plan([moved, ...merchants("b", "c")], { shrinkLimitPercent })).rejects.toThrow(
      "1 with another integration or account, 1 missing from earlier lists ('a')",
    );
    // The same list again removes no further merchants.
    await fleet.plan(merchants("a", "b", "c"), { shrinkLimitPercent: 0 });
    await expect(fleet.plan([])).rejects.toThrow("--confirm-shrink");
    expect(await fleet.plan([], { confirmed: true })).toMatchObject({ merchants: 0, leaving: 3 });
  });
});

test("refuses a list while merchants are being offboarded", async () => {
  const fleet = await fleetOf(1);
  await fleet.plan(merchants("a", "b", "c d"));
  await fleet.database.statements.query(
    "update pinterest_fleet.merchant set offboarding = true where name <> 'b'",
  );
  await expect(fleet.plan(merchants("a", "b", "c d"))).rejects.toThrow(
    "the list was not stored, because offboardings are not finished: 'a', 'c d'. " +
      "Wait until they end or, if they were interrupted, run `npx pulumi-pinterest fleet offboard a 'c d'`",
  );
});

test("returns the earlier names of a merchant unless another one uses them", async () => {
  const fleet = await fleetOf(10);
  const earlierNames = async () =>
    (await namedMerchants(fleet.database.statements, ["new"]))[0]?.earlierNames;
  const renamed = withId("new", "id-a");
  await play(fleet, [plan("a"), update({ a: "created" }), plan(renamed), update({ new: "unchanged" })]);
  expect(await earlierNames()).toEqual(["a"]);
  await fleet.plan([renamed, withId("a", "other")]);
  expect(await earlierNames()).toEqual([]);
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

const loads = (...merchants: number[]): Load[] =>
  merchants.map((count, index) => ({ id: index + 1, merchants: count }));

test("assigns each new merchant to the emptiest shard, and to the oldest of several", () => {
  expect(placesFor(loads(3, 1, 2), 5)).toEqual([2, 2, 3, 1, 2]);
});

test.each([
  [loads(), 250, 100, 3],
  [loads(100, 99), 1, 100, 0],
  [loads(100, 99), 2, 100, 1],
  [loads(150, 50), 10, 100, 0],
  [loads(10), 0, 100, 0],
])("%j with %i new merchants, %i per shard, needs %i more shards", (given, newMerchants, size, more) => {
  expect(shardsToAdd(given, newMerchants, size)).toBe(more);
});
