import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, type LabWorker, shops } from "./helpers/fleet-lab";

let fleet: FleetLab;
let worker: LabWorker;

const secrets = {
  partnerAccessToken: "token-in-clear-of-partner",
  partnerPrimaryEmail: "in-clear@shop.example",
};

const accounts = ["north", "south"];

/** Four merchants in two shards, one of them of each account. */
const list = () =>
  shops(4, secrets).map((shop, index) => (index < 2 ? { ...shop, account: accounts[index] } : shop));

beforeAll(async () => {
  fleet = await FleetLab.open();
  const tokens = accounts.map((name) => [name, fleet.lab.emulator.addAccount({ name }).access_tokens[0]]);
  fleet.lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  await fleet.fleet(["init", "--shard-size", "2"]);
  await fleet.plan(list());
  worker = fleet.work();
  await fleet.fleet(["up", "--yes"]);
});

afterAll(() => fleet.close());

const stackOf = async (name: string) => {
  const rows = await fleet.rows<{ name: string; stack: string }>(
    "select name, stack from pinterest_fleet.merchant join pinterest_fleet.shard on shard.id = shard_id",
  );
  return rows.find((row) => row.name === name)?.stack;
};

/** The statuses of an update of all shards, by stack. */
async function updateAll(): Promise<Record<string, string[]>> {
  const { shards } = await fleet.json<{ shards: { stack: string; merchants: { status: string }[] }[] }>(
    "up",
    "--yes",
    "--all",
  );
  return Object.fromEntries(
    shards.map(({ stack, merchants }) => [stack, merchants.map(({ status }) => status)]),
  );
}

test("moves a merchant to a new shard without a request to Pinterest", async () => {
  expect(await stackOf("shop-1")).toBe("shard-0001");
  fleet.lab.emulator.clearRequests();
  expect(await fleet.json("move", "shop-1", "--to", "new")).toEqual({
    moved: [{ name: "shop-1", from: "shard-0001", to: "shard-0003", inState: true }],
  });
  expect(fleet.lab.emulator.requests()).toEqual([]);
  expect(await stackOf("shop-1")).toBe("shard-0003");
});

test("keeps workers away from an interrupted move, which the same command completes", async () => {
  // As the engine leaves it between its two writes: in both states.
  const [kept] = await fleet.rows<{ data: unknown }>(
    "select data from pulumi_state where key like '%/stacks/%/shard-0003.json'",
  );
  await fleet.fleet(["move", "shop-1", "--to", "shard-0002"]);
  await fleet.execute("update pulumi_state set data = $1 where key like '%/stacks/%/shard-0003.json'", [
    JSON.stringify(kept?.data),
  ]);
  await fleet.execute(
    `update pinterest_fleet.merchant set moving_to = shard_id, shard_id = (select id from pinterest_fleet.shard where stack = 'shard-0003')
      where name = 'shop-1'`,
  );
  expect((await fleet.fleet(["up", "--yes", "--all"], 1)).stdout).toContain(
    "To complete it, run `npx pulumi-pinterest fleet move shop-1 --to shard-0002`",
  );
  expect((await fleet.fleet(["move", "shop-1", "--to", "shard-0002"])).stderr).toContain(
    "shard-0002 has 3 merchants now, more than the 2 of --shard-size",
  );
});

test("reuses an empty shard for a move to a new one", async () => {
  expect(await fleet.json("move", "shop-2", "--to", "new")).toEqual({
    moved: [{ name: "shop-2", from: "shard-0002", to: "shard-0003", inState: true }],
  });
});

test("updates moved merchants in their new shards, and leaves their connections as they are", async () => {
  expect(await updateAll()).toEqual({
    "shard-0001": ["unchanged"],
    "shard-0002": ["unchanged", "unchanged"],
    "shard-0003": ["unchanged"],
  });
  expect(fleet.lab.writes()).toEqual([]);
  expect(fleet.lab.emulator.integrations()).toHaveLength(4);
});

test("does not offboard a merchant whose token is only missing on this machine", async () => {
  const { environment } = fleet.lab;
  const { PINTEREST_ACCOUNTS: all } = environment;
  environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: "pina_other" });
  const { stderr } = await fleet.fleet(["offboard", "shop-2", "--yes"], 1).finally(() => {
    environment.PINTEREST_ACCOUNTS = all;
  });
  expect(stderr).toContain("'shop-2' is unreachable: no access token for account 'south'");
  expect(await stackOf("shop-2")).toBe("shard-0003");
});

test("offboards none of several merchants if Pinterest still answers for one", async () => {
  fleet.lab.emulator.setAccount("south", { revoked: true });
  const { stderr } = await fleet.fleet(["offboard", "shop-2", "shop-4", "--yes"], 1);
  expect(stderr).toContain("nothing was changed:\n  'shop-4' is in sync");
  expect(await stackOf("shop-2")).toBe("shard-0003");
});

test("offboards a merchant whose token is revoked, and erases everything stored about it", async () => {
  await fleet.plan(
    list().filter(({ name }) => name !== "shop-2"),
    "--confirm-shrink",
  );
  const { stdout } = await fleet.fleet(["up", "--yes"], 1);
  expect(stdout).toContain("Not deleted at Pinterest: shop-2. If a merchant revoked your access for good");
  expect(stdout.match(/shop-2 .*revoked|deleting integration 'id-2'/g)).toHaveLength(1);
  const { offboarded } = await fleet.json<{ offboarded: Record<string, unknown>[] }>(
    "offboard",
    "shop-2",
    "--yes",
  );
  expect(offboarded).toMatchObject([
    {
      name: "shop-2",
      externalBusinessId: "id-2",
      account: "south",
      wasListed: false,
      earlierStates: { kind: "erased" },
    },
  ]);
  expect(offboarded[0]?.integrationId).toBe(fleet.lab.emulator.integration("id-2")?.id);
  for (const { name } of await fleet.tables()) {
    const [found] = await fleet.rows<{ text: string }>(
      `select coalesce(string_agg(t::text, ' '), '') as text from ${name} as t`,
    );
    expect(`${name}: ${found?.text.match(/.{30}shop-2.{30}/)}`).toBe(`${name}: null`);
  }
  const states = await fleet.states();
  expect(states.some(({ text }) => text.includes("shop-4"))).toBe(true);
  expect(states.filter(({ text }) => text.includes("shop-2")).map(({ key }) => key)).toEqual([]);
});

test("leaves the other merchants as they were, and plans without the offboarded one", async () => {
  await fleet.plan(list().filter(({ name }) => name !== "shop-2"));
  fleet.lab.emulator.clearRequests();
  await fleet.fleet(["up", "--yes", "--all"]);
  expect(fleet.lab.writes()).toEqual([]);
  worker.kill("SIGTERM");
  expect((await worker.ended).exitCode).toBe(0);
});
