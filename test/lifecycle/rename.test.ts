import { expect, test } from "@jest/globals";
import { identityOf, outputsFromBag, uidKey } from "../../provider/lifecycle/outputs";
import { RunLedger } from "../../provider/run/ledger";
import { failureOf, partialFailureOf } from "./helpers/failure";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

// If a resource is renamed without an alias, a process receives a create of its ID, and then a delete.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("keeps the integration of a renamed resource, and reports it", async () => {
  const old = await stage.created(inputs);
  const process = stage.process();
  await process.create(inputs);
  await process.delete("shop-1", old);
  expect(stage.emulator.counters().writes).toBe(0);
  expect(stage.emulator.integrations()).toHaveLength(1);
  expect(stage.notes.at(-1)).toMatch(/'shop-1' stays at Pinterest/);
});

test("keeps an integration that is adopted under its new name", async () => {
  const old = await stage.created(inputs);
  const process = stage.process();
  await process.create({ ...inputs, connectedTagId: "7", adopt: true });
  await process.delete("shop-1", old);
  expect(stage.emulator.integration("shop-1")).toMatchObject({ connected_tag_id: "7" });
});

test("keeps an integration whose create under its new name was refused", async () => {
  const old = await stage.created(inputs);
  const process = stage.process();
  await failureOf(process.create({ ...inputs, connectedTagId: "7" }));
  expect((await failureOf(process.delete("shop-1", old))).message).toMatch(
    /not deleted: another resource of this program declares or reads integration 'shop-1', and is not in state/,
  );
  expect(stage.emulator.counters().writes).toBe(0);
});

test("keeps an integration whose read under its new name failed", async () => {
  const old = await stage.created(inputs);
  const process = stage.process();
  stage.failReads();
  await failureOf(process.create(inputs));
  await failureOf(process.delete("shop-1", old));
  expect(stage.emulator.counters().writes).toBe(0);
});

test("keeps an integration whose create under its new name failed partially", async () => {
  const old = await stage.created(inputs);
  const process = stage.process();
  stage.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  await partialFailureOf(process.create({ ...inputs, connectedTagId: "7", adopt: true }));
  // State has the new resource.
  await process.delete("shop-1", old);
  expect(stage.emulator.counters().operations).toMatchObject({ delete: 0 });
});

test("keeps an integration that another resource failed to delete and still holds", async () => {
  const one = await stage.created(inputs);
  const other = await stage.process().create(inputs);
  const process = stage.process();
  stage.emulator.armFault({ kind: "answer", preset: "unavailable", operation: "delete", times: "all" });
  await failureOf(process.delete("shop-1", one));
  stage.emulator.disarmFaults();
  await process.delete("shop-1", other.outputs);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("keeps an integration if its account is replaced by another account name of the same owner", async () => {
  stage.addAlias();
  const old = await stage.created(inputs);
  const process = stage.process();
  await process.create({ ...inputs, account: "alias" });
  await process.delete("shop-1", old);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("keeps an integration that is recreated under another account name of its owner", async () => {
  stage.addAlias();
  const old = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  const process = stage.process();
  await process.create({ ...inputs, account: "alias" });
  await process.delete("shop-1", old);
  expect(stage.emulator.integrations()).toHaveLength(1);
});

test("keeps an integration that is refused under another account name of the same owner", async () => {
  stage.addAlias();
  const old = await stage.created(inputs);
  const process = stage.process();
  await failureOf(process.create({ ...inputs, account: "alias", connectedTagId: "7" }));
  await failureOf(process.delete("shop-1", old));
  expect(stage.emulator.counters().writes).toBe(0);
});

test("deletes the integration in another run", async () => {
  const old = await stage.created(inputs);
  await stage.process().create(inputs);
  await stage.process().delete("shop-1", old);
  expect(stage.emulator.integrations()).toEqual([]);
});

test("deletes an integration if another account has another one with the same ID", async () => {
  const old = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  const process = stage.process();
  await process.create({ ...inputs, account: "shop-2" });
  stage.emulator.clearRequests();
  await failureOf(process.delete("shop-1", old));
  expect(stage.methods()).toEqual(["DELETE"]);
});

test("distinguishes accounts even if the last known state has no owner", async () => {
  const { connectedUserId: _, ...old } = await stage.created(inputs);
  stage.emulator.remove("shop-1");
  const process = stage.process();
  await process.create({ ...inputs, account: "shop-2" });
  stage.emulator.clearRequests();
  await failureOf(process.delete("shop-1", old));
  expect(stage.methods()).toEqual(["DELETE"]);
});

test("deletes an integration that an earlier run has deleted and recreated", async () => {
  const old = await stage.created(inputs);
  const process = stage.process();
  await process.delete("shop-1", old);
  const { outputs } = await process.create(inputs);
  await stage.process().delete("shop-1", outputs);
  expect(stage.emulator.integrations()).toEqual([]);
});

test("does not delete an integration that the program declares in a resource that is not in state", async () => {
  const old = await stage.created(inputs);
  const ledger = new RunLedger();
  ledger.record("wanted", { externalBusinessId: "shop-1", account: "other" });
  const process = openOperations(stage.dependencies(), ledger);
  const { message } = await failureOf(process.delete("shop-1", old));
  expect(message).toContain("declares or reads integration 'shop-1', and is not in state");
  expect(stage.emulator.counters().writes).toBe(0);
});

test("the last of two resources for one integration deletes it, also if both are deleted at the same time", async () => {
  const one = await stage.created(inputs);
  const other = { ...one, [uidKey]: "other" };
  const ledger = new RunLedger();
  for (const each of [one, other]) ledger.record("held", identityOf(outputsFromBag(each), undefined));
  const process = openOperations(stage.dependencies(), ledger);
  await Promise.all([process.delete("shop-1", one), process.delete("shop-1", other)]);
  expect(stage.methods().filter((method) => method === "DELETE")).toHaveLength(1);
  expect(stage.emulator.integrations()).toEqual([]);
});
