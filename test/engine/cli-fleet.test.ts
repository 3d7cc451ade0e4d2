import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";

const token = "partner-token-in-clear";
const email = "owner@in-clear.example";

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

/** How many merchants there are of each status. */
function counts({ shards }: RunDocument): Record<string, number> {
  const byStatus = Map.groupBy(
    shards.flatMap(({ merchants }) => merchants),
    ({ status }) => status,
  );
  return Object.fromEntries([...byStatus].map(([status, those]) => [status, those.length]));
}

/** What a look says waits for an update. */
async function pendingOf(...look: string[]): Promise<Record<string, string>> {
  const { stacks } = await fleet.json<{
    stacks: { merchants: { name: string; pending: string[] }[] }[];
  }>(...look);
  const merchants = stacks.flatMap((stack) => stack.merchants);
  const waiting = merchants.filter(({ pending }) => pending.length > 0);
  return Object.fromEntries(waiting.map(({ name, pending }) => [name, pending.join(", ")]));
}

test("a fleet is made, and a list becomes shards; nothing is at Pinterest yet", async () => {
  expect((await fleet.fleet(["init", "--shard-size", "3"])).stdout).toContain("up to 3 merchants each");
  const list = shops(6, { partnerAccessToken: token, partnerPrimaryEmail: email });
  expect(await fleet.plan(list)).toMatchObject({ merchants: 6, added: 6 });
  expect((await fleet.fleet(["status"])).stdout).toContain("2 shards, 6 merchants, 6 of them to bring up.");
  expect(fleet.lab.emulator.requests()).toEqual([]);
});

test("two workers bring it up, each shard once", async () => {
  fleet.work();
  fleet.work();
  expect(counts(await fleet.json("preview"))).toEqual({ "would create": 6 });
  expect(fleet.lab.writes()).toEqual([]);
  const up = await fleet.json<RunDocument>("up", "--yes");
  expect(counts(up)).toEqual({ created: 6 });
  expect(up.shards.map(({ stack, state, attempts }) => ({ stack, state, attempts }))).toEqual([
    { stack: "shard-0001", state: "done", attempts: 1 },
    { stack: "shard-0002", state: "done", attempts: 1 },
  ]);
  expect(fleet.lab.emulator.integration("id-4")).toMatchObject({ connected_tag_id: "103" });
  expect((await fleet.fleet(["up", "--yes"])).stderr).toContain("there is nothing to do");
  expect((await fleet.fleet(["status"])).stdout).toContain("0 of them to bring up");
});

test("only the shards that a list changes are brought up", async () => {
  fleet.lab.emulator.clearRequests();
  const [first, ...others] = shops(6, { partnerAccessToken: token, partnerPrimaryEmail: email });
  const list = [{ ...first, name: "flagship", connectedTagId: "900" }, ...others.slice(0, -1)];
  expect(await fleet.plan(list, "--confirm-shrink")).toMatchObject({
    renamed: 1,
    leaving: 1,
    added: 0,
    changed: 0,
  });
  // What is about to end differs from nothing.
  fleet.lab.emulator.put("id-6", { connected_tag_id: "1" });
  expect(await pendingOf("drift", "--sweep")).toEqual({ "shop-6": "delete" });
  expect(await pendingOf("drift")).toEqual({ flagship: "connectedTagId", "shop-6": "delete" });
  fleet.lab.emulator.clearRequests();
  const up = await fleet.json<RunDocument>("up", "--yes");
  expect(counts(up)).toEqual({ updated: 1, same: 4, deleted: 1 });
  expect(fleet.lab.writes().sort()).toEqual(["DELETE id-6", "PATCH id-1"]);
  expect(await fleet.json("status")).toMatchObject({
    shards: [{ pending: 0 }, { pending: 0, merchants: 2 }],
  });
});

test("a look finds what was changed, merchant by merchant, and tells it as drift does", async () => {
  fleet.lab.emulator.put("id-3", { connected_tag_id: "1" });
  const html = join(fleet.lab.directory, "drift.html");
  const { stdout } = await fleet.fleet(["drift", "--html", html, "--json"], 7);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ version: 1, exitCode: 7, summary: { same: 4, drifted: 1, errors: 0 } });
  expect(report.stacks.map(({ stack }: { stack: string }) => stack)).toEqual(["shard-0001", "shard-0002"]);
  expect(readFileSync(html, "utf8")).toContain("shop-3");
  expect((await fleet.fleet(["results"], 7)).stdout).toContain("shop-3");
});

