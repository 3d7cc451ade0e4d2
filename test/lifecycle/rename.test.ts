import { expect, test } from "@jest/globals";
import { RunLedger } from "../../provider/run/ledger";
import { failureOf } from "./helpers/failure";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

// If a resource is renamed without an alias, a process receives a create of its ID, and then a delete.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

test("another account's integration with the same ID does not keep one whose owner is not in state", async () => {
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

test("keeps an integration that a resource with another account name declares, and that is not in state", async () => {
  const old = await stage.created(inputs);
  const ledger = new RunLedger();
  ledger.record("wanted", { externalBusinessId: "shop-1", account: "other" });
  const { message } = await failureOf(openOperations(stage.dependencies(), ledger).delete("shop-1", old));
  expect(message).toContain("declares or reads integration 'shop-1', and is not in state");
  expect(stage.emulator.counters().writes).toBe(0);
});
