import { describe, expect } from "@jest/globals";
import { test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

const fleetOf = async () => TestFleet.create(await server.open(), 10);

const all = async (fleet: TestFleet) => Object.values(await fleet.shards()).flat();

test("leaves only failed merchants pending after an update", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "failed" } });
  expect(await fleet.pending()).toEqual(["b"]);
});

test("removes a leaving merchant only after its integration was deleted", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b", "c"));
  await fleet.update({ merchants: { a: "created", b: "created", c: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  await fleet.update({ merchants: { a: "unchanged", b: "deleted", c: "failed" } });
  expect(await all(fleet)).toEqual(["a", "c"]);
  expect(await fleet.pending()).toEqual(["c"]);
  await fleet.update({ merchants: { a: "unchanged" }, errors: ["the engine crashed"] });
  expect(await all(fleet)).toEqual(["a", "c"]);
  await fleet.update({ merchants: { a: "unchanged" } });
  expect(await all(fleet)).toEqual(["a"]);
});

test("keeps a leaving merchant without a result if another merchant failed", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  await fleet.update({ merchants: { a: "failed" } });
  expect(await all(fleet)).toEqual(["a", "b"]);
});

describe("while state can have a replaced integration, because a merchant of the shard failed or the worker was stopped,", () => {
  /** A fleet in which the integration `id-a` of a was replaced by `other`, but not deleted. */
  const replaced = async () => {
    const fleet = await TestFleet.create(await server.open(), 2);
    const a = merchant("a", { externalBusinessId: "other" });
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await fleet.plan([a, merchant("b")], { confirmed: true });
    await fleet.update({ merchants: { a: "failed", b: "unchanged" } });
    return { fleet, a, reused: merchant("c", { externalBusinessId: "id-a" }) };
  };

  test.each([
    ["failed", { merchants: { a: "unchanged", b: "failed" } }],
    ["stopped", { merchants: { a: "unchanged", b: "unchanged" }, interrupted: true }],
  ] as const)(
    "keeps its merchant pending after another update that is %s, and gives its ID to nobody",
    async (_how, outcome) => {
      const { fleet, a, reused } = await replaced();
      const list = [a, merchant("b"), reused];
      await fleet.update(outcome);
      expect(await fleet.pending()).toContain("a");
      await expect(fleet.plan(list)).rejects.toThrow("'id-a' of 'c' still belongs to 'a'");
      await fleet.update({ merchants: { a: "unchanged", b: "unchanged" } });
      expect(await fleet.pending()).toEqual([]);
      expect(await fleet.plan(list)).toMatchObject({ added: 1 });
    },
  );

  test("keeps its leaving merchant, although the current integration was deleted", async () => {
    const { fleet, reused } = await replaced();
    await fleet.plan(merchants("b"), { confirmed: true });
    await fleet.update({ merchants: { a: "deleted", b: "failed" } });
    await expect(fleet.plan([merchant("b"), reused])).rejects.toThrow("still belongs to 'a'");
    await fleet.update({ merchants: { b: "unchanged" } });
    expect(await fleet.plan([merchant("b"), reused])).toMatchObject({ added: 1 });
  });

  test("keeps it after a destroy that fails for another merchant", async () => {
    const { fleet, reused } = await replaced();
    await fleet.update({ operation: "destroy", merchants: { a: "deleted", b: "failed" } });
    const list = [merchant("a", { externalBusinessId: "third" }), merchant("b"), reused];
    await expect(fleet.plan(list, { confirmed: true })).rejects.toThrow("still belongs to 'a'");
    await fleet.update({ operation: "destroy", merchants: { a: "missing", b: "deleted" } });
    expect(await fleet.plan(list)).toMatchObject({ added: 1 });
  });
});

test.each(["up", "destroy"] as const)(
  "gives the external business ID of a deleted integration to nobody until the state is saved: %s",
  async (operation) => {
    const fleet = await fleetOf();
    await fleet.plan(merchants("a"));
    await fleet.update({ merchants: { a: "created" } });
    if (operation === "up") await fleet.plan([], { confirmed: true });
    await fleet.update({ operation, merchants: { a: "deleted" }, errors: ["the disk is full"] });
    const list = [
      merchant("a", { externalBusinessId: "other" }),
      merchant("c", { externalBusinessId: "id-a" }),
    ];
    await expect(fleet.plan(list, { confirmed: true })).rejects.toThrow("'id-a' of 'c' still belongs to 'a'");
    // State still has it, and the engine deletes it again.
    await fleet.update({ operation, merchants: { a: "deleted" } });
    await fleet.plan(list.slice(0, 1));
    expect(await fleet.plan(list)).toMatchObject({ added: 1 });
  },
);

test.each([
  ["created", {}],
  ["failed", { a: "id-a" }],
] as const)(
  "after a killed update and one in which the merchant is %s, the integrations to search are %j",
  async (status, expected) => {
    const fleet = await fleetOf();
    await fleet.plan(merchants("a"));
    await fleet.update("killed");
    await fleet.update({ merchants: { a: status } });
    await fleet.plan([merchant("a", { connectedTagId: "7" })], { confirmed: true });
    const found = await fleet.interrupted();
    const idsByName = Object.entries(found).map(([name, args]) => [
      name,
      (args as { externalBusinessId: string }).externalBusinessId,
    ]);
    expect(Object.fromEntries(idsByName)).toEqual(expected);
  },
);

test("finds a renamed and leaving merchant by its name in state", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan([merchant("new", { externalBusinessId: "id-b" }), merchant("a")]);
  await fleet.plan(merchants("a"), { confirmed: true });
  await fleet.update({ merchants: { a: "unchanged", b: "failed" } });
  expect(await all(fleet)).toEqual(["a", "new"]);
  await fleet.update({ merchants: { a: "unchanged", b: "deleted" } });
  expect(await all(fleet)).toEqual(["a"]);
});

