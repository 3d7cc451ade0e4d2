import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { oldestEngine } from "../../../provider/run/installation";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

const [major, minor] = oldestEngine.split(".");
const tooOld = `${major}.${Number(minor) - 1}.9`;

describe("a Pulumi CLI on PATH", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  test("is used if it is new enough, and one line reports it", async () => {
    const pulumi = sandbox.addProgram("pulumi", `console.log("v3.300.1")`);
    expect(await sandbox.ensure()).toEqual({
      code: 0,
      stdout: `pulumi 3.300.1, found on PATH: ${pulumi}\n`,
      stderr: "",
    });
  });

  test("is used if it has exactly the oldest supported version", async () => {
    sandbox.addProgram("pulumi", `console.log("v${oldestEngine}")`);
    expect((await sandbox.ensure()).stdout).toContain(`pulumi ${oldestEngine}, found on PATH`);
  });

  test("is skipped if it is too old, with a message that names both versions", async () => {
    const pulumi = sandbox.addProgram("pulumi", `console.log("v${tooOld}")`);
    sandbox.addGo();
    const { code, stdout, stderr } = await sandbox.ensure();
    expect(stderr).toContain(`${pulumi} is too old: ${tooOld}, needed ${oldestEngine} or newer`);
    expect(stdout).toContain("built from Go modules");
    expect(code).toBe(0);
  });

  test("is skipped if it cannot report its version", async () => {
    sandbox.addProgram("pulumi", `console.log("")`);
    sandbox.addGo();
    const { stdout, stderr } = await sandbox.ensure();
    expect(stderr).toContain("printed no version");
    expect(stdout).toContain("built from Go modules");
  });

  test("is skipped if it does not run", async () => {
    sandbox.addProgram("pulumi", `console.error("bad interpreter"); process.exit(126)`);
    sandbox.addGo();
    const { stdout, stderr } = await sandbox.ensure();
    expect(stderr).toContain("exit code 126");
    expect(stdout).toContain("built from Go modules");
  });
});
