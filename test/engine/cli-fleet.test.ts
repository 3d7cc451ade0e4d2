import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";

const token = "partner-token-in-plaintext";
const email = "owner@in-plaintext.example";

let fleet: FleetLab;

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

interface DriftDocument {
  readonly summary: Record<string, number>;
  readonly stacks: { stack: string; merchants: { name: string; pending: string[] }[] }[];
}

/** The report of a check that finds drift. */
async function driftReport(...args: string[]): Promise<DriftDocument> {
  return JSON.parse((await fleet.run(["drift", ...args, "--json"], 7)).stdout) as DriftDocument;
}

/** The pending changes that a check reports, by merchant. */
function pendingIn({ stacks }: DriftDocument): Record<string, string> {
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const changed = merchants.filter(({ pending }) => pending.length > 0);
  return Object.fromEntries(changed.map(({ name, pending }) => [name, pending.join(", ")]));
}

/** The merchants of the lab's lists: `count` shops with secrets. */
const withSecrets = (count: number) =>
  shops(count, { partnerAccessToken: token, partnerPrimaryEmail: email });

/** Shops 1 to 5 and 9. Shop 1 has a new name and tag. */
function laterList(shop9: Record<string, unknown> = {}): Record<string, unknown>[] {
  const [first, ...others] = withSecrets(9);
  return [
    { ...first, name: "flagship", connectedTagId: "900" },
    ...others.slice(0, 4),
    { ...others.at(-1), ...shop9 },
  ];
}

const merchantsIn = (run: RunDocument) => run.shards.flatMap((shard) => shard.merchants);

test("creates a fleet and plans a list in shards without a request to Pinterest", async () => {
  expect((await fleet.run(["init", "--shard-size", "4"])).stdout).toContain("up to 4 merchants each");
  expect(await fleet.plan(withSecrets(6))).toMatchObject({ merchants: 6, added: 6 });
  expect((await fleet.run(["status"])).stdout).toContain("2 shards, 6 merchants, 6 of them pending.");
  expect(fleet.lab.emulator.requests()).toEqual([]);
});

test("two workers update each shard once", async () => {
  fleet.startWorker();
  fleet.startWorker();
  expect(counts(await fleet.json("preview"))).toEqual({ "would create": 6 });
  expect(fleet.lab.writes()).toEqual([]);
  const up = await fleet.json<RunDocument>("up", "--yes");
  expect(counts(up)).toEqual({ created: 6 });
  expect(up.shards.map(({ stack, state, attempts }) => ({ stack, state, attempts }))).toEqual([
    { stack: "shard-0001", state: "done", attempts: 1 },
    { stack: "shard-0002", state: "done", attempts: 1 },
  ]);
  expect(fleet.lab.emulator.integration("id-4")).toMatchObject({ connected_tag_id: "103" });
  expect((await fleet.run(["up", "--yes"])).stderr).toContain("Nothing to do. To fix drift, add `--refresh`");
  expect((await fleet.run(["status"])).stdout).toContain("0 of them pending");
});

test("a quick check reports drift from the last update", async () => {
  fleet.lab.emulator.put("id-9", { connected_tag_id: "5" });
  expect(await fleet.plan(laterList(), "--confirm-shrink")).toMatchObject({
    renamed: 1,
    leaving: 1,
    added: 1,
    changed: 0,
  });
  fleet.lab.emulator.put("id-3", { connected_tag_id: "1" });
  const report = await driftReport("--from-state");
  expect(pendingIn(report)).toEqual({});
  expect(report.summary).toMatchObject({ inSync: 5, pending: 0, drifted: 1, errors: 0 });
});

test("the full check also reports pending changes, as `drift` does", async () => {
  const html = join(fleet.lab.directory, "drift.html");
  const report = await driftReport("--html", html);
  expect(pendingIn(report)).toEqual({ flagship: "connectedTagId", "shop-6": "delete", "shop-9": "create" });
  expect(report).toMatchObject({
    version: 2,
    exitCode: 7,
    summary: { inSync: 3, pending: 3, drifted: 1, errors: 0 },
  });
  expect(report.stacks.map(({ stack }) => stack)).toEqual(["shard-0001", "shard-0002"]);
  expect(readFileSync(html, "utf8")).toContain("shop-3");
  expect((await fleet.run(["results"], 7)).stdout).toContain("shop-3");
  expect(await fleet.json("results", "--merchant", "shop-9")).toMatchObject([
    { operation: "drift", message: "pending: the next update creates it" },
  ]);
});

test("lists runs, the newest first, and shows the results of one by its ID", async () => {
  const runs = await fleet.json<{ run: string; operation: string; shards: number; done: number }[]>(
    "results",
    "--runs",
  );
  expect(runs[0]).toMatchObject({ operation: "drift", shards: 2, done: 2 });
  expect(runs.at(-1)).toMatchObject({ operation: "preview" });
  const first = runs.at(-1)?.run ?? "";
  expect((await fleet.run(["results", "--runs"])).stdout).toContain(first);
  expect((await fleet.run(["results", "--run", first])).stderr).toContain(`Run ${first}, preview`);
  const { stderr } = await fleet.run(["results", "--run", "nobody"], 1);
  expect(stderr).toBe(
    "error: this run does not exist: `npx pulumi-pinterest fleet results --runs` lists all runs.\n",
  );
});

