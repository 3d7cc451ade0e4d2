import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { killEngineAt } from "../engine/helpers/kill-points";
import { labOfFile } from "../engine/helpers/lab";
import type { Declarations } from "../engine/helpers/program";
import { ProviderProcesses } from "../engine/helpers/provider-processes";
import { integrationType, providerType, stateOfOutputs } from "../engine/helpers/provider-type";

// The life of a stack on the real engine, once for each provider type. `npm test` runs only these engine tests, with the dynamic provider. The
// tests depend on each other.

const shop = {
  externalBusinessId: "shop",
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: "2613187432",
  partnerAccessToken: "partner-token",
};
const existing = { externalBusinessId: "existing", connectedTagId: "7" };

const lab = labOfFile();
let declared: Declarations = { shop };

function declare(declarations: Declarations): void {
  declared = declarations;
  lab.program(declarations);
}

const isChanged = () => lab.previewExit("--refresh", "--run-program");

test("creates an integration, and the next preview is empty", async () => {
  declare({ shop });
  await lab.up();
  expect(lab.emulator.integration("shop")).toMatchObject({
    connected_merchant_id: "1949483",
    connected_tag_id: "2613187432",
    partner_access_token: "partner-token",
  });
  expect(await lab.previewExit()).toBe(0);
  expect(lab.writes()).toEqual(["POST shop"]);
  const resource = (await lab.state()).shop;
  expect(resource?.outputs).toMatchObject(stateOfOutputs);
  // Large stacks need small resources.
  expect(JSON.stringify(resource).length).toBeLessThanOrEqual(1500 + 2 * JSON.stringify(shop).length);
});

test("updates the one field that changed", async () => {
  declare({ shop: { ...shop, connectedTagId: "2613187433" } });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.written("shop")).toEqual([["PATCH", { connected_tag_id: "2613187433" }]]);
});

test("names a drifted property in a preview, and exits with 7", async () => {
  lab.emulator.change("shop", { connected_tag_id: "2600000000001" });
  lab.emulator.clearRequests();
  const before = await lab.resources();
  const { exitCode, output } = await lab.run("preview", "--diff", "--expect-no-changes");
  expect(exitCode).toBe(7);
  expect(output).toContain('~ connectedTagId: "2600000000001" => "2613187433"');
  expect(output).not.toMatch(/~ (connectedMerchantId|connectedAdvertiserId)/);
  expect(output).not.toContain("partner-token");
  expect(lab.writes()).toEqual([]);
  expect(await lab.resources()).toEqual(before);
});

test("fixes drift with the program's value", async () => {
  await lab.up();
  expect(lab.written("shop")).toEqual([["PATCH", { connected_tag_id: "2613187433" }]]);
  expect(await isChanged()).toBe(0);
});

test("imports an existing integration without writing to it", async () => {
  lab.emulator.put("existing", { connected_tag_id: "7" });
  lab.emulator.clearRequests();
  await importExisting();
  declare({ ...declared, existing });
  await lab.up("--refresh");
  expect(lab.writes()).toEqual([]);
  expect((await lab.state()).existing?.outputs).toMatchObject({ connectedTagId: "7" });
});

/** Imports `existing`. For dynamic resources, the engine needs a file that contains their state. */
async function importExisting(): Promise<void> {
  if (providerType === "plugin") {
    await lab.succeed("import", integrationType, "existing", "existing", "--yes", "--generate-code=false");
    return;
  }
  const properties = { ...stateOfOutputs, externalBusinessId: "existing" };
  const resource = {
    type: integrationType,
    name: "existing",
    id: "existing",
    inputs: properties,
    outputs: properties,
  };
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify({ resources: [resource] }));
  await lab.succeed("import", "--file", "import.json", "--yes", "--generate-code=false");
}

test("creates an integration before it deletes the old one if the external business ID changes", async () => {
  declare({ ...declared, existing: { ...existing, externalBusinessId: "renamed" } });
  lab.emulator.clearRequests();
  await lab.up();
  expect(lab.writes()).toEqual(["POST renamed", "DELETE existing"]);
});

test("converges if the engine is killed during creates and an update, before a deletion", async () => {
  const { existing: _, ...remaining } = declared;
  declare({ ...remaining, shop, lost: { externalBusinessId: "lost" }, late: { externalBusinessId: "late" } });
  lab.emulator.clearRequests();
  const killed = await killEngineAt(
    lab,
    new ProviderProcesses(lab),
    [
      { operation: "create", id: "lost", moment: "after" },
      { operation: "create", id: "late", moment: "late" },
      { operation: "update", id: "shop", moment: "received" },
    ],
    "up",
    "--skip-preview",
  );
  killed.executeLateRequests();
  await lab.succeed("cancel", "--yes");
  await lab.up();
  expect(lab.idsAtPinterest()).toEqual(["late", "lost", "shop"]);
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "2613187432" });
  expect(
    lab
      .writes()
      .filter((write) => write.startsWith("POST"))
      .sort(),
  ).toEqual(["POST late", "POST lost"]);
  expect(await isChanged()).toBe(0);
});

test("destroys all integrations, and leaves no resources in state", async () => {
  await lab.succeed("destroy", "--skip-preview");
  expect(lab.idsAtPinterest()).toEqual([]);
  expect(await lab.state()).toEqual({});
  expect(lab.transcript).not.toContain("partner-token");
});
