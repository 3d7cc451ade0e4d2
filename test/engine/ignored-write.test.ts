import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab, type Run } from "./helpers/lab";

let lab: Lab;
let failed: Run;

const made = { externalBusinessId: "made", connectedMerchantId: "11", connectedTagId: "31" };
const changed = { externalBusinessId: "changed", connectedMerchantId: "11", connectedTagId: "31" };

beforeAll(async () => {
  lab = await Lab.open();
  lab.program({ changed });
  await lab.up();
  lab.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  lab.program({ made, changed: { ...changed, connectedMerchantId: "12", connectedTagId: "32" } });
  failed = await lab.upFails();
});

afterAll(() => lab.close());

test.each([
  ["creating", "made"],
  ["updating", "changed"],
])("a field that Pinterest silently ignores fails %s an integration, by the field's name", (verb, id) => {
  const lines = failed.output.split("\n").filter((line) => line.includes(`${verb} integration '${id}'`));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toContain("did not take `connectedTagId`;");
    expect(line).not.toContain("connectedMerchantId");
  }
});

test("state keeps what Pinterest holds of them, and no more", async () => {
  const state = await lab.state();
  expect(state.made?.outputs).toMatchObject({ externalBusinessId: "made", connectedMerchantId: "11" });
  expect(state.made?.outputs).not.toHaveProperty("connectedTagId");
  expect(state.changed?.outputs).toMatchObject({ connectedMerchantId: "12", connectedTagId: "31" });
  for (const resource of [state.made, state.changed]) {
    expect(resource?.initErrors?.join()).toContain("connectedTagId");
  }
});

test("once Pinterest takes the field, the next update sends it, and only it", async () => {
  lab.emulator.setSwitches({ ignoredFields: [] });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.written("made")).toEqual([["PATCH", { connected_tag_id: "31" }]]);
  expect(lab.written("changed")).toEqual([["PATCH", { connected_tag_id: "32" }]]);
  expect(lab.emulator.integration("made")).toMatchObject({
    connected_merchant_id: "11",
    connected_tag_id: "31",
  });
  expect(lab.emulator.integration("changed")).toMatchObject({
    connected_merchant_id: "12",
    connected_tag_id: "32",
  });
  expect(await lab.previewExit("--refresh")).toBe(0);
});