test("keeps a merchant that leaves during an update", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.update({ merchants: { a: "unchanged", b: "unchanged" } }, async () => {
    await fleet.plan([merchant("a"), merchant("new", { externalBusinessId: "id-b" })]);
    await fleet.plan(merchants("a"), { confirmed: true });
  });
  expect(await all(fleet)).toEqual(["a", "new"]);
});

test("keeps a merchant pending if a list changes its values during an update", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } }, () =>
    fleet.plan([merchant("a", { connectedTagId: "7" }), merchant("b")]),
  );
  expect(await fleet.pending()).toEqual(["a"]);
});

test("recreates a merchant in the next update if it returns while its integration is deleted", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  await fleet.update({ merchants: { a: "unchanged", b: "deleted" } }, () => fleet.plan(merchants("a", "b")));
  expect(await fleet.pending()).toEqual(["b"]);
});

test("keeps a merchant pending if its missing integration could not be recreated", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" } });
  await fleet.update({ merchants: { a: "failed" } });
  expect(await fleet.pending()).toEqual(["a"]);
});

test.each(["deleted", "missing"] as const)(
  "lets other merchants use an integration that a destroy reports as %s",
  async (status) => {
    const fleet = await fleetOf();
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await fleet.update({ operation: "destroy", merchants: { a: status, b: status } });
    expect(await fleet.pending()).toEqual(["a", "b"]);
    const moved = merchant("a", { externalBusinessId: "elsewhere" });
    await fleet.plan([moved, merchant("b")]);
    const list = [moved, merchant("b", { externalBusinessId: "id-a" })];
    expect(await fleet.plan(list)).toMatchObject({ changed: 1, replaced: 0 });
  },
);

test("deploys an unchanged list again after an interrupted update", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" } });
  await fleet.plan([merchant("a", { connectedTagId: "2" })]);
  await fleet.update("killed");
  await fleet.plan(merchants("a"));
  expect(await fleet.pending()).toEqual(["a"]);
});

test("reports a renamed or already reported merchant as unchanged in a further attempt", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan([
    merchant("new", { externalBusinessId: "id-a" }),
    merchant("b", { connectedTagId: "2" }),
    merchant("c"),
  ]);
  const run = await fleet.update({
    merchants: { new: "unchanged", b: "updated", c: "failed" },
    interrupted: true,
  });
  await fleet.update({ merchants: { new: "unchanged", b: "unchanged", c: "created" } }, undefined, run);
  expect(await Promise.all(["new", "b", "c"].map((name) => fleet.history(name)))).toEqual([
    ["unchanged", "created"],
    ["updated", "created"],
    ["created"],
  ]);
});

