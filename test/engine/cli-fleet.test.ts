import { join } from "node:path";
import { describe, expect } from "@jest/globals";
import { driftReport } from "../../stack/report";
import { fleetAdoptionRemedy, overwritten, ownedByAnother, refusedAdoption } from "../expected/messages";
import { exitCodes } from "../expected/reports";
import { beforeAll, test } from "../with-postgres";
import { fleetOfFile, shops } from "./helpers/fleet-lab";

const token = "partner-token-in-plaintext";
const email = "owner@in-plaintext.example";

const fleet = fleetOfFile();

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

test("deploys the list", async () => {
  await fleet.run(["init", "--shard-size", "10"]);
  await fleet.plan(withSecrets(6));
  fleet.startWorker();
  const up = await fleet.json<RunDocument>("up", "--yes");
  expect(counts(up)).toEqual({ created: 6 });
  expect(fleet.lab.emulator.integration("id-4")).toMatchObject({ connected_tag_id: "103" });
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
  const { stdout } = await fleet.run(["drift", "--from-state", "--json"], 7);
  expect(driftReport.parse(JSON.parse(stdout)).summary).toMatchObject({
    inSync: 5,
    pending: 0,
    drifted: 1,
    errors: 0,
  });
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
    expect(messageOf("shop-9")).toContain(refusedAdoption("id-9", "`connectedTagId`", "merchant list"));
    expect(messageOf("shop-9")).toContain(fleetAdoptionRemedy);
    expect(messageOf("shop-9")).not.toMatch(/`pulumi |import\.json|NAME|program|alias/);
  });

  test("keeps the old integration if another account owns the new one", () => {
    expect(messageOf("shop-2")).toContain(ownedByAnother("id-of-other-account"));
    expect(fleet.lab.emulator.integration("id-2")).toBeDefined();
  });
});

test("an update with a refresh fixes drift and adopts, and continues after Ctrl-C, which ends only the wait", async () => {
  await fleet.plan(laterList({}, { adopt: true }));
  const fault = fleet.lab.emulator.armFault({ kind: "slow", operation: "update", times: 1 });
  const main = join(fleet.lab.directory, "node_modules/.bin/pulumi-pinterest");
  const { child, ended } = fleet.lab.launch("node", main, "fleet", "up", "--yes", "--refresh");
  await fleet.waitForDelayed(fault.number);
  child.kill("SIGINT");
  const interrupted = await ended;
  expect(interrupted.exitCode).toBe(exitCodes.interrupted);
  const [, command = ""] =
    /`npx pulumi-pinterest fleet (results --run \S+ --wait)`/.exec(interrupted.stderr) ?? [];
  // The command needs this lock before it reads the run. The worker, whose engine is delayed, does not.
  const lock = await fleet.lockTable("pinterest_fleet.run_shard");
  const waiting = fleet.json<RunDocument>(...command.split(" "));
  await lock.waitUntilContended();
  await lock.release();
  fleet.lab.emulator.release(fault.number);
  const up = await waiting;
  expect(up.shards).toMatchObject([{ state: "done" }]);
  expect(counts(up)).toEqual({ created: 1, updated: 1, "in-sync": 4 });
  expect(fleet.lab.emulator.integration("id-3")).toMatchObject({ connected_tag_id: "102" });
  const withMessage = merchantsIn(up).filter(({ message }) => message !== null);
  expect(withMessage).toMatchObject([
    {
      name: "shop-9",
      status: "created",
      message: overwritten("id-9", "`connectedTagId`, `partnerAccessToken`, `partnerPrimaryEmail`"),
    },
  ]);
});

test("no secret of a merchant is in a table, in stored state or in output", async () => {
  const stored = await fleet.stored();
  expect(stored.length).toBeGreaterThan(10);
  expect(stored.some(({ place, text }) => /stacks/.test(place) && text.includes("shop-2"))).toBe(true);
  expect(stored.filter(({ text }) => text.includes("in-plaintext"))).toEqual([]);
  expect(fleet.lab.transcript).not.toMatch(/in-plaintext/);
});
