import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// The engine reads a resource before it compares only if the provider requests it. For the other cases, see
// test/protocol/detect-drift.test.ts.

let lab: Lab;

const shop = (externalBusinessId: string, account?: string) => ({
  externalBusinessId,
  connectedTagId: "2613187432",
  account,
});

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  lab.emulator.addAccount({ name: "bad" });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ bad: lab.emulator.token("bad") });
  lab.program({
    changed: shop("changed"),
    missing: shop("missing"),
    bad: shop("bad", "bad"),
    same: shop("same"),
  });
  await lab.up();
});

afterAll(() => lab.close());

test("a plain preview shows a drifted property with both values, and a missing integration", async () => {
  expect(await lab.previewExit()).toBe(0);
  lab.emulator.change("changed", { connected_tag_id: "999" });
  lab.emulator.remove("missing");
  lab.emulator.clearRequests();
  const { exitCode, output } = await lab.run("preview", "--diff", "--expect-no-changes");
  expect(exitCode).toBe(7);
  expect(output).toMatch(/~ connectedTagId: "999" => "2613187432"/);
  expect(output).toMatch(/1 to create\s+~ 1 to update/);
  expect(lab.writes()).toEqual([]);
  const { steps } = await lab.preview();
  const changes = steps.filter(({ op }) => !["same", "refresh"].includes(op));
  expect(changes.map(({ op, name }) => `${op} ${name}`).sort()).toEqual(["create missing", "update changed"]);
  expect(changes.find(({ op }) => op === "update")?.detailedDiff).toHaveProperty("connectedTagId");
});

test("`detectDrift: refresh` makes no request in a plain preview, and still checks with `--refresh`", async () => {
  lab.environment.PINTEREST_DETECT_DRIFT = "refresh";
  lab.emulator.clearRequests();
  expect(await lab.previewExit()).toBe(0);
  expect(lab.emulator.requests()).toEqual([]);
  expect(await lab.previewExit("--refresh")).toBe(7);
  expect(await lab.previewExit("--refresh=false")).toBe(0);
  delete lab.environment.PINTEREST_DETECT_DRIFT;
});

test("a plain update fixes drift if an account is revoked; a refresh fails", async () => {
  lab.emulator.setAccount("bad", { revoked: true });
  const { output } = await lab.up();
  expect(output).toContain("warning: cannot check integration 'bad' for drift");
  expect(lab.emulator.integration("changed")).toMatchObject({ connected_tag_id: "2613187432" });
  expect(lab.emulator.integration("missing")).toBeDefined();
  expect(await lab.previewExit()).toBe(0);
  expect((await lab.run("refresh", "--preview-only")).exitCode).not.toBe(0);
});

test("the environment variable enables the check for a stack that was deployed with `detectDrift: refresh`", async () => {
  await lab.succeed("config", "set", "pinterest:detectDrift", "refresh");
  await lab.up();
  lab.emulator.change("changed", { connected_tag_id: "999" });
  expect(await lab.previewExit()).toBe(0);
  lab.environment.PINTEREST_DETECT_DRIFT = "always";
  expect(await lab.previewExit()).toBe(7);
  delete lab.environment.PINTEREST_DETECT_DRIFT;
  await lab.succeed("config", "set", "pinterest:detectDrift", "always");
  await lab.up();
  expect(await lab.previewExit()).toBe(7);
});
