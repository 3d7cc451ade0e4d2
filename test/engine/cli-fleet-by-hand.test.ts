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

test("a merchant that is moved keeps its connection, and is its new shard's from then on", async () => {
  expect(await stackOf("shop-1")).toBe("shard-0001");
  fleet.lab.emulator.clearRequests();
  expect(await fleet.json("move", "shop-1", "--to", "shard-0002")).toEqual({
    moved: [{ name: "shop-1", from: "shard-0001", to: "shard-0002", inState: true }],
  });
  expect(fleet.lab.emulator.requests()).toEqual([]);
  expect(await stackOf("shop-1")).toBe("shard-0002");
  const { shards } = await fleet.json<{ shards: { stack: string; merchants: { status: string }[] }[] }>(
    "up",
    "--yes",
    "--all",
  );
  expect(shards.map(({ merchants }) => merchants.map(({ status }) => status))).toEqual([
    ["same"],
    ["same", "same", "same"],
  ]);
  expect(fleet.lab.writes()).toEqual([]);
});

test("a move that was cut short keeps workers away, and is brought to its end by the same command", async () => {
  // As the engine leaves it between its two writes: in both states.
  const [kept] = await fleet.rows<{ data: unknown }>(
    "select data from pulumi_state where key like '%/stacks/%/shard-0002.json'",
  );
  await fleet.fleet(["move", "shop-1", "--to", "shard-0001"]);
  await fleet.execute("update pulumi_state set data = $1 where key like '%/stacks/%/shard-0002.json'", [
    JSON.stringify(kept?.data),
  ]);
  await fleet.execute(
    `update pinterest_fleet.merchant set moving_to = shard_id, shard_id = (select id from pinterest_fleet.shard where stack = 'shard-0002')
      where name = 'shop-1'`,
  );
  fleet.lab.emulator.clearRequests();
  expect((await fleet.fleet(["up", "--yes", "--all"], 1)).stdout).toContain(
    "`npx pulumi-pinterest fleet move shop-1 --to shard-0001` brings it to its end",
  );
  await fleet.fleet(["move", "shop-1", "--to", "shard-0001"]);
  await fleet.fleet(["up", "--yes", "--all"]);
  expect(fleet.lab.writes()).toEqual([]);
  expect(fleet.lab.emulator.integrations()).toHaveLength(4);
});

test("a move to where a merchant is, to no shard, or of nobody, is refused", async () => {
  expect((await fleet.fleet(["move", "shop-1", "--to", "shard-0001"], 1)).stderr).toContain(
    "in shard-0001 already",
  );
  expect((await fleet.fleet(["move", "shop-1", "--to", "shard-9"], 1)).stderr).toContain(
    "there is no shard 'shard-9'",
  );
  expect((await fleet.fleet(["move", "nobody", "--to", "new"], 1)).stderr).toContain("no merchant 'nobody'");
});

test("who is moved to a new shard twice comes to the same one", async () => {
  expect((await fleet.fleet(["move", "shop-1", "--to", "shard-0002"])).stderr).toContain(
    "shard-0002 has 3 merchants now, more than the 2 of --shard-size",
  );
  await fleet.fleet(["move", "shop-1", "--to", "shard-0001"]);
  const { moved } = await fleet.json<{ moved: { to: string }[] }>("move", "shop-2", "--to", "new");
  expect(moved).toMatchObject([{ to: "shard-0003" }]);
  await fleet.fleet(["move", "shop-2", "--to", "shard-0002"]);
  expect(await fleet.json("move", "shop-2", "--to", "new")).toEqual({
    moved: [{ ...moved[0], from: "shard-0002" }],
  });
});

test("a merchant that can still be asked is not forgotten", async () => {
  expect((await fleet.fleet(["offboard", "shop-2", "--yes"], 1)).stderr).toContain("'shop-2' is same");
  expect(await stackOf("shop-2")).toBe("shard-0003");
});

test("a merchant whose token is missing here alone is not forgotten", async () => {
  const { environment } = fleet.lab;
  const { PINTEREST_ACCOUNTS: all } = environment;
  environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: "pina_other" });
  const { stderr } = await fleet.fleet(["offboard", "shop-2", "--yes"], 1).finally(() => {
    environment.PINTEREST_ACCOUNTS = all;
  });
  expect(stderr).toContain("'shop-2' is unreachable: no access token for account 'south'");
  expect(await stackOf("shop-2")).toBe("shard-0003");
});

test("where one of several can still be asked, none is forgotten", async () => {
  fleet.lab.emulator.setAccount("south", { revoked: true });
  const { stderr } = await fleet.fleet(["offboard", "shop-2", "shop-4", "--yes"], 1);
  expect(stderr).toContain("nothing was changed:\n  'shop-4' is same");
  expect(await stackOf("shop-2")).toBe("shard-0003");
});

test("a merchant whose token is revoked is forgotten, with all that was kept of it", async () => {
  await fleet.plan(
    list().filter(({ name }) => name !== "shop-2"),
    "--confirm-shrink",
  );
  const { stdout } = await fleet.fleet(["up", "--yes"], 1);
  expect(stdout).toContain("Not ended: shop-2. Where a merchant took your access back for good");
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

test("the others of its shard are as they were, and the next plan without it is at rest", async () => {
  await fleet.plan(list().filter(({ name }) => name !== "shop-2"));
  fleet.lab.emulator.clearRequests();
  await fleet.fleet(["up", "--yes", "--all"]);
  expect(fleet.lab.writes()).toEqual([]);
  worker.kill("SIGTERM");
  expect((await worker.ended).exitCode).toBe(0);
});
