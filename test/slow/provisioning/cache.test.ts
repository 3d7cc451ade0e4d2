import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { pulumiVersion } from "../../../scripts/engine/build.mts";
import { type Outcome, Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

/** The path of `pulumi` in the output. */
function pulumiIn(outcome: Outcome): string {
  return /: (.*)\n$/.exec(outcome.stdout)?.[1] ?? "";
}

describe("the cache of engines", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  test("is used by the second call, without another build", async () => {
    sandbox.addGo();
    const first = await sandbox.ensure();
    const second = await sandbox.ensure();
    expect(second).toEqual({
      code: 0,
      stdout: `pulumi ${pulumiVersion}, from the cache: ${pulumiIn(first)}\n`,
      stderr: "",
    });
    expect(sandbox.read("builds")).toBe("build\n");
  });

  test("is empty after a failed build", async () => {
    sandbox.addGo({ build: `program("pulumi"); console.error("disk full"); process.exit(1);` });
    const failed = await sandbox.ensure();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("disk full");
    expect(readdirSync(sandbox.path("cache/pulumi-pinterest/engine"))).toEqual([]);

    sandbox.addGo();
    expect((await sandbox.ensure()).stdout).toContain("built from Go modules");
  });

  test("shares one build between two concurrent processes", async () => {
    sandbox.addGo();
    const outcomes = await Promise.all([sandbox.ensure(), sandbox.ensure()]);
    expect(outcomes.map((outcome) => outcome.code)).toEqual([0, 0]);
    expect(pulumiIn(outcomes[0])).toBe(pulumiIn(outcomes[1]));
    expect(sandbox.read("builds")).toBe("build\n");
  });
});