test("replaces the result of an earlier attempt if a later one changes the merchant", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  const run = await fleet.update({ merchants: { a: "created" }, interrupted: true });
  await fleet.update({ merchants: { a: "deleted" } }, undefined, run);
  expect(await fleet.history("a")).toEqual(["deleted"]);
});

test("reports a merchant as unchanged if state has it before the first update", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "unchanged" } });
  expect(await fleet.history("a")).toEqual(["unchanged"]);
});

test("keeps a merchant's results under its new name", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan([merchant("new", { externalBusinessId: "id-a" }), merchant("b")]);
  await fleet.update({ merchants: { new: "unchanged", b: "unchanged" } });
  expect(await fleet.history("new")).toEqual(["unchanged", "created"]);
  expect(await fleet.history("a")).toEqual([]);
});

test("does not count merchants as deployed if the shard failed as a whole, because its state may not be saved", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" }, errors: ["no space left on device"] });
  expect(await fleet.pending()).toEqual(["a"]);
  await fleet.plan(merchants("b"), { confirmed: true });
  expect(Object.keys(await fleet.interrupted())).toEqual(["a"]);
});

describe("after an interrupted update,", () => {
  const tagged = (tag: string) => merchant("a", { connectedTagId: tag });

  /** A fleet with the merchants a and b. A killed update may have changed the tag of a from 1 to 2. */
  const interrupted = async () => {
    const fleet = await fleetOf();
    await fleet.plan([tagged("1"), merchant("b")]);
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await fleet.plan([tagged("2"), merchant("b")]);
    await fleet.update("killed");
    return fleet;
  };

  const values = { externalBusinessId: "id-a", connectedTagId: "2" };

  test("returns its values only if the list has other values now", async () => {
    const fleet = await interrupted();
    expect(await fleet.interrupted()).toEqual({});
    await fleet.plan([tagged("1"), merchant("b")]);
    expect(await fleet.interrupted()).toEqual({ a: values });
    await fleet.update({ merchants: { a: "updated", b: "unchanged" } });
    expect(await fleet.interrupted()).toEqual({});
  });

  test("returns the values of a merchant that leaves the list, or gets another name", async () => {
    const fleet = await interrupted();
    await fleet.plan([merchant("new", { externalBusinessId: "id-a", connectedTagId: "3" }), merchant("b")]);
    expect(await fleet.interrupted()).toEqual({ new: values });
    await fleet.plan([merchant("b")], { confirmed: true });
    expect(await fleet.interrupted()).toEqual({ new: values });
    await fleet.update({ merchants: { new: "deleted", b: "unchanged" } });
    expect(await fleet.interrupted()).toEqual({});
  });

  test("keeps its values if the worker of the next update is stopped before it starts the engine", async () => {
    const fleet = await interrupted();
    await fleet.plan([tagged("1"), merchant("b")]);
    await fleet.update({ merchants: {}, interrupted: true });
    expect(await fleet.interrupted()).toEqual({ a: { ...values, connectedTagId: "1" } });
  });

  test("counts state as outdated if a second update is interrupted too", async () => {
    const fleet = await interrupted();
    await fleet.plan([tagged("1"), merchant("b")]);
    await fleet.update("killed");
    expect(await fleet.interrupted()).toEqual({ a: { ...values, connectedTagId: "1" } });
  });

  test("counts an integration as possibly deleted if its merchant returns", async () => {
    const fleet = await fleetOf();
    await fleet.plan(merchants("a", "b"));
    await fleet.update({ merchants: { a: "created", b: "created" } });
    await fleet.plan(merchants("b"), { confirmed: true });
    await fleet.update("killed");
    await fleet.plan(merchants("a", "b"));
    expect(await fleet.interrupted()).toEqual({ a: "deleted" });
  });

  test("returns the values of all merchants for a destroy", async () => {
    const fleet = await interrupted();
    expect(await fleet.interrupted("destroy")).toEqual({ a: values });
  });
});
