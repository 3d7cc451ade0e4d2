import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

// The engine reads a resource before it compares only if the provider requests it. For the other cases, see
// test/promises/drift.test.ts.

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
  lab.emulator.change("changed", { connected_tag_id: "999" });
  lab.emulator.remove("missing");
  lab.emulator.clearRequests();
  const { exitCode, output } = await lab.run("preview", "--diff", "--expect-no-changes");
  expect(exitCode).toBe(7);
  const [, plan = ""] = output.split("pulumi:pulumi:Stack: (same)");
  expect(plan.match(/\[id=.*|[~+-] \w+: .*/g)).toEqual([
    "[id=changed]",
    '~ connectedTagId: "999" => "2613187432"',
  ]);
  expect(plan).toMatch(/\(create\)\s+\[urn=.*::missing\]/);
  expect(plan).toMatch(/1 to create\s+~ 1 to update/);
  expect(lab.writes()).toEqual([]);
});

test("a preview without an account's token warns once, names the key, and does not explain the configuration of the last update", async () => {
  const { PINTEREST_ACCOUNTS: tokens } = lab.environment;
  delete lab.environment.PINTEREST_ACCOUNTS;
  const { output } = await lab.succeed("preview");
  Object.assign(lab.environment, { PINTEREST_ACCOUNTS: tokens });
  const [warning, ...others] = output.slice(output.indexOf("Diagnostics:")).match(/warning: .*/g) ?? [];
  expect(warning).toMatch(
    /'bad' for drift, .*: no access token for account 'bad'\. Add the account to .*PINTEREST_ACCOUNTS/,
  );
  expect(warning).not.toContain("uses the configuration of the last update");
  expect(others).toEqual([]);
});

test("a plain update fixes drift if an account is revoked, also if it sets `detectDrift` to `refresh`", async () => {
  lab.emulator.setAccount("bad", { revoked: true });
  await lab.succeed("config", "set", "pinterest:detectDrift", "refresh");
  const { output } = await lab.up();
  expect(output).toContain("warning: cannot check integration 'bad' for drift");
  expect(lab.emulator.integration("changed")).toMatchObject({ connected_tag_id: "2613187432" });
  expect(lab.emulator.integration("missing")).toBeDefined();
});

test("the environment variable enables the check for a stack that was deployed with `detectDrift: refresh`", async () => {
  lab.emulator.setAccount("bad", { revoked: false });
  lab.emulator.change("changed", { connected_tag_id: "999" });
  lab.environment.PINTEREST_DETECT_DRIFT = "always";
  const { exitCode, steps } = await lab.preview();
  expect(exitCode).toBe(7);
  const changes = steps.filter(({ op }) => !["same", "refresh"].includes(op));
  expect(changes).toMatchObject([
    { op: "update", name: "changed", detailedDiff: { connectedTagId: expect.anything() } },
  ]);
});
