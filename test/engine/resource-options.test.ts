import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });
const guarded = { args: shop("protected"), options: "{ protect: true }" };
const retained = { args: shop("retained"), options: "{ retainOnDelete: true }" };

/** An integration whose tag and scopes are somebody else's business, whatever the program says of them. */
function ignoring(args: Record<string, unknown>) {
  return {
    args: { externalBusinessId: "ignoring", ...args },
    options: '{ ignoreChanges: ["connectedTagId", "scopes"] }',
  };
}

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.program({
    guarded,
    retained,
    ignoring: ignoring({ connectedMerchantId: "11", connectedTagId: "33", scopes: "ads:read" }),
  });
  await lab.up();
});

afterAll(() => lab.close());

test("with `protect` a resource that left the program is not deleted: the update fails", async () => {
  lab.program({
    retained,
    ignoring: ignoring({ connectedMerchantId: "11", connectedTagId: "33", scopes: "ads:read" }),
  });
  lab.emulator.clearRequests();
  expect((await lab.upFails()).output).toContain("because it is protected");
  expect(lab.emulator.requests()).toEqual([]);
});

test("an update of another field leaves what `ignoreChanges` names alone, changed or removed in the program", async () => {
  lab.emulator.change("ignoring", { connected_tag_id: "99" });
  lab.program({ guarded, retained, ignoring: ignoring({ connectedMerchantId: "12", connectedTagId: "34" }) });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.written("ignoring")).toEqual([["PATCH", { connected_merchant_id: "12" }]]);
  expect(lab.emulator.integration("ignoring")).toMatchObject({ connected_tag_id: "99", scopes: "ads:read" });
});

test("a refreshed update writes no drift of what `ignoreChanges` names, another value or none", async () => {
  lab.emulator.change("ignoring", { scopes: null });
  expect(await lab.previewExit("--refresh")).toBe(0);
  lab.program({ guarded, retained, ignoring: ignoring({ connectedMerchantId: "13", connectedTagId: "34" }) });
  lab.emulator.clearRequests();
  await lab.up("--refresh");
  expect(lab.written("ignoring")).toEqual([["PATCH", { connected_merchant_id: "13" }]]);
  expect(lab.emulator.integration("ignoring")).toMatchObject({ connected_tag_id: "99", scopes: null });
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("with `retainOnDelete` a resource that left the program stays at Pinterest, others go", async () => {
  lab.program({ unprotected: { args: shop("protected"), options: '{ aliases: [{ name: "guarded" }] }' } });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.writes()).toEqual(["DELETE ignoring"]);
  expect(Object.keys(await lab.state())).toEqual(["unprotected"]);
  lab.program({});
  await lab.up();
  expect(lab.emulator.integrations().map((integration) => integration.external_business_id)).toEqual([
    "retained",
  ]);
});