test("runs are listed, the newest first, and told by their numbers", async () => {
  const runs = await fleet.json<{ run: string; operation: string; shards: number; done: number }[]>(
    "results",
    "--runs",
  );
  expect(runs[0]).toMatchObject({ operation: "drift", shards: 2, done: 2 });
  expect(runs.at(-1)).toMatchObject({ operation: "preview" });
  const first = runs.at(-1)?.run ?? "";
  expect((await fleet.fleet(["results", "--runs"])).stdout).toContain(first);
  expect((await fleet.fleet(["results", "--run", first])).stderr).toContain(`Run ${first}, preview`);
  const { stderr } = await fleet.fleet(["results", "--run", "nobody"], 1);
  expect(stderr).toBe(
    "error: there is no such run: `npx pulumi-pinterest fleet results --runs` names those there are\n",
  );
});

test("a worker without any token takes no shard", async () => {
  const { environment } = fleet.lab;
  const { PINTEREST_ACCESS_TOKEN: token } = environment;
  delete environment.PINTEREST_ACCESS_TOKEN;
  const { exitCode, output } = await fleet.work().ended.finally(() => {
    environment.PINTEREST_ACCESS_TOKEN = token;
  });
  expect(output).toContain("there is no token of Pinterest: PINTEREST_ACCOUNT_COMMAND");
  expect(exitCode).toBe(1);
});

test("all that was found of a merchant is kept, the newest first", async () => {
  const history = await fleet.json<{ operation: string; status: string; properties: string[] }[]>(
    "results",
    "--merchant",
    "shop-3",
  );
  expect(history.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
    "drift drifted",
    "up same",
    "drift same",
    "sweep same",
    "up created",
    "preview would create",
  ]);
  expect(history[0]?.properties).toEqual(["connectedTagId"]);
});

test("an update that looks first puts right what drifted, in shards that no list has changed too", async () => {
  const run = await fleet.json<RunDocument>("up", "--yes", "--refresh");
  expect(counts(run)).toEqual({ updated: 1, same: 4 });
  expect(fleet.lab.emulator.integration("id-3")).toMatchObject({ connected_tag_id: "102" });
  await fleet.fleet(["drift", "--sweep"]);
});

