import { expect, test } from "@jest/globals";
import { RunLedger } from "../../provider/lifecycle/ledger";
import type { Bag } from "../../provider/lifecycle/outputs";
import { openOperations } from "./helpers/operations";
import { stageOfFile } from "./helpers/stage";

// If an update renames a resource without an alias, and ends before it deletes the old resource, state has two resources for one
// integration. The next update checks and compares the new one, finds no difference, and deletes the old one.

const stage = stageOfFile();

const inputs = { externalBusinessId: "shop-1", connectedTagId: "1" };

/** The state of another resource for the same integration. */
const another = (old: Bag, changes: Bag = {}): Bag => ({ ...old, __uid: "another", ...changes });

/** Records that the engine checks and compares a resource. */
function update(ledger: RunLedger, olds: Bag, state: Bag, news: Bag): void {
  ledger.checked(olds, news);
  ledger.compared(state, news);
}

const changed = { ...inputs, connectedTagId: "2" };
const alias = { ...inputs, account: "alias" };
const foreign = { ...inputs, account: "shop-2" };
const renamed = { ...inputs, externalBusinessId: "shop-2" };

test.each<[string, string, (ledger: RunLedger, old: Bag) => void]>([
  [
    "keeps",
    "another resource of the program holds it",
    (ledger, old) => update(ledger, inputs, another(old), changed),
  ],
  [
    "keeps",
    "the other resource uses another name for the same account",
    (ledger, old) => update(ledger, alias, another(old, alias), alias),
  ],
  [
    "deletes",
    "the other resource has the same ID in another account",
    (ledger, old) =>
      update(
        ledger,
        foreign,
        another(old, { ...foreign, integrationId: "8", connectedUserId: "7" }),
        foreign,
      ),
  ],
  [
    "deletes",
    "the other resource has another integration ID, and no owner is known",
    (ledger, old) => {
      delete old.connectedUserId;
      update(ledger, foreign, another(old, { ...foreign, integrationId: "8" }), foreign);
    },
  ],
  [
    "deletes",
    "only the resource itself was checked, because it is replaced",
    (ledger, old) => {
      update(ledger, inputs, old, inputs);
      ledger.checked({}, inputs);
    },
  ],
  [
    "deletes",
    "a refresh compared another resource, without a check",
    (ledger, old) => ledger.compared(another(old), inputs),
  ],
  [
    "deletes",
    "another resource gets another ID instead",
    (ledger, old) => update(ledger, inputs, another(old), renamed),
  ],
  [
    "deletes",
    "another resource gets its ID by a replacement",
    (ledger, old) =>
      update(ledger, renamed, another(old, { externalBusinessId: "shop-2", integrationId: "8" }), inputs),
  ],
])("%s an integration if %s", async (action, _what, record) => {
  const old = await stage.created(inputs);
  const ledger = new RunLedger();
  record(ledger, old);
  await openOperations(stage.dependencies(), ledger).delete("shop-1", old);
  expect(stage.methods()).toEqual(action === "keeps" ? [] : ["DELETE"]);
  expect(stage.notes).toEqual(
    action === "keeps" ? [expect.stringMatching(/'shop-1' stays at Pinterest/)] : [],
  );
});

test("deletes the integration of a resource from a file of `pulumi import`, which is compared and then replaced", async () => {
  stage.emulator.put("shop-1", { connected_tag_id: "1" });
  const imported = (await stage.process().read("shop-1", inputs))?.outputs ?? {};
  stage.emulator.clearRequests();
  const ledger = new RunLedger();
  update(ledger, inputs, imported, changed);
  await openOperations(stage.dependencies(), ledger).delete("shop-1", imported);
  expect(stage.methods()).toEqual(["DELETE"]);
});