test("an update fails only the merchant that Pinterest refuses, and does not retry its shard", async () => {
  fleet.lab.emulator.clearRequests();
  const { stdout } = await fleet.run(["up", "--yes", "--json"], 1);
  const up = JSON.parse(stdout) as RunDocument;
  expect(counts(up)).toEqual({ updated: 1, unchanged: 4, deleted: 1, failed: 1 });
  expect(fleet.lab.writes().sort()).toEqual(["DELETE id-6", "PATCH id-1"]);
  expect(await fleet.json("status")).toMatchObject({
    shards: [
      { pending: 1, merchants: 4 },
      { pending: 0, merchants: 2 },
    ],
  });
  const failed = up.shards.find(({ state }) => state === "failed");
  expect(failed?.attempts).toBe(1);
  const refused = failed?.merchants.filter(({ status }) => status === "failed");
  expect(refused?.map(({ name }) => name)).toEqual(["shop-9"]);
  expect(refused?.[0]?.message).toMatch(
    /it already exists at Pinterest.*set `adopt` to true for this merchant/s,
  );
  expect(refused?.[0]?.message).not.toMatch(/`pulumi |import\.json|NAME|program|alias/);
  await fleet.waitForRows(
    "select where not exists (select from pinterest_fleet_queue.job where state <> 'completed')",
  );
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

test("keeps the history of a merchant, the newest first", async () => {
  const history = await fleet.json<{ operation: string; status: string; properties: string[] }[]>(
    "results",
    "--merchant",
    "shop-3",
  );
  expect(history.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
    "up unchanged",
    "drift drifted",
    "drift --from-state drifted",
    "up created",
    "preview would create",
  ]);
  expect(history[1]?.properties).toEqual(["connectedTagId"]);
});

test("an update with a refresh fixes drift in unchanged shards too, and reports adoptions", async () => {
  await fleet.plan(laterList({ adopt: true }));
  const run = await fleet.json<RunDocument>("up", "--yes", "--refresh");
  expect(counts(run)).toEqual({ created: 1, updated: 1, "in-sync": 4 });
  expect(fleet.lab.emulator.integration("id-3")).toMatchObject({ connected_tag_id: "102" });
  const withMessage = merchantsIn(run).filter(({ message }) => message !== null);
  const adopted =
    "adopted integration 'id-9', which already exists at Pinterest, and overwrote `connectedTagId`, `partnerAccessToken`, `partnerPrimaryEmail`";
  expect(withMessage.map(({ name, status, message }) => [name, status, message])).toEqual([
    ["shop-9", "created", adopted],
  ]);
  expect((await fleet.run(["results", "--merchant", "shop-9"])).stdout).toContain(adopted);
});

test("reports that the old integration was deleted if another account owns the new one", async () => {
  fleet.lab.emulator.addAccount({ name: "other" });
  fleet.lab.emulator.put("id-of-other-account", {}, { account: "other" });
  const list = laterList({ adopt: true, externalBusinessId: "id-of-other-account" });
  expect(await fleet.plan(list, "--confirm-shrink")).toMatchObject({ replaced: 1, changed: 0 });
  expect(counts(await fleet.json("preview"))).toMatchObject({ "would replace": 1 });
  const run = JSON.parse((await fleet.run(["up", "--yes", "--json"], 1)).stdout) as RunDocument;
  expect(merchantsIn(run).filter(({ status }) => status === "failed")).toEqual([
    expect.objectContaining({
      name: "shop-9",
      message: expect.stringMatching(/belongs to another owner[\s\S]*Integration 'id-9' was already deleted/),
    }),
  ]);
  expect(run.shards.filter(({ state }) => state === "failed").map(({ attempts }) => attempts)).toEqual([1]);
  expect(fleet.lab.emulator.integration("id-9")).toBeUndefined();
  await fleet.plan(laterList({ adopt: true }));
  expect(counts(await fleet.json("up", "--yes"))).toMatchObject({ replaced: 1 });
});

test("Ctrl-C ends only the wait, and `results --wait` waits for the run again", async () => {
  await fleet.plan(laterList({ adopt: true, connectedTagId: "77" }));
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
  const main = join(fleet.lab.directory, "node_modules/.bin/pulumi-pinterest");
  const { child, ended } = fleet.lab.launch("node", main, "fleet", "up", "--yes");
  await fleet.waitForRows("select from pinterest_fleet.run_shard where state = 'running'");
  child.kill("SIGINT");
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(130);
  const [, command = ""] = /`npx pulumi-pinterest fleet (results --run \S+ --wait)`/.exec(stderr) ?? [];
  const waiting = fleet.run(command.split(" "));
  expect(await Promise.race([waiting, setTimeout(3_000, "still waiting")])).toBe("still waiting");
  fleet.lab.emulator.release(fault.number);
  expect((await waiting).stdout).toMatch(/shop-9 +updated +connectedTagId/);
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

test("destroy deletes all integrations and stacks", async () => {
  await fleet.run(["destroy", "--yes"]);
  expect(fleet.lab.emulator.integration("id-1")).toBeUndefined();
  const stacks = await fleet.rows<{ key: string }>(
    "select key from pulumi_state where key like '%/stacks/%/shard-%.json'",
  );
  expect(stacks).toEqual([]);
  expect((await fleet.run(["status"])).stdout).toContain("6 merchants, 6 of them pending");
  const { stdout } = await fleet.run(["destroy", "--yes"]);
  expect(stdout).toMatch(
    /^Nothing was deployed, so nothing was deleted\.\n.*\ndestroy of 2 shards: 6 missing\.\n$/,
  );
});
