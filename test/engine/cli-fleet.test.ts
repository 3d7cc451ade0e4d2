import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { type DriftReport, driftReport } from "../../stack/report";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, type LabWorker, shops } from "./helpers/fleet-lab";
import type { Run } from "./helpers/lab";

const token = "partner-token-in-plaintext";
const email = "owner@in-plaintext.example";

let fleet: FleetLab;

let worker: LabWorker;

beforeAll(async () => {
  fleet = await FleetLab.open();
});

afterAll(() => fleet.close());

interface RunDocument {
  readonly shards: {
    stack: string;
    state: string;
    attempts: number;
    merchants: { name: string; status: string; message: string | null }[];
  }[];
}

/** The number of merchants with each status. */
function counts({ shards }: RunDocument): Record<string, number> {
  const byStatus = Map.groupBy(
    shards.flatMap(({ merchants }) => merchants),
    ({ status }) => status,
  );
  return Object.fromEntries([...byStatus].map(([status, group]) => [status, group.length]));
}

/** The report of a check that finds drift. */
async function drift(...args: string[]): Promise<DriftReport> {
  return driftReport.parse(JSON.parse((await fleet.run(["drift", ...args, "--json"], 7)).stdout));
}

/** The pending changes that a check reports, by merchant. */
function pendingIn({ stacks }: DriftReport): Record<string, string> {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const changed = merchants.filter(({ pending }) => pending.length > 0);
  return Object.fromEntries(changed.map(({ name, pending }) => [name, pending.join(", ")]));
}

/** The merchants of the lab's lists: `count` shops with secrets. */
const withSecrets = (count: number) =>
  shops(count, { partnerAccessToken: token, partnerPrimaryEmail: email });

/** Shops 1 to 5 and 9, with other arguments of shops 2 and 9. Shop 1 has a new name and tag. */
function laterList(
  shop2: Record<string, unknown> = {},
  shop9: Record<string, unknown> = {},
): Record<string, unknown>[] {
  const [first, second, third, fourth, fifth, , , , ninth] = withSecrets(9);
  return [
    { ...first, name: "flagship", connectedTagId: "900" },
    { ...second, ...shop2 },
    third,
    fourth,
    fifth,
    { ...ninth, ...shop9 },
  ] as Record<string, unknown>[];
}

const merchantsIn = (run: RunDocument) => run.shards.flatMap((shard) => shard.merchants);

test("creates a fleet and plans a list without a request to Pinterest", async () => {
  expect((await fleet.run(["init", "--shard-size", "10"])).stdout).toContain("up to 10 merchants each");
  expect(await fleet.plan(withSecrets(6))).toMatchObject({ merchants: 6, added: 6 });
  expect((await fleet.run(["status"])).stdout).toContain("1 shard, 6 merchants, 6 of them pending.");
  expect(fleet.lab.emulator.requests()).toEqual([]);
});

test("a worker starts while another one creates the table of the state", async () => {
  const creation = await fleet.createStateTable();
  worker = fleet.startWorker();
  await creation.waitUntilContended();
  await creation.release();
  await worker.waitForLog(/waits for shards/);
});

test("deploys the list, and then has nothing to do", async () => {
  const up = await fleet.json<RunDocument>("up", "--yes");
  expect(counts(up)).toEqual({ created: 6 });
  expect(fleet.lab.emulator.integration("id-4")).toMatchObject({ connected_tag_id: "103" });
  expect((await fleet.run(["up", "--yes"])).stderr).toContain("Nothing to do. To fix drift, add `--refresh`");
});

test("a quick check reports drift from the last update", async () => {
  const { emulator } = fleet.lab;
  emulator.put("id-9", { connected_tag_id: "5" });
  emulator.addAccount({ name: "other" });
  emulator.put("id-of-other-account", {}, { account: "other" });
  const list = laterList({ externalBusinessId: "id-of-other-account" });
  expect(await fleet.plan(list, "--confirm-shrink")).toMatchObject({
    renamed: 1,
    replaced: 1,
    leaving: 1,
    added: 1,
    changed: 0,
  });
  emulator.put("id-3", { connected_tag_id: "1" });
  const report = await drift("--from-state");
  expect(pendingIn(report)).toEqual({});
  expect(report.summary).toMatchObject({ inSync: 5, pending: 0, drifted: 1, errors: 0 });
});

test("the full check also reports pending changes, as `drift` does", async () => {
  const html = join(fleet.lab.directory, "drift.html");
  const report = await drift("--html", html);
  expect(pendingIn(report)).toEqual({
    flagship: "connectedTagId",
    "shop-2": "replace",
    "shop-6": "delete",
    "shop-9": "create",
  });
  expect(report).toMatchObject({
    version: 1,
    exitCode: 7,
    summary: { inSync: 2, pending: 4, drifted: 1, errors: 0 },
  });
  const page = readFileSync(html, "utf8");
  expect(page).toContain("shop-3");
  // The quick check is the earlier one.
  expect(page).toMatch(/Over time.*1 drifted, 4 pending, 2 in sync.*1 drifted, 5 in sync/s);
  expect((await fleet.run(["results"], 7)).stdout).toContain("shop-3");
});

