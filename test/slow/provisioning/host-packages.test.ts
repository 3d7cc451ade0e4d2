import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { pulumiVersion } from "../../../scripts/engine/build.mts";
import { call, type Host, hasHost, programInfo, startHost } from "./host-process";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
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

  test("reports the path and version of Node.js", async () => {
    const information = await call(host, "about", new language.AboutRequest().setInfo(programInfo(sandbox)));
    expect(information.toObject()).toMatchObject({ executable: process.execPath, version: process.version });
    expect((await call(host, "getPluginInfo", new Empty())).getVersion()).toBe(`v${pulumiVersion}`);
  });

  test.each([
    { transitive: false, expected: ["tool 1.0.0", "kit 2.1.0"] },
    { transitive: true, expected: ["tool 1.0.0", "kit 2.1.0", "@pulumi/aws 7.0.0"] },
  ])("lists a program's installed packages (transitive: $transitive)", async ({ transitive, expected }) => {
    const request = new language.GetProgramDependenciesRequest()
      .setInfo(programInfo(sandbox))
      .setTransitivedependencies(transitive);
    const { dependenciesList } = (await call(host, "getProgramDependencies", request)).toObject();
    expect(dependenciesList.map(({ name, version }) => `${name} ${version}`)).toEqual(expected);
  });

  test("requires the plugins of direct and indirect dependencies", async () => {
    const expected = { kind: "resource", name: "aws", version: "v7.0.0", server: "https://plugins.example" };
    const info = programInfo(sandbox);
    const packages = new language.GetRequiredPackagesRequest().setInfo(info);
    expect((await call(host, "getRequiredPackages", packages)).toObject().packagesList).toMatchObject([
      expected,
    ]);
    const plugins = new language.GetRequiredPluginsRequest().setInfo(info);
    expect((await call(host, "getRequiredPlugins", plugins)).toObject().pluginsList).toMatchObject([
      expected,
    ]);
  });

  /** Runs InstallDependencies and collects its output. */
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

  test("fails to install if the package manager fails", async () => {
    sandbox.addProgram("pnpm", "process.exit(7)");
    await expect(install("pnpm")).rejects.toMatchObject({ details: "pnpm install failed: exit status 7" });
  });

  test("responds to unknown calls with UNIMPLEMENTED", async () => {
    const response = call(host, "runtimeOptionsPrompts", new language.RuntimeOptionsRequest());
    await expect(response).rejects.toMatchObject({ code: 12 });
  });
});
