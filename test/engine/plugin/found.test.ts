import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "@jest/globals";
import { repository } from "../helpers/engine";
import { labOfFile } from "../helpers/lab";

const script = join(repository, "pulumi-resource-pinterest");
const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const lab = labOfFile({ providerType: "plugin" });

/** Writes a YAML program. `project` can contain lines of Pulumi.yaml that locate the plugin. */
function program(id: string, project = ""): void {
  const shop = `{ type: "pinterest:CommerceIntegration", properties: { externalBusinessId: ${id} } }`;
  lab.setProject("yaml", `${project}resources: { shop: ${shop} }\n`);
}

test("the engine finds the plugin on PATH", async () => {
  program("on-path");
  const directory = join(lab.directory, "on-path");
  const started = join(lab.directory, "started");
  mkdirSync(directory);
  // Other directories on PATH also contain the plugin.
  writeFileSync(
    join(directory, "pulumi-resource-pinterest"),
    `#!/bin/sh\ntouch "${started}"\nexec "${script}" "$@"\n`,
    { mode: 0o755 },
  );
  const { PATH = "" } = lab.environment;
  lab.environment.PATH = [directory, PATH].join(delimiter);
  await lab.up();
  lab.environment.PATH = PATH;
  expect(existsSync(started)).toBe(true);
  expect(lab.emulator.integration("on-path")).toBeDefined();
});

test("engines attach to a plugin that was started by hand, also with the engine's options", async () => {
  const plugin = spawn(script, ["--logtostderr", "-v=9", "--tracing", "file:trace"], {
    // The plugin cannot read the options of an engine that did not start it.
    env: { ...lab.environment, PINTEREST_ALLOW_PARTIAL_DELETES: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await firstLine(plugin);
    program("attached");
    lab.environment.PULUMI_DEBUG_PROVIDERS = `pinterest:${port}`;
    await lab.up();
    expect(lab.emulator.integration("attached")).toBeDefined();
    // The same process serves the next engine, which does not depend on the first.
    await lab.succeed("destroy", "--skip-preview");
    expect(lab.emulator.integrations()).toEqual([]);
  } finally {
    delete lab.environment.PULUMI_DEBUG_PROVIDERS;
    plugin.kill();
  }
});

test.each([
  ["--version", { status: 0, stdout: `${version}\n`, stderr: "" }],
  ["--help", { status: 0, stdout: expect.stringContaining("Pulumi starts it"), stderr: "" }],
  ["--unknown", { status: 2, stdout: "", stderr: expect.stringContaining("Unknown option '--unknown'") }],
  [
    "127.0.0.1:1 other",
    { status: 2, stdout: "", stderr: expect.stringContaining("Unexpected argument 'other'") },
  ],
])("the plugin with the arguments %s starts no server", (args, result) => {
  expect(spawnSync(script, args.split(" "), { encoding: "utf8" })).toMatchObject(result);
});

test("PulumiPlugin.yaml makes the directory `plugin` of a clone a package", async () => {
  const directory = join(repository, "plugin");
  program("of-clone", `plugins: { providers: [{ name: pinterest, path: "${directory}" }] }\n`);
  await lab.up();
  expect(lab.emulator.integration("of-clone")).toBeDefined();
});

function firstLine({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => stdout?.once("data", (text) => resolve(String(text).trim())));
}
