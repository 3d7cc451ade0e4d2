import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ providerType: "plugin" });
});
afterAll(() => lab.close());

test.each([
  'replacementTrigger: "1"',
  'hideDiffs: ["scopes"]',
  'version: "1.2.3"',
  'pluginDownloadURL: "https://plugins.example"',
])("fails with `unsupported` for the resource option `%s`", async (option) => {
  lab.program({ shop: { args: { externalBusinessId: "shop-1" }, options: `{ ${option} }` } });
  expect((await lab.upFails()).output).toContain("unsupported: the option");
  expect(lab.emulator.counters().writes).toBe(0);
});

test.each([
  ["up", "--policy-pack"],
  ["refresh", "--run-program"],
  ["import", "--yes"],
])("fails with `unsupported` for `pulumi %s %s`", async (command, option) => {
  await expect(lab.run(command, option)).rejects.toThrow(/^unsupported: .*test it on the real engine$/);
});
