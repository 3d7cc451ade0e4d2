import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

afterEach(() => lab.close());

const yamlProgram = `
resources:
  shop: # the first one
    type: pinterest:CommerceIntegration
    properties:
      externalBusinessId: my-shop
      connectedTagId: "1" # tag
      additionalId1: removed
      scopes: [ads:write, ads:read]
      partnerMetadata: { plan: gold, list: [1, 2] }
`;

const scriptProgram = `import * as pinterest from "pulumi-pinterest";

const plan: string = "gold";
export const shop = new pinterest.CommerceIntegration("shop", {
  externalBusinessId: "my-shop",
  connectedTagId: '1', // tag
  additionalId1: "removed",
  scopes: ["ads:write", "ads:read"],
  partnerMetadata: { plan: "gold", list: [1, 2] },
});
new pinterest.CommerceIntegration("computed", { externalBusinessId: plan, connectedTagId: plan + "1" });
`;

/** Changes every property at Pinterest. */
function changeShop(): void {
  lab.emulator.change("my-shop", {
    connected_tag_id: "22",
    additional_id_1: null,
    scopes: "ads:read,catalogs:read",
    partner_metadata: '{"plan":"silver","list":[1,2]}',
  });
}

test("writes Pinterest's values into a YAML program, and the next preview has no changes", async () => {
  lab = await Lab.open({ providerType: "plugin" });
  lab.setYamlProgram(yamlProgram);
  await lab.up();
  changeShop();
  lab.emulator.clearRequests();
  const { exitCode, output } = await lab.cli("drift", "--adopt", "--yes");
  expect(readFileSync(join(lab.directory, "Pulumi.yaml"), "utf8").split("\nresources:")[1]).toBe(
    `
  shop: # the first one
    type: pinterest:CommerceIntegration
    properties:
      externalBusinessId: my-shop
      connectedTagId: "22" # tag
      scopes: [ads:read, catalogs:read]
      partnerMetadata: { plan: silver, list: [1, 2] }
`,
  );
  expect(output).toMatch(/Pulumi\.yaml:\d+ {2}shop: connectedTagId 1 -> 22/);
  expect(output).toContain("After the edit");
  expect(exitCode).toBe(0);
  expect(await lab.previewExit()).toBe(0);
  expect(lab.writes()).toEqual([]);
});

test("writes Pinterest's values into a TypeScript program, and lists computed values", async () => {
  lab = await Lab.open({ providerType: "dynamic" });
  lab.setProject("nodejs");
  writeFileSync(join(lab.directory, "package.json"), '{ "name": "lab", "main": "index.ts" }\n');
  writeFileSync(join(lab.directory, "index.ts"), scriptProgram);
  await lab.up();
  changeShop();
  lab.emulator.change("gold", { connected_tag_id: "5" });
  lab.emulator.clearRequests();
  const { exitCode, output } = await lab.cli("drift", "--adopt", "--yes");
  expect(readFileSync(join(lab.directory, "index.ts"), "utf8")).toBe(
    scriptProgram
      .replace("'1'", "'22'")
      .replace('  additionalId1: "removed",\n', "")
      .replace('["ads:write", "ads:read"]', '["ads:read", "catalogs:read"]')
      .replace('plan: "gold"', 'plan: "silver"'),
  );
  expect(output).toContain("computed: connectedTagId gold1 -> 5: the value is an expression (index.ts:11)");
  expect(exitCode).toBe(7);
  lab.emulator.change("gold", { connected_tag_id: "gold1" });
  expect((await lab.cli("drift")).exitCode).toBe(0);
  expect(await lab.previewExit()).toBe(0);
  expect(lab.writes()).toEqual([]);

  await lab.up();
  await lab.succeed("stack", "init", "prod", "--no-select");
  lab.emulator.change("my-shop", { connected_tag_id: "23" });
  expect((await lab.cli("drift")).output).toMatch(/drift --adopt\s+--all-stacks`/);
  expect((await lab.cli("drift", "--adopt", "--yes")).output).toContain(
    "it would also change the stack prod",
  );
  expect(readFileSync(join(lab.directory, "index.ts"), "utf8")).toContain("'22'");
});
