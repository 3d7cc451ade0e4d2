import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../../emulator";
import { repository } from "../helpers/engine";

const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const platform = "linux-amd64";
const isTested = process.platform === "linux" && process.arch === "x64";
if (!isTested) console.warn(`Skipped: the executable for ${platform} does not run here.`);
const archiveName = `pulumi-resource-pinterest-v${version}-${platform}.tar.gz`;

(isTested ? describe : describe.skip)("the plugin's executable", () => {
  /** Everything that a user of the plugin has: Pulumi, the archive, and a project in YAML. */
  let directory: string;
  let emulator: Emulator;
  /** The whole environment of the processes. */
  let env: Record<string, string>;

  beforeAll(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-pinterest-executable-")));
    const script = join(repository, "scripts/executables.mts");
    execFileSync(process.execPath, [script, platform, "--out", join(directory, "release")]);
    emulator = await startEmulator();
    for (const name of ["bin", "home", "state", "project"]) mkdirSync(join(directory, name));
    for (const program of ["pulumi", "pulumi-language-yaml"])
      symlinkSync(join(String(process.env.TEST_ENGINE_BIN), program), join(directory, "bin", program));
    env = {
      PATH: join(directory, "bin"),
      PULUMI_HOME: join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PINTEREST_API_URL: emulator.url,
      PINTEREST_ACCESS_TOKEN: emulator.token(),
      NO_COLOR: "1",
    };
    writeProgram(shop("1"));
    await succeed("stack", "init", "dev");
  });

  afterAll(async () => {
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function run(...args: string[]): Promise<{ exitCode: number; output: string }> {
    const options = { cwd: join(directory, "project"), env };
    return new Promise((resolve) => {
      const child = execFile("pulumi", [...args, "--non-interactive"], options, (_, stdout, stderr) =>
        resolve({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
  }

  async function succeed(...args: string[]): Promise<string> {
    const { exitCode, output } = await run(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed with ${exitCode}:\n${output}`);
    return output;
  }

  function writeProgram(...resources: string[]): void {
    const program = ["name: shops", "runtime: yaml", "resources:", ...resources].join("\n");
    writeFileSync(join(directory, "project/Pulumi.yaml"), program);
  }

  const integration = (name: string, id: string, tag: string) => `  ${name}:
    type: pinterest:CommerceIntegration
    properties: { externalBusinessId: ${id}, connectedTagId: "${tag}" }`;
  const shop = (tag: string) => integration("shop", "my-shop", tag);

  test("is installed from its archive on a machine without Node.js", async () => {
    expect(spawnSync("node", ["--version"], { env }).error).toMatchObject({ code: "ENOENT" });
    expect((await run("preview")).exitCode).not.toBe(0);
    const checksums = readFileSync(join(directory, "release/SHA256SUMS"), "utf8");
    const files = [`  pulumi-resource-pinterest-v${version}.cdx.json`, `  ${archiveName}`];
    expect(checksums.match(/ {2}.+$/gm)).toEqual(files);
    const archive = join(directory, "release", archiveName);
    // The archive has no times of the build, so that two builds are equal.
    const listed = execFileSync("tar", ["-tvf", archive], { env: { ...process.env, TZ: "UTC" } });
    expect(String(listed).match(/1985-10-26 08:15/g)).toHaveLength(3);
    await succeed("plugin", "install", "resource", "pinterest", version, "--file", archive);
    expect(JSON.parse(await succeed("plugin", "ls", "--json"))).toMatchObject([
      { name: "pinterest", kind: "resource", version },
    ]);
    const installed = join(directory, `home/plugins/resource-pinterest-v${version}`);
    expect(readdirSync(installed).sort()).toEqual([
      "LICENSE",
      "THIRD-PARTY-LICENSES",
      "pulumi-resource-pinterest",
    ]);
    const { stdout } = spawnSync(join(installed, "pulumi-resource-pinterest"), ["--version"], {
      env,
      encoding: "utf8",
    });
    expect(stdout).toBe(`${version}\n`);
    const licenses = readFileSync(join(installed, "THIRD-PARTY-LICENSES"), "utf8");
    for (const name of ["@pulumi/pulumi", "@grpc/grpc-js", "undici", "Node.js"])
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+`, "m"));
  });

  test("creates an integration, shows drift in a preview, and fixes it", async () => {
    await succeed("up", "--yes", "--skip-preview");
    expect(emulator.integration("my-shop")).toMatchObject({ connected_tag_id: "1" });
    emulator.change("my-shop", { connected_tag_id: "2" });
    const drifted = await run("preview", "--diff", "--expect-no-changes");
    expect(drifted.exitCode).toBe(7);
    expect(drifted.output).toMatch(/connectedTagId *: "2" => "1"/);
    await succeed("up", "--yes", "--skip-preview");
    expect(emulator.integration("my-shop")).toMatchObject({ connected_tag_id: "1" });
  });

  test("prints that the commands in its messages need Node.js", async () => {
    emulator.put("theirs", { connected_tag_id: "7" });
    writeProgram(shop("1"), integration("other", "theirs", "8"));
    const { exitCode, output } = await run("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(output).toContain(
      "`npx pulumi-pinterest preflight` on a machine with Node.js lists the differences",
    );
  });

  test("destroys the stack", async () => {
    await succeed("destroy", "--yes", "--skip-preview");
    expect(emulator.integration("my-shop")).toBeUndefined();
    expect(emulator.integration("theirs")).toMatchObject({ connected_tag_id: "7" });
  });

  test("contains the committed schema", async () => {
    const schema = JSON.parse(await succeed("package", "get-schema", "pinterest"));
    expect(schema).toMatchObject(JSON.parse(readFileSync(join(repository, "schema.json"), "utf8")));
  });
});
