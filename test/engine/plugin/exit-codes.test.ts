import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// For the exit codes of a preview without errors, see test/story.

const commands = {
  preview: ["preview", "--refresh", "--expect-no-changes"],
  refresh: ["refresh", "--preview-only", "--expect-no-changes"],
} as const;
const noDrift = 0;
const drift = 7;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1" } });
  await lab.up();
});

afterAll(() => lab.close());

test("a refresh exits with 0 without drift, and with 7 after a change at Pinterest", async () => {
  expect((await lab.run(...commands.refresh)).exitCode).toBe(noDrift);
  lab.emulator.change("shop", { connected_tag_id: "2" });
  expect((await lab.run(...commands.refresh)).exitCode).toBe(drift);
});

test("both commands exit with neither 0 nor 7 if the API is unavailable", async () => {
  lab.emulator.armFault({ kind: "response", status: 503, times: "all" });
  const unavailable = await lab.run(...commands.preview);
  expect([noDrift, drift]).not.toContain(unavailable.exitCode);
  expect(unavailable.output).toContain("503");

  lab.environment.PINTEREST_API_URL = "http://127.0.0.1:1/v5";
  const unreachable = await lab.run(...commands.refresh);
  expect([noDrift, drift]).not.toContain(unreachable.exitCode);
  expect(unreachable.output).toContain("ECONNREFUSED");
});
