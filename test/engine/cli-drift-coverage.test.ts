import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type DriftRun, drift } from "./helpers/drift";
import { Lab } from "./helpers/lab";

const tag = { connectedTagId: "1" };
const shop = (externalBusinessId: string, more: object = {}) => ({ externalBusinessId, ...tag, ...more });

let lab: Lab;
let run: DriftRun;

beforeAll(async () => {
  lab = await Lab.open();
  lab.emulator.addAccount({ name: "north" });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: lab.emulator.token("north") });
  const kept = {
    inSync: shop("in-sync"),
    drifted: shop("drifted"),
    ofNorth: shop("of-north", { account: "north" }),
  };
  const missing = { missing: shop("missing") };
  lab.program({ ...kept, ...missing, removed: shop("removed"), removedMissing: shop("removed-missing") });
  await lab.up();
  lab.program({
    ...kept,
    ...missing,
    fresh: shop("fresh"),
    existing: shop("existing"),
    other: shop("existing-2"),
  });
  lab.emulator.change("drifted", { connected_tag_id: "7" });
  for (const id of ["missing", "removed-missing"]) lab.emulator.remove(id);
  for (const id of ["existing", "existing-2"]) lab.emulator.put(id, { connected_tag_id: "1" });
  lab.emulator.put("by-hand", {});
  lab.emulator.put("by-hand-of-north", {}, { account: "north" });
  run = await drift(lab, "--unmanaged", "--markdown", "drift.md");
});

afterAll(() => lab.close());

test("counts as many managed and unmanaged integrations as getIntegrations lists", async () => {
  await lab.succeed("stack", "init", "reader");
  lab.program(
    {},
    `for (const [name, account] of [["byDefault", undefined], ["north", "north"]]) {
      exports[name] = pinterest.getIntegrationsOutput({ account }).integrations.apply((all) => all.length);
    }`,
  );
  await lab.up();
  const { byDefault, north } = (await lab.outputs()) as { byDefault: number; north: number };
  const { managed = 0, unmanaged = 0 } = run.report.summary;
  expect([byDefault, north]).toEqual([6, 2]);
  expect(managed + unmanaged).toBe(byDefault + north);
  expect(unmanaged).toBe(2);
});

test("prints these integrations in one line, without missing ones and those that do not exist yet", () => {
  const report = readFileSync(join(lab.directory, "drift.md"), "utf8");
  expect(report).toContain(
    "**8 integrations: 6 managed (1 drifted, 2 in sync), 2 unmanaged; 1 missing, 5 pending.**",
  );
});
