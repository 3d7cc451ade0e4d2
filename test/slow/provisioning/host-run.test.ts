import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { call, type Host, hasHost, runRequest, startEngine, startHost } from "./host-process";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

/** Stands in for the SDK's runner of programs, and records its arguments and environment. */
const recordingProgram = `require("fs").writeFileSync("ran.json", JSON.stringify({
  args: process.argv.slice(2), execArgv: process.execArgv, node: process.execPath, cwd: process.cwd(),
  config: process.env.PULUMI_CONFIG, secrets: process.env.PULUMI_CONFIG_SECRET_KEYS,
  typescript: process.env.PULUMI_NODEJS_TYPESCRIPT, tsconfig: process.env.PULUMI_NODEJS_TSCONFIG_PATH,
}));`;

(hasHost ? describe : describe.skip)("the Node.js language host runs a program", () => {
  let sandbox: Sandbox;
  let engine: Awaited<ReturnType<typeof startEngine>>;
  let host: Host;
  beforeEach(async () => {
    sandbox = new Sandbox();
    engine = await startEngine();
    host = await startHost(sandbox, "--logtostderr", "-v=9", engine.address);
  });
  afterEach(async () => {
    await host.close();
    engine.kill();
    sandbox.remove();
  });

  const run = async (program: string, options = {}) =>
    (await call(host, "run", runRequest(sandbox, program, options))).toObject();
  const record = () => JSON.parse(sandbox.read("ran.json"));

  test("runs the program with the SDK's runner and its arguments", async () => {
    const request = runRequest(sandbox, recordingProgram)
      .setProject("shop")
      .setStack("dev")
      .setOrganization("team")
      .setParallel(4)
      .setDryrun(true)
      .setArgsList(["extra"])
      .setConfigsecretkeysList(["pinterest:accessToken"]);
    request.getConfigMap().set("pinterest:accessToken", "hush");
    expect((await call(host, "run", request)).toObject()).toEqual({ error: "", bail: false });
    expect(record()).toEqual({
      args: [
        ...["--monitor", "127.0.0.1:1", "--engine", engine.address, "--organization", "team"],
        ...["--project", "shop", "--root-directory", sandbox.path(), "--stack", "dev"],
        ...["--pwd", sandbox.path(), "--parallel", "4", "--dry-run", ".", "extra"],
      ],
      execArgv: [],
      node: process.execPath,
      cwd: sandbox.path(),
      config: `{"pinterest:accessToken":"hush"}`,
      secrets: `["pinterest:accessToken"]`,
      typescript: "true",
    });
  });

  test("runs the program with the runtime options of Pulumi.yaml", async () => {
    await run(recordingProgram, {
      typescript: false,
      tsconfig: "other.json",
      nodeargs: "--no-warnings --title='a b'",
    });
    expect(record()).toMatchObject({ execArgv: ["--no-warnings", "--title=a b"], tsconfig: "other.json" });
    expect(record().typescript).toBeUndefined();
  });

  test("does not repeat an error that the SDK has printed", async () => {
    expect(await run("process.exit(32)")).toEqual({ error: "", bail: true });
  });
});