test("writes Pinterest's values into the merchant list, and keeps the rest", async () => {
  const path = join(fleet.lab.directory, "adopt.jsonl");
  const lines = laterList().map((merchant) => `${JSON.stringify(merchant)}\r\n`);
  writeFileSync(path, lines.join(""));
  const { stderr } = await fleet.run(["results", "--adopt", path, "--yes"], 7);
  expect(stderr).toMatch(/adopt\.jsonl:3 {2}shop-3: connectedTagId 102 -> 1\n/);
  expect(readFileSync(path, "utf8")).toBe(lines.join("").replace('"102"', '"1"'));
});

test("a preview reports what an update would do, and writes nothing", async () => {
  fleet.lab.emulator.clearRequests();
  expect(counts(await fleet.json("preview"))).toEqual({
    "would create": 1,
    "would update": 1,
    "would replace": 1,
    "would delete": 1,
    unchanged: 3,
  });
  expect(fleet.lab.writes()).toEqual([]);
});

describe("an update of which Pinterest refuses two merchants", () => {
  let up: RunDocument;
  const failures = () => merchantsIn(up).filter(({ status }) => status === "failed");
  const messageOf = (name: string) => failures().find((merchant) => merchant.name === name)?.message;

  beforeAll(async () => {
    fleet.lab.emulator.clearRequests();
    up = JSON.parse((await fleet.run(["up", "--yes", "--json"], 1)).stdout);
  });

  test("fails only these, deletes what left the list, and does not retry their shard", async () => {
    expect(counts(up)).toEqual({ updated: 1, unchanged: 3, deleted: 1, failed: 2 });
    expect(up.shards).toMatchObject([{ stack: "shard-0001", state: "failed", attempts: 1 }]);
    expect(fleet.lab.writes().sort()).toEqual(["DELETE id-6", "PATCH id-1"]);
    expect(fleet.lab.emulator.integration("id-6")).toBeUndefined();
    expect(await fleet.json("status")).toMatchObject({ shards: [{ pending: 2, leaving: 0, merchants: 6 }] });
    await fleet.waitForRows(
      "select where not exists (select from pinterest_fleet_queue.job where state <> 'completed')",
    );
  });

  test("names the setting that adopts an integration", () => {
    expect(messageOf("shop-9")).toMatch(
      /it already exists at Pinterest.*set `adopt` to true for this merchant/s,
    );
    expect(messageOf("shop-9")).not.toMatch(/`pulumi |import\.json|NAME|program|alias/);
  });

  test("keeps the old integration if another account owns the new one", () => {
    expect(messageOf("shop-2")).toContain("belongs to another owner");
    expect(fleet.lab.emulator.integration("id-2")).toBeDefined();
  });
});

test("a worker without a token does not start", async () => {
  const { environment } = fleet.lab;
  const { PINTEREST_ACCESS_TOKEN: token } = environment;
  delete environment.PINTEREST_ACCESS_TOKEN;
  const { exitCode, output } = await fleet.startWorker().ended.finally(() => {
    environment.PINTEREST_ACCESS_TOKEN = token;
  });
  expect(output).toContain("the worker has no token for Pinterest. Set PINTEREST_ACCOUNT_COMMAND");
  expect(exitCode).toBe(1);
});

describe("an update with a refresh", () => {
  const adopted =
    "adopted integration 'id-9', which already exists at Pinterest, and overwrote `connectedTagId`, `partnerAccessToken`, `partnerPrimaryEmail`";

  let interrupted: Run;
  let up: RunDocument;

  beforeAll(async () => {
    await fleet.plan(laterList({}, { adopt: true }));
    const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
    const main = join(fleet.lab.directory, "node_modules/.bin/pulumi-pinterest");
    const { child, ended } = fleet.lab.launch("node", main, "fleet", "up", "--yes", "--refresh");
    await fleet.waitForRows("select from pinterest_fleet.run_shard where state = 'running'");
    child.kill("SIGINT");
    interrupted = await ended;
    await fleet.waitForDelayed(fault.number);
    const [, command = ""] =
      /`npx pulumi-pinterest fleet (results --run \S+ --wait)`/.exec(interrupted.stderr) ?? [];
    // The command needs this lock before it reads the run. The worker, whose engine is delayed, does not.
    const lock = await fleet.lockTable("pinterest_fleet.run_shard");
    const waiting = fleet.json<RunDocument>(...command.split(" "));
    await lock.waitUntilContended();
    await lock.release();
    fleet.lab.emulator.release(fault.number);
    up = await waiting;
  });

  test("continues after Ctrl-C, which ends only the wait, and `results --wait` waits for it again", () => {
    expect(interrupted.exitCode).toBe(130);
    expect(up.shards).toMatchObject([{ state: "done" }]);
  });

  test("fixes drift, and reports adoptions and recreated integrations", async () => {
    expect(counts(up)).toEqual({ created: 1, updated: 1, "in-sync": 4 });
    expect(fleet.lab.emulator.integration("id-3")).toMatchObject({ connected_tag_id: "102" });
    const withMessage = merchantsIn(up).filter(({ message }) => message !== null);
    expect(withMessage.map(({ name, status, message }) => [name, status, message])).toEqual([
      ["shop-9", "created", adopted],
    ]);
  });

  test("keeps the history of a merchant, the newest first", async () => {
    const history = await fleet.json<{ operation: string; status: string; properties: string[] }[]>(
      "results",
      "--merchant",
      "shop-3",
    );
    expect(history.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      "up updated",
      "up unchanged",
      "preview unchanged",
      "drift drifted",
      "drift --from-state drifted",
      "up created",
    ]);
    expect(history[3]?.properties).toEqual(["connectedTagId"]);
    const { stdout } = await fleet.run(["results", "--merchant", "shop-9"]);
    expect(stdout).toContain(adopted);
    expect(stdout).toMatch(
      / drift .*pending .*the next update refuses it: it exists and differs from the merchant list \(connectedTagId\)/,
    );
  });
});

test("reports an outage of Pinterest once for all merchants", async () => {
  const list = laterList({}, { adopt: true });
  await fleet.plan(list.map((shop) => ({ ...shop, connectedTagId: "950" })));
  const fault = fleet.lab.emulator.armFault({ kind: "response", status: 503, times: "all" });
  const { stdout } = await fleet.run(["up", "--yes"], 1);
  expect(stdout).toMatch(
    /6 failed: Pinterest responded with HTTP 503.*, for instance\). Run the command again later\.\n {4}flagship, shop-2, shop-3, shop-4, shop-5, shop-9\n/,
  );
  fleet.lab.emulator.disarmFaults(fault.number);
  await worker.waitForLog(/Pinterest is not available \(Pinterest responded with HTTP 503/);
  await fleet.plan(list);
  await fleet.run(["up", "--yes"]);
});

test("keeps a leaving merchant if a setting in the worker's environment refuses the deletion", async () => {
  worker.kill("SIGTERM");
  await worker.ended;
  fleet.lab.environment.PINTEREST_DELETE_LIMIT = "0";
  fleet.startWorker();
  const list = laterList({}, { adopt: true }).filter(({ name }) => name !== "shop-5");
  expect(await fleet.plan(list, "--confirm-shrink")).toMatchObject({ leaving: 1 });
  fleet.lab.emulator.clearRequests();
  const up = JSON.parse((await fleet.run(["up", "--yes", "--json"], 1)).stdout) as RunDocument;
  expect(counts(up)).toEqual({ unchanged: 5, failed: 1 });
  expect(merchantsIn(up).find(({ name }) => name === "shop-5")?.message).toContain(
    "PINTEREST_DELETE_LIMIT allows 0 in one command",
  );
  expect(fleet.lab.writes()).toEqual([]);
  expect(await fleet.json("status")).toMatchObject({ shards: [{ leaving: 1, merchants: 5 }] });
});

test("no secret of a merchant is in a table, in stored state or in output", async () => {
  const tables = await fleet.tables();
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const [found] = await fleet.rows<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} as t`,
    );
    expect(`${name}: ${found?.text}`).not.toMatch(/in-plaintext/);
  }
  const states = await fleet.states();
  expect(states.some(({ text }) => text.includes("shop-2"))).toBe(true);
  for (const { key, text } of states) expect(`${key}: ${text}`).not.toMatch(/in-plaintext/);
  expect(fleet.lab.transcript).not.toMatch(/in-plaintext/);
});

test("a worker exits if the database has another fleet", async () => {
  const { environment } = fleet.lab;
  const joined = fleet.startWorker();
  await joined.waitForLog(/waits for shards/);
  await fleet.execute("drop schema pinterest_fleet cascade");
  const { PINTEREST_FLEET_PASSPHRASE: passphrase } = environment;
  environment.PINTEREST_FLEET_PASSPHRASE = "another passphrase";
  await fleet.run(["init"]).finally(() => {
    environment.PINTEREST_FLEET_PASSPHRASE = passphrase;
  });
  const { exitCode, output } = await joined.ended;
  expect(output).toContain("wrong passphrase: the fleet was created with another one");
  expect(exitCode).toBe(1);
});
