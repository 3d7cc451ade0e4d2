import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { pulumiVersion } from "../../../scripts/engine/build.mts";
import { ask, type Host, hasHost, programInfo, startHost } from "./host-process";
import { Sandbox } from "./sandbox";

// Processes are started here, and on a busy machine that takes seconds.
jest.setTimeout(60_000);

(hasHost ? describe : describe.skip)("the Node.js language host", () => {
  let sandbox: Sandbox;
  let host: Host;
  beforeEach(async () => {
    sandbox = new Sandbox();
    const manifest = { dependencies: { kit: "*", absent: "*" }, devDependencies: { tool: "*" } };
    sandbox.write("package.json", JSON.stringify(manifest));
    sandbox.write(
      "node_modules/kit/package.json",
      `{ "version": "2.1.0", "dependencies": { "@pulumi/aws": "*" } }`,
    );
    sandbox.write("node_modules/tool/package.json", `{ "version": "1.0.0" }`);
    sandbox.write(
      "node_modules/@pulumi/aws/package.json",
      `{ "version": "7.0.0", "pulumi": { "resource": true, "server": "https://plugins.example" } }`,
    );
    host = await startHost(sandbox);
  });
  afterEach(async () => {
    await host.close();
    sandbox.remove();
  });

  test("reports which node it runs and its version", async () => {
    const about = await ask(host, "about", new language.AboutRequest().setInfo(programInfo(sandbox)));
    expect(about.toObject()).toMatchObject({ executable: process.execPath, version: process.version });
    expect((await ask(host, "getPluginInfo", new Empty())).getVersion()).toBe(`v${pulumiVersion}`);
  });

  test.each([
    { transitive: false, expected: ["tool 1.0.0", "kit 2.1.0"] },
    { transitive: true, expected: ["tool 1.0.0", "kit 2.1.0", "@pulumi/aws 7.0.0"] },
  ])("lists a program's installed packages (transitive: $transitive)", async ({ transitive, expected }) => {
    const request = new language.GetProgramDependenciesRequest()
      .setInfo(programInfo(sandbox))
      .setTransitivedependencies(transitive);
    const { dependenciesList } = (await ask(host, "getProgramDependencies", request)).toObject();
    expect(dependenciesList.map(({ name, version }) => `${name} ${version}`)).toEqual(expected);
  });

  test("requires the plugins of direct and indirect dependencies", async () => {
    const wanted = { kind: "resource", name: "aws", version: "v7.0.0", server: "https://plugins.example" };
    const info = programInfo(sandbox);
    const packages = new language.GetRequiredPackagesRequest().setInfo(info);
    expect((await ask(host, "getRequiredPackages", packages)).toObject().packagesList).toMatchObject([
      wanted,
    ]);
    const plugins = new language.GetRequiredPluginsRequest().setInfo(info);
    expect((await ask(host, "getRequiredPlugins", plugins)).toObject().pluginsList).toMatchObject([wanted]);
  });

  /** Runs InstallDependencies and gathers what it streams. */
  async function install(packageManager: string) {
    const request = new language.InstallDependenciesRequest()
      .setDirectory(sandbox.path())
      .setInfo(programInfo(sandbox, { packagemanager: packageManager }));
    let stdout = "";
    let stderr = "";
    for await (const part of host.client.installDependencies(request)) {
      stdout += Buffer.from(part.getStdout_asU8()).toString();
      stderr += Buffer.from(part.getStderr_asU8()).toString();
    }
    return { stdout, stderr };
  }

  test("installs with the package manager in Pulumi.yaml, and shows its output", async () => {
    sandbox.addProgram(
      "pnpm",
      `console.log(process.cwd(), ...process.argv.slice(2)); console.error("deprecated")`,
    );
    expect(await install("pnpm")).toEqual({ stdout: `${sandbox.path()} install\n`, stderr: "deprecated\n" });
  });

  test("fails to install when the package manager fails", async () => {
    sandbox.addProgram("pnpm", "process.exit(7)");
    await expect(install("pnpm")).rejects.toMatchObject({ details: "pnpm install failed: exit status 7" });
  });

  test("answers unknown calls with UNIMPLEMENTED", async () => {
    const call = ask(host, "runtimeOptionsPrompts", new language.RuntimeOptionsRequest());
    await expect(call).rejects.toMatchObject({ code: 12 });
  });
});
