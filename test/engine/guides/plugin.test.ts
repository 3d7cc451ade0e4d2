import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/plugin.md");
const yaml = Guide.read("docs/yaml.md");

const lab = labOfFile();
const project = () => join(lab.directory, "Pulumi.yaml");

/** Replaces the guide's project name with the lab's. */
const withLabName = (text: string) => text.replace(/^name: shops$/m, `name: ${lab.project}`);

test("deploys a YAML program", async () => {
  writeFileSync(project(), `${withLabName(yaml.program())}\n`);
  await yaml.next(lab);
  expect(lab.emulator.integration("my-shop-1")).toMatchObject({ connected_tag_id: "2613187432" });
});

test("imports an existing integration, and runs the printed code unchanged, with a function", async () => {
  lab.emulator.put("my-outlet-1", { connected_tag_id: "77" });
  lab.emulator.clearRequests();
  const { stdout } = await guide.next(lab);
  const code = /^resources:\n((?: .*\n)+)/m.exec(stdout)?.[1] ?? "no code";
  const unchanged = readFileSync(project(), "utf8").replace("resources:\n", `resources:\n${code}`);
  writeFileSync(project(), `${unchanged}  listed: \${listed.integrations}\n${yaml.program()}\n`);
  await lab.up("--expect-no-changes");
  expect(lab.writes()).toEqual([]);
});

test("lists the integrations, on the command line and with the function", async () => {
  expect((await guide.next(lab)).stdout).toContain('"my-outlet-1"');
  const listed = (await lab.outputs()).listed as { externalBusinessId: string }[];
  expect(listed.map(({ externalBusinessId }) => externalBusinessId).sort()).toEqual([
    "my-outlet-1",
    "my-shop-1",
  ]);
});

test("replaces the program in YAML with the guide's program in TypeScript", async () => {
  const [program, lines] = [guide.program(), guide.program()];
  writeFileSync(join(lab.directory, "index.ts"), program);
  writeFileSync(join(lab.directory, "package.json"), '{ "name": "lab", "main": "index.ts" }\n');
  const outlet =
    'new pinterest.CommerceIntegration("outlet", { externalBusinessId: "my-outlet-1", connectedTagId: "77" }, { protect: true });\n';
  // The YAML program declared the same resource types, so the stack's resources do not change.
  writeFileSync(join(lab.directory, "index.ts"), `${program}\n${outlet}`);
  lab.setProject("nodejs", `${lines}\n`);
  lab.emulator.clearRequests();
  const { output } = await lab.up();
  expect(output).toMatch(/updated|unchanged/);
  // The guide's program sets fewer properties.
  expect(lab.writes()).toEqual(["PATCH my-shop-1"]);
});

test("logs requests without tokens", async () => {
  await guide.next(lab);
  const log = readFileSync(join(lab.directory, "requests.log"), "utf8");
  expect(log).toContain("/integrations");
  expect(log).not.toContain(lab.emulator.token());
});

test.each([guide, yaml])("runs every command of the guide", (each) => each.finish());
