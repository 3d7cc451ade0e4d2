import { expect } from "@jest/globals";
import { exitCodeIs, exitCodes, waitsForShards } from "../../expected/reports";
import { test } from "../../with-postgres";
import { fleetOfFile, type LabWorker } from "../helpers/fleet-lab";
import { Guide } from "../helpers/guide";

const guide = Guide.read("docs/fleet/README.md");

const fleet = fleetOfFile();
let worker: LabWorker;

const tagOf = (id: string) => fleet.lab.emulator.integration(id)?.connected_tag_id;

test("creates a fleet", async () => {
  // The lab has linked the packages already.
  await guide.next(fleet.lab, {
    replace: { "npm install pg pg-boss": "ls node_modules/.bin/pulumi-pinterest" },
  });
  expect((await guide.next(fleet.lab)).stdout).toContain("with up to 2 merchants each");
});

test("plans a list without a request to Pinterest", async () => {
  expect((await guide.next(fleet.lab)).stdout).toMatch(/shard-0001 \(new\) +2 [\s\S]*all +3 /);
  expect(fleet.lab.emulator.requests()).toEqual([]);
});

test("a worker previews and deploys the list", async () => {
  await guide.next(fleet.lab, { replace: { "npx pulumi-pinterest fleet worker --parallel 2": "true" } });
  worker = fleet.startWorker("--parallel", "2");
  await worker.waitForLog(new RegExp(waitsForShards));
  const { stdout } = await guide.next(fleet.lab);
  expect(stdout).toMatch(/3 would create[\s\S]*3 created[\s\S]*2 shards, 3 merchants, 0 of them pending/);
  expect(tagOf("shop-north")).toBe("2613187432");
});

test("reports drift and fixes it", async () => {
  fleet.lab.emulator.change("shop-south", { connected_tag_id: "2600000000001" });
  const { stdout } = await guide.next(fleet.lab, { exitCode: exitCodes.drift });
  expect(stdout).toContain(
    `3 managed (1 drifted, 2 in sync). ${exitCodeIs(exitCodes.drift, "Pinterest and the merchant list differ")}`,
  );
  expect((await guide.next(fleet.lab)).stdout).toContain("2 in sync, 1 updated");
  expect(tagOf("shop-south")).toBe("2613187433");
});

test("adds a merchant to the emptiest shard", async () => {
  expect((await guide.next(fleet.lab)).stdout).toMatch(/shard-0002 +1 [\s\S]*east +created/);
  expect(tagOf("shop-east")).toBe("2613187435");
});

test("removes a merchant only after confirmation, and keeps its history", async () => {
  expect((await guide.next(fleet.lab, { exitCode: 1 })).stderr).toContain("--confirm-shrink");
  expect(tagOf("shop-south")).toBe("2613187433");
  expect((await guide.next(fleet.lab)).stdout).toMatch(/south +deleted/);
  expect(fleet.lab.emulator.integration("shop-south")).toBeUndefined();
  expect((await guide.next(fleet.lab)).stdout).toMatch(/deleted[\s\S]*drifted[\s\S]*created/);
});

test("deploys a merchant with its own account, and checks the accounts of the list", async () => {
  worker.kill("SIGTERM");
  await worker.ended;
  fleet.lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ "shop-2": fleet.lab.emulator.token("shop-2") });
  worker = fleet.startWorker("--parallel", "2");
  expect((await guide.next(fleet.lab)).stdout).toMatch(/harbor +created[\s\S]*1 unchanged .*, 1 created/);
  expect(fleet.lab.emulator.integrations("shop-2")).toHaveLength(1);
  const { stdout } = await guide.next(fleet.lab);
  expect(stdout).toMatch(
    / 2 accounts;.*\n.* default account: Pinterest accepts the access token in PINTEREST_ACCESS_TOKEN\n[\s\S]* shop-2: Pinterest accepts the access token in PINTEREST_ACCOUNTS\n/,
  );
});

test("deletes all integrations and stacks, and keeps the list", async () => {
  await guide.next(fleet.lab);
  expect(fleet.lab.emulator.integrations()).toEqual([]);
  expect(fleet.lab.emulator.integrations("shop-2")).toEqual([]);
  const stacks = await fleet.rows<{ key: string }>(
    "select key from pulumi_state where key like '%/stacks/%/shard-%.json'",
  );
  expect(stacks).toEqual([]);
  expect((await fleet.run(["status"])).stdout).toContain("4 merchants, 4 of them pending");
  expect((await fleet.run(["destroy", "--yes"])).stdout).toMatch(
    /^Nothing was deployed, so nothing was deleted\.\n.*\ndestroy of 2 shards: 4 missing\.\n$/,
  );
});

test("the tests run every block of the guide", () => {
  guide.finish();
});
