import { expect } from "@jest/globals";
import { test } from "../with-postgres";
import { merchant, merchants, TestDatabase, TestFleet } from "./helpers/fleet";

const server = new TestDatabase();

const fleetOf = async () => TestFleet.make(await server.open(), 10);

const all = async (fleet: TestFleet) => Object.values(await fleet.shards()).flat();

test("what an update has brought up is pending no more; what failed is", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "failed" } });
  expect(await fleet.pending()).toEqual(["b"]);
});

test("who leaves is forgotten once the connection has ended, and not before", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b", "c"));
  await fleet.update({ merchants: { a: "created", b: "created", c: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  await fleet.update({ merchants: { a: "unchanged", b: "deleted", c: "failed" } });
  expect(await all(fleet)).toEqual(["a", "c"]);
  expect(await fleet.pending()).toEqual(["c"]);
  await fleet.update({ merchants: { a: "unchanged" }, errors: ["the engine broke off"] });
  expect(await all(fleet)).toEqual(["a", "c"]);
  await fleet.update({ merchants: { a: "unchanged" } });
  expect(await all(fleet)).toEqual(["a"]);
});

test("who was renamed and leaves is known by the name that state has", async () => {
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

test("who leaves while an update is under way is its matter no more", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.update({ merchants: { a: "unchanged", b: "unchanged" } }, async () => {
    await fleet.plan([merchant("a"), merchant("new", { externalBusinessId: "id-b" })]);
    await fleet.plan(merchants("a"), { confirmed: true });
  });
  expect(await all(fleet)).toEqual(["a", "new"]);
});

test("who returns while an update ends the connection is brought up again by the next one", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan(merchants("a"), { confirmed: true });
  await fleet.update({ merchants: { a: "unchanged", b: "deleted" } }, () => fleet.plan(merchants("a", "b")));
  expect(await fleet.pending()).toEqual(["b"]);
});

test("a merchant whose integration is missing and could not be recreated is pending", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" } });
  await fleet.update({ merchants: { a: "failed" } });
  expect(await fleet.pending()).toEqual(["a"]);
});

test.each(["deleted", "missing"] as const)(
  "a merchant whose integration a destroy reports as %s leaves it to other merchants",
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

test("after an update that was cut off a list that is as before is brought up all the same", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "created" } });
  await fleet.plan([merchant("a", { connectedTagId: "2" })]);
  await fleet.update("dies");
  await fleet.plan(merchants("a"));
  expect(await fleet.pending()).toEqual(["a"]);
});

test("what an attempt has done that was killed is told, and not that nothing was left to do", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan([merchant("a", { connectedTagId: "2" }), ...merchants("b", "c")]);
  const run = await fleet.update("dies");
  await fleet.update("dies", undefined, run);
  await fleet.update({ merchants: { a: "unchanged", b: "in-sync", c: "in-sync" } }, undefined, run);
  expect(await Promise.all(["a", "b", "c"].map((name) => fleet.history(name)))).toEqual([
    ["updated", "created"],
    ["in-sync", "created"],
    ["created"],
  ]);
});

test("who was renamed alone, or was told already, is the same to a further attempt", async () => {
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

test("a replacement, and a creation after one that failed, are told as such by the attempt after a killed one", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "failed" } });
  await fleet.plan([merchant("a", { externalBusinessId: "other" }), merchant("b")], { confirmed: true });
  const run = await fleet.update("dies");
  await fleet.update({ merchants: { a: "unchanged", b: "unchanged" } }, undefined, run);
  expect(await fleet.history("a")).toEqual(["replaced", "created"]);
  expect(await fleet.history("b")).toEqual(["created", "failed"]);
});

test("what a later attempt does to a merchant takes the place of what an earlier one has told", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  const run = await fleet.update({ merchants: { a: "created" }, interrupted: true });
  await fleet.update({ merchants: { a: "deleted" } }, undefined, run);
  expect(await fleet.history("a")).toEqual(["deleted"]);
});

test("who is in state before the first update, and as it should be, is told to be the same", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a"));
  await fleet.update({ merchants: { a: "unchanged" } });
  expect(await fleet.history("a")).toEqual(["unchanged"]);
});

test("what was found of a merchant goes with it to its next name", async () => {
  const fleet = await fleetOf();
  await fleet.plan(merchants("a", "b"));
  await fleet.update({ merchants: { a: "created", b: "created" } });
  await fleet.plan([merchant("new", { externalBusinessId: "id-a" }), merchant("b")]);
  await fleet.update({ merchants: { new: "unchanged", b: "unchanged" } });
  expect(await fleet.history("new")).toEqual(["unchanged", "created"]);
  expect(await fleet.history("a")).toEqual([]);
});
