import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, type LabWorker, shops } from "./helpers/fleet-lab";

let fleet: FleetLab;
let worker: LabWorker;

const secrets = {
  partnerAccessToken: "token-in-plaintext-of-partner",
  partnerPrimaryEmail: "in-plaintext@shop.example",
};

const accounts = ["north", "south"];

/** Four merchants in one shard. The first two have accounts of their own. */
const list = () =>
  shops(4, secrets).map((shop, index) => (index < 2 ? { ...shop, account: accounts[index] } : shop));

beforeAll(async () => {
  fleet = await FleetLab.open();
  const tokens = accounts.map((name) => [name, fleet.lab.emulator.addAccount({ name }).access_tokens[0]]);
  fleet.lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
  await fleet.run(["init", "--shard-size", "4"]);
  await fleet.plan(list());
  worker = fleet.startWorker();
  await fleet.run(["up", "--yes"]);
});

afterAll(() => fleet.close());

const stackOf = async (name: string) => {
  const rows = await fleet.rows<{ name: string; stack: string }>(
    "select name, stack from pinterest_fleet.merchant join pinterest_fleet.shard on shard.id = shard_id",
  );
  return rows.find((row) => row.name === name)?.stack;
};

test("refuses to offboard a merchant whose token is only missing on this machine", async () => {
  const { environment } = fleet.lab;
  const { PINTEREST_ACCOUNTS: all } = environment;
  environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: "pina_other" });
  const { stderr } = await fleet.run(["offboard", "shop-2", "--yes"], 1).finally(() => {
    environment.PINTEREST_ACCOUNTS = all;
  });
  expect(stderr).toContain("'shop-2' is unreachable: no access token for account 'south'");
  expect(await stackOf("shop-2")).toBe("shard-0001");
});

test("offboards none of several merchants if one is still connected", async () => {
  fleet.lab.emulator.setAccount("south", { revoked: true });
  const { stderr } = await fleet.run(["offboard", "shop-2", "shop-4", "--yes"], 1);
  expect(stderr).toContain("nothing was changed in this shard:\n  'shop-4' is in sync");
  expect(await stackOf("shop-2")).toBe("shard-0001");
});

test("offboards a merchant whose token is revoked, and erases everything stored about it", async () => {
  await fleet.plan(
    list().filter(({ name }) => name !== "shop-2"),
    "--confirm-shrink",
  );
  const { stdout } = await fleet.run(["up", "--yes"], 1);
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

test("keeps the other merchants unchanged, and accepts a list without the offboarded one", async () => {
  await fleet.plan(list().filter(({ name }) => name !== "shop-2"));
  fleet.lab.emulator.clearRequests();
  await fleet.run(["up", "--yes", "--all"]);
  expect(fleet.lab.writes()).toEqual([]);
  worker.kill("SIGTERM");
  expect((await worker.ended).exitCode).toBe(0);
});