test("what fails at Pinterest fails its merchant alone, and is a dead letter at once", async () => {
  fleet.lab.emulator.put("id-9", { connected_tag_id: "5" });
  const [first, ...others] = shops(9, { partnerAccessToken: token, partnerPrimaryEmail: email });
  const list = [
    { ...first, name: "flagship", connectedTagId: "900" },
    ...others.slice(0, 4),
    others.at(-1) ?? {},
  ];
  await fleet.plan(list);
  expect(await pendingOf("drift", "--sweep")).toEqual({ "shop-9": "create" });
  expect(await pendingOf("drift")).toEqual({ "shop-9": "create" });
  expect(await fleet.json("results", "--merchant", "shop-9")).toMatchObject([
    { operation: "drift", message: "not brought up yet: the next update creates it" },
    { operation: "sweep", message: "not brought up yet: the next update creates it" },
  ]);
  const run = await fleet.fleet(["up", "--yes", "--json"], 1);
  const document = JSON.parse(run.stdout) as RunDocument;
  const failed = document.shards.find(({ state }) => state === "failed");
  expect(failed?.attempts).toBe(1);
  const refused = failed?.merchants.filter(({ status }) => status === "failed");
  expect(refused?.map(({ name }) => name)).toEqual(["shop-9"]);
  expect(refused?.[0]?.message).toMatch(
    /it exists at Pinterest already.*set `adopt` to true for this merchant/s,
  );
  expect(refused?.[0]?.message).not.toMatch(/`pulumi |import\.json|NAME|program|alias/);
  const jobs = await fleet.rows<{ name: string; output: unknown }>(
    `select dead.name, failed.output from pinterest_fleet_queue.job as dead
       join pinterest_fleet_queue.job as failed on failed.data = dead.data and failed.state = 'failed'
      where dead.name = 'failed-shards'`,
  );
  expect(jobs).toHaveLength(1);
  expect(JSON.stringify(jobs)).toContain("shop-9");
});

test("of whom the list adopts it is said that it was at Pinterest already", async () => {
  const [first, ...others] = shops(9, { partnerAccessToken: token, partnerPrimaryEmail: email });
  await fleet.plan([
    { ...first, name: "flagship", connectedTagId: "900" },
    ...others.slice(0, 4),
    { ...others.at(-1), adopt: true },
  ]);
  const run = await fleet.json<RunDocument>("up", "--yes");
  const merchants = run.shards.flatMap((shard) => shard.merchants);
  const told = merchants.filter(({ message }) => message !== null);
  const takenOver =
    "integration 'id-9' was at Pinterest already; adopted, `connectedTagId`, `partnerAccessToken`, `partnerPrimaryEmail` overwritten";
  expect(told.map(({ name, status, message }) => [name, status, message])).toEqual([
    ["shop-9", "created", takenOver],
  ]);
  expect((await fleet.fleet(["results", "--merchant", "shop-9"])).stdout).toContain(takenOver);
});

test("whose next integration is somebody else's is told that its own has ended", async () => {
  fleet.lab.emulator.addAccount({ name: "stranger" });
  fleet.lab.emulator.put("of-a-stranger", {}, { account: "stranger" });
  const [first, ...others] = shops(9, { partnerAccessToken: token, partnerPrimaryEmail: email });
  const list = (last: object) => [
    { ...first, name: "flagship", connectedTagId: "900" },
    ...others.slice(0, 4),
    { ...others.at(-1), adopt: true, ...last },
  ];
  expect(await fleet.plan(list({ externalBusinessId: "of-a-stranger" }), "--confirm-shrink")).toMatchObject({
    replaced: 1,
    changed: 0,
  });
  expect(counts(await fleet.json("preview"))).toMatchObject({ "would replace": 1 });
  const run = JSON.parse((await fleet.fleet(["up", "--yes", "--json"], 1)).stdout) as RunDocument;
  const failed = run.shards.flatMap(({ merchants }) => merchants).filter(({ status }) => status === "failed");
  expect(failed).toEqual([
    expect.objectContaining({
      name: "shop-9",
      message: expect.stringMatching(/somebody else[\s\S]*its integration 'id-9' was ended before that/),
    }),
  ]);
  expect(run.shards.filter(({ state }) => state === "failed").map(({ attempts }) => attempts)).toEqual([1]);
  expect(fleet.lab.emulator.integration("id-9")).toBeUndefined();
  await fleet.plan(list({}));
  expect(counts(await fleet.json("up", "--yes"))).toMatchObject({ replaced: 1 });
});

test("no secret of a merchant is in a table, in state as it is, or in what was said", async () => {
  const tables = await fleet.tables();
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const [found] = await fleet.rows<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} as t`,
    );
    expect(`${name}: ${found?.text}`).not.toMatch(/in-clear/);
  }
  const states = await fleet.states();
  expect(states.some(({ text }) => text.includes("shop-2"))).toBe(true);
  for (const { key, text } of states) expect(`${key}: ${text}`).not.toMatch(/in-clear/);
  expect(fleet.lab.transcript).not.toMatch(/in-clear/);
});

test("all is ended, and the stacks with it", async () => {
  await fleet.fleet(["destroy", "--yes"]);
  expect(fleet.lab.emulator.integration("id-1")).toBeUndefined();
  const stacks = await fleet.rows<{ key: string }>(
    "select key from pulumi_state where key like '%/stacks/%/shard-%.json'",
  );
  expect(stacks).toEqual([]);
  expect((await fleet.fleet(["status"])).stdout).toContain("6 merchants, 6 of them to bring up");
  const again = await fleet.json<RunDocument>("destroy", "--yes");
  expect(again.shards.map(({ state, attempts }) => ({ state, attempts }))).toEqual([
    { state: "done", attempts: 1 },
    { state: "done", attempts: 1 },
  ]);
});
