import { expect, test } from "@jest/globals";
import { RunLedger } from "../../provider/lifecycle/ledger";
import type { Bag } from "../../provider/lifecycle/outputs";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

// A rename without an alias whose update ended before the old resource was deleted leaves two resources in state for one integration. The
// next update checks and compares the new one, finds nothing to do, and deletes the old one.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

/** What a delete of `old` sends after the engine has made some calls about other resources. */
async function methodsOfDelete(old: Bag, call: (ledger: RunLedger) => void): Promise<string[]> {
  const ledger = new RunLedger();
  call(ledger);
  await openOperations(stage.dependencies(), ledger).delete("shop-1", old);
  return stage.methods();
}

/** The state of another resource for the same integration. */
const another = (old: Bag, changes: Bag = {}): Bag => ({ ...old, __uid: "another", ...changes });

test("keeps an integration that another resource of the program holds, and reports it", async () => {
  const old = await stage.created(inputs);
  const call = (ledger: RunLedger) => {
    ledger.checked(inputs, { ...inputs, connectedTagId: "2" });
    ledger.compared(another(old), { ...inputs, connectedTagId: "2" });
  };
  expect(await methodsOfDelete(old, call)).toEqual([]);
  expect(stage.notes).toEqual([expect.stringMatching(/'shop-1' stays at Pinterest/)]);
});

test("keeps an integration if the other resource has another name of the same account", async () => {
  const old = await stage.created(inputs);
  const renamed = { ...inputs, account: "alias" };
  const call = (ledger: RunLedger) => {
    ledger.checked(renamed, renamed);
    ledger.compared(another(old, renamed), renamed);
  };
  expect(await methodsOfDelete(old, call)).toEqual([]);
});

test("deletes an integration if the other resource has the same ID in another account", async () => {
  const old = await stage.created(inputs);
  const other = { ...inputs, account: "shop-2" };
  const call = (ledger: RunLedger) => {
    ledger.checked(other, other);
    ledger.compared(another(old, { ...other, integrationId: "8", connectedUserId: "7" }), other);
  };
  expect(await methodsOfDelete(old, call)).toEqual(["DELETE"]);
});

test("deletes an integration of which only the resource itself was checked, which is replaced", async () => {
  const old = await stage.created(inputs);
  const call = (ledger: RunLedger) => {
    ledger.checked(inputs, inputs);
    ledger.compared(old, inputs);
    ledger.checked({}, inputs);
  };
  expect(await methodsOfDelete(old, call)).toEqual(["DELETE"]);
});

test("deletes the integration of a resource from a file of `pulumi import`, which is compared and then replaced", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" });
  const imported = (await stage.process().read("shop-1", inputs))?.outputs ?? {};
  stage.emulator.clearRequests();
  const call = (ledger: RunLedger) => {
    const changed = { ...inputs, connectedTagId: "2" };
    ledger.checked(inputs, changed);
    ledger.compared(imported, changed);
  };
  expect(await methodsOfDelete(imported, call)).toEqual(["DELETE"]);
});

test("deletes an integration after the comparisons of a refresh, without a check", async () => {
  const old = await stage.created(inputs);
  expect(await methodsOfDelete(old, (ledger) => ledger.compared(another(old), inputs))).toEqual(["DELETE"]);
});

test("deletes the previous integration of a resource that gets another ID", async () => {
  const old = await stage.created(inputs);
  const changed = { ...inputs, externalBusinessId: "shop-2" };
  const call = (ledger: RunLedger) => {
    ledger.checked(inputs, changed);
    ledger.compared(another(old), changed);
  };
  expect(await methodsOfDelete(old, call)).toEqual(["DELETE"]);
});

test("deletes an integration whose ID another resource gets by a replacement", async () => {
  const old = await stage.created(inputs);
  const call = (ledger: RunLedger) => {
    ledger.checked({ ...inputs, externalBusinessId: "shop-2" }, inputs);
    ledger.compared(another(old, { externalBusinessId: "shop-2", integrationId: "8" }), inputs);
  };
  expect(await methodsOfDelete(old, call)).toEqual(["DELETE"]);
});

test("distinguishes accounts by integration ID if no owner is known", async () => {
  const { connectedUserId: _, ...old } = await stage.created(inputs);
  const other = { ...inputs, account: "shop-2" };
  const call = (ledger: RunLedger) => {
    ledger.checked(other, other);
    ledger.compared(another(old, { ...other, integrationId: "8" }), other);
  };
  expect(await methodsOfDelete(old, call)).toEqual(["DELETE"]);
});
