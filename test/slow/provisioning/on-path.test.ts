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

  test.each([
    ["is too old", `console.log("v${tooOld}")`, `is too old: ${tooOld}, needed ${oldestEngine} or newer`],
    ["cannot report its version", `console.log("")`, "printed no version"],
    ["does not run", `console.error("bad interpreter"); process.exit(126)`, "exit code 126"],
  ])("is skipped with a message if it %s", async (_what, program, message) => {
    sandbox.addProgram("pulumi", program);
    sandbox.addGo();
    const { stdout, stderr } = await sandbox.ensure();
    expect(stderr).toContain(message);
    expect(stdout).toContain("built from Go modules");
  });
});
