import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { repository } from "../helpers/engine";
import type { Lab } from "../helpers/lab";
import { integrationType, providerType, stateOfOutputs } from "../helpers/provider-type";
import { changeAtPinterest, fileOf, type files, openLab, takeWrites } from "./lab";
import { changed, first, imported, otherResources, program } from "./programs";

// Writes the state of the version in package.json, for test/engine/both/released-state.test.ts:
//   npm run build && npx jest --config test/engine/released-state/jest.config.js

const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
const directory = dirname(fileOf(version, "state"));

test("writes the state of a new version", async () => {
  if (existsSync(directory)) {
    throw new Error(
      `${directory} exists. The state of a released version never changes: set the next version in package.json. ` +
        "If the version is not released, delete the directory.",
    );
  }
  const lab = await openLab("2026-01-01");
  const { emulator } = lab;
  try {
    await deploy(lab);
    await deployWithFaults(lab);
    await importLast(lab);
    await taint(lab, "tainted");
    mkdirSync(directory, { recursive: true });
    lab.program({ ...program, ...imported }, otherResources("5ecret-deployed-1"));
    keep("state", await state(lab));
    keep("integrations", emulator.integrations());
    copyFileSync(join(lab.directory, "Pulumi.test.yaml"), fileOf(version, "settings"));
    copyFileSync(join(lab.directory, "index.js"), fileOf(version, "program"));

    emulator.clearRequests();
    changeAtPinterest(emulator);
    await lab.up();
    const converge = takeWrites(emulator);
    lab.program(changed, otherResources("5ecret-deployed-4"));
    copyFileSync(join(lab.directory, "index.js"), fileOf(version, "changedProgram"));
    await lab.up("--refresh");
    const update = takeWrites(emulator);
    await lab.succeed("destroy", "--skip-preview");
    keep("writes", { converge, update, destroy: takeWrites(emulator) });
  } finally {
    await lab.close();
  }
});

function keep(file: keyof typeof files, value: unknown): void {
  writeFileSync(fileOf(version, file), `${JSON.stringify(value, undefined, 2)}\n`);
}

async function deploy(lab: Lab): Promise<void> {
  const { emulator } = lab;
  await lab.succeed("stack", "change-secrets-provider", "passphrase");
  const accounts = JSON.stringify({ north: emulator.token("north") });
  await lab.succeed("config", "set", "--secret", "pinterest:accounts", accounts);
  await lab.succeed("config", "set", "pinterest:consistencyTimeout", "1");
  emulator.put("theirs", { connected_tag_id: "1" }, { account: "north" });
  lab.program(first, otherResources("5ecret-deployed-1"));
  await lab.up();
}

/** Leaves failed resources, and interrupts the rename, the replacement, and the deletion of the tainted resource. */
async function deployWithFaults(lab: Lab): Promise<void> {
  const { emulator } = lab;
  await taint(lab, "pendingDelete");
  const unavailable = { kind: "answer", preset: "unavailable", times: "all" } as const;
  emulator.armFault({ ...unavailable, operation: "create", external_business_id: "replaced-2" });
  // Pinterest creates it, but answers neither the create nor the reads after it.
  const unknown = { ...unavailable, external_business_id: "unknownCreate" };
  emulator.armFault({ ...unknown, operation: "create", commit: true });
  emulator.armFault({ ...unknown, operation: "get", skip: 1 });
  emulator.setSwitches({ clearByNull: "ignored", ignoredFields: ["connected_lba_id"] });
  lab.program(program, otherResources("5ecret-deployed-1"));
  await lab.upFails();
  emulator.disarmFaults();
  emulator.setSwitches({ clearByNull: "clears", ignoredFields: [] });
}

async function taint(lab: Lab, name: string): Promise<void> {
  await lab.succeed("state", "taint", `urn:pulumi:test::lab::${integrationType}::${name}`, "--yes");
}

/** Imports a resource. With the dynamic provider, its state lacks the record of managed fields until the next read. */
async function importLast(lab: Lab): Promise<void> {
  const args = ["--yes", "--generate-code=false", "--protect=false"];
  lab.emulator.put("imported", { connected_tag_id: "2613187432" });
  if (providerType === "plugin") {
    await lab.succeed("import", integrationType, "imported", "imported", ...args);
    return;
  }
  const bag = { ...stateOfOutputs, ...imported.imported };
  const resource = { type: integrationType, name: "imported", id: "imported", inputs: bag, outputs: bag };
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify({ resources: [resource] }));
  await lab.succeed("import", "--file", "import.json", ...args);
}

/** The exported stack, without source positions, which differ between machines. */
async function state(lab: Lab): Promise<unknown> {
  const exported = JSON.parse(await lab.exported()) as {
    deployment: { resources: Record<string, unknown>[] };
  };
  for (const resource of exported.deployment.resources) {
    delete resource.sourcePosition;
    delete resource.stackTrace;
  }
  const text = JSON.stringify(exported);
  for (const path of [repository, lab.directory]) expect(text).not.toContain(path);
  return exported;
}
