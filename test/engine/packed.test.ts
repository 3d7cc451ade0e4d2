import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { repository } from "./helpers/engine";
import { labOfFile } from "./helpers/lab";
import { providerTypes } from "./helpers/provider-type";

const lab = labOfFile();
let directory: string;
let files: string[];

/** Packs the repository with npm, and installs the package into the lab's project, as a user would. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-pack-"));
  const pack = await lab.process(
    "npm",
    "pack",
    repository,
    "--ignore-scripts",
    "--json",
    "--pack-destination",
    directory,
  );
  const [{ filename, files: packed }] = JSON.parse(pack.stdout);
  files = packed.map(({ path }: { path: string }) => path);

  const modules = join(lab.directory, "node_modules");
  rmSync(modules, { recursive: true });
  // Links the SDK, because its installation takes the longest.
  const install = [
    "install",
    join(directory, filename),
    "--legacy-peer-deps",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
  ];
  expect(await lab.process("npm", ...install)).toMatchObject({ exitCode: 0 });
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  symlinkSync(join(repository, "node_modules/@pulumi/pulumi"), join(modules, "@pulumi/pulumi"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("the package contains only the published files", () => {
  const published =
    /^(package\.json|pulumi-resource-pinterest|README\.md|LICENSE|(CHANGELOG|SECURITY|SKILL)\.md|docs\/([a-z-]+\/)*[A-Za-z-]+\.(md|schema\.json|svg|png)|examples\/(ci|fleet-github-actions|fleet-kubernetes)\/[\w./-]+|emulator\/README\.md|dist\/(provider|stack|cli|fleet|emulator)\/([a-z-]+\/)*[a-z-]+(\.d)?\.m?[jt]s|schema\.json)$/;
  expect(files.filter((file) => !published.test(file))).toEqual([]);
  const atTop = [
    "package.json",
    "pulumi-resource-pinterest",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "SKILL.md",
  ];
  expect(files).toEqual(expect.arrayContaining(atTop));
  const sources = files.filter((file) => /(?<!\.d)\.m?ts$|test/.test(file));
  expect(sources).toEqual([]);
});

test("installs fewer than 40 packages in addition to the SDK's", () => {
  const lock = readFileSync(join(lab.directory, "node_modules/.package-lock.json"), "utf8");
  const installed = Object.keys(JSON.parse(lock).packages);
  expect(installed).toContain("node_modules/pulumi-pinterest");
  expect(installed.length).toBeLessThan(40);
});

// The tests of the other files are CommonJS programs.
test("deploys an ES module with both provider types", async () => {
  // Only the plugin needs settings in Pulumi.yaml.
  lab.setProviderType("plugin");
  const main = { name: "lab", main: "index.js", type: "module" };
  writeFileSync(join(lab.directory, "package.json"), JSON.stringify(main));
  const names = ["dynamic", "plugin"] as const;
  const lines = names.flatMap((name) => [
    `import * as ${name} from "${providerTypes[name].packageImport}";`,
    `new ${name}.CommerceIntegration("${name}", { externalBusinessId: "of-${name}", connectedTagId: "1" });`,
  ]);
  writeFileSync(join(lab.directory, "index.js"), lines.join("\n"));
  await lab.up();
  expect(new Set(lab.emulator.integrations())).toEqual(
    new Set(
      names.map((name) =>
        expect.objectContaining({ external_business_id: `of-${name}`, connected_tag_id: "1" }),
      ),
    ),
  );
});
