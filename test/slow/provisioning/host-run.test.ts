import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { call, type Host, hasHost, programInfo, runRequest, startEngine, startHost } from "./host-process";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

/** A program that records its arguments and environment. */
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

  test("runs the program with an empty configuration", async () => {
    await run(recordingProgram);
    expect(record()).toMatchObject({ config: "{}", secrets: "[]" });
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

  test("forwards the program's output", async () => {
    const line = once(host.lines, "line");
    await run(`console.log("a line")`);
    expect(await line).toEqual(["a line"]);
  });

  test("does not repeat an error that the SDK has printed", async () => {
    expect(await run("process.exit(32)")).toEqual({ error: "", bail: true });
  });

  test("reports other exit codes", async () => {
    expect(await run("process.exit(3)")).toEqual({
      error: "Program exited with non-zero exit code: 3",
      bail: false,
    });
  });

  test("runs the program only if the SDK is installed, and otherwise prints the remedy", async () => {
    const request = new language.RunRequest().setInfo(programInfo(sandbox, { packagemanager: "pnpm" }));
    expect((await call(host, "run", request)).getError()).toContain("Have you run `pnpm install`?");
  });
});
