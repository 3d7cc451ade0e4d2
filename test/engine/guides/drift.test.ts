import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/drift.md");
const noDrift = 0;
const drift = 7;

const lab = labOfFile();

beforeAll(async () => {
  // Both stacks of the project use this program, and each one declares a different integration. Only `dev` is deployed.
  lab.program(
    {},
    'new pinterest.CommerceIntegration("shop", { externalBusinessId: pulumi.getStack(), connectedTagId: "1" });',
  );
  await lab.succeed("stack", "rename", "dev");
  await lab.succeed("stack", "init", "prod", "--no-select");
  await lab.up();
  lab.emulator.put("by-hand", { connected_tag_id: "3" });
  lab.emulator.clearRequests();
});

test("fixes drift", async () => {
  await guide.next(lab, { exitCode: noDrift });
  lab.emulator.change("dev", { connected_tag_id: "2" });
  expect(lab.writes()).toEqual([]);
  await guide.next(lab, { exitCode: noDrift });
  expect(lab.written("dev")).toEqual([["PATCH", { connected_tag_id: "1" }]]);
  await guide.next(lab, { exitCode: noDrift });
});

test("writes reports for people and programs", async () => {
  lab.emulator.change("dev", { connected_tag_id: "2" });
  await guide.next(lab, { exitCode: drift });
  const file = (name: string) => readFileSync(join(lab.directory, name), "utf8");
  expect(JSON.parse(file("drift.json")).summary).toMatchObject({ drifted: 1, errors: 0 });
  for (const name of ["drift.md", "drift.html"]) expect(file(name)).toContain("connectedTagId");
});

test("checks several stacks, lists unmanaged integrations, and shows drift in a preview", async () => {
  for (const command of guide.split()) {
    const { stdout } = await command(lab, { exitCode: drift });
    expect(stdout).toMatch(/dev[\s\S]*prod|prod[\s\S]*dev/);
  }
  const { stdout } = await guide.next(lab, { exitCode: drift });
  expect(stdout).toContain("by-hand");
  await guide.next(lab, { exitCode: drift });
});

test("ignores a field that another tool updates", async () => {
  lab.program({}, guide.program());
  await lab.up();
  lab.emulator.change("my-shop-1", { partner_metadata: '{"plugin_version": "2.2.0"}' });
  await lab.up("--expect-no-changes");
});

test("runs every command of the guide", () => guide.finish());
