import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";

let fleet: FleetLab;

const merchants = 300;

const account = (index: number) => `account-${index}`;

beforeAll(async () => {
  fleet = await FleetLab.open();
  const names = fleet.accounts(merchants);
  await fleet.fleet(["init", "--shard-size", "50"]);
  await fleet.plan(shops(merchants).map((shop, index) => ({ ...shop, account: names[index] })));
  fleet.work();
  fleet.work();
});

afterAll(() => fleet.close());

interface Report {
  readonly summary: Record<string, number>;
  readonly stacks: {
    stack: string;
    merchants: { name: string; status: string; properties: { name: string }[] }[];
  }[];
}

const reads = () => fleet.lab.emulator.requests().filter(({ method }) => method === "GET").length;

/** By merchant: what was found of it, and in which properties. */
function verdicts({ stacks }: Report): Record<string, string> {
  return Object.fromEntries(
    stacks
      .flatMap(({ merchants: those }) => those)
      .map(({ name, status, properties }) => [
        name,
        [status, ...properties.map((each) => each.name)].join(" "),
      ]),
  );
}

test("two workers bring 300 merchants up, each once", async () => {
  await fleet.fleet(["up", "--yes"]);
  expect(fleet.lab.emulator.integrations()).toHaveLength(merchants);
  expect(fleet.lab.writes()).toHaveLength(merchants);
});

test("a sweep asks once a merchant", async () => {
  fleet.lab.emulator.clearRequests();
  const { summary } = await fleet.json<Report>("drift", "--sweep");
  expect(summary).toMatchObject({ same: merchants });
  expect(fleet.lab.emulator.requests()).toHaveLength(merchants);
});

test("a sweep finds what the engine finds, merchant by merchant", async () => {
  for (const index of [0, 100, 200]) fleet.lab.emulator.setAccount(account(index), { revoked: true });
  for (const index of [7, 57, 107]) {
    fleet.lab.emulator.put(
      `id-${index + 1}`,
      { connected_tag_id: "1", partner_metadata: '{"a":1}' },
      { account: account(index) },
    );
  }
  for (const index of [20, 220]) fleet.lab.emulator.remove(`id-${index + 1}`);
  fleet.lab.emulator.clearRequests();
  const sweep = JSON.parse((await fleet.fleet(["drift", "--sweep", "--json"], 10)).stdout) as Report;
  // Once each, and once more before one is called gone or revoked.
  expect(reads()).toBe(merchants + 2 + 3);
  const drift = JSON.parse((await fleet.fleet(["drift", "--json"], 10)).stdout) as Report;
  expect(sweep.summary).toMatchObject({ same: 292, drifted: 3, gone: 2, revoked: 3, unreachable: 0 });
  expect(verdicts(sweep)).toEqual(verdicts(drift));
  expect(verdicts(sweep)).toMatchObject({
    "shop-8": "drifted connectedTagId",
    "shop-21": "gone",
  });
  expect(fleet.lab.writes().length).toBe(0);
});

test("an update that looks first puts all right but those that cannot be read, and says so of them", async () => {
  const { stdout } = await fleet.fleet(["up", "--yes", "--refresh", "--json"], 1);
  const { shards } = JSON.parse(stdout) as { shards: { merchants: { name: string; status: string }[] }[] };
  const all = shards.flatMap(({ merchants: those }) => those);
  const named = (status: string) => all.filter((each) => each.status === status).map(({ name }) => name);
  expect(named("revoked").sort()).toEqual(["shop-1", "shop-101", "shop-201"]);
  expect(named("updated").sort()).toEqual(["shop-108", "shop-58", "shop-8"]);
  expect(named("created").sort()).toEqual(["shop-21", "shop-221"]);
  expect(named("same")).toHaveLength(292);
  const { summary } = JSON.parse((await fleet.fleet(["drift", "--sweep", "--json"], 1)).stdout) as Report;
  expect(summary).toMatchObject({ same: 297, revoked: 3 });
});

test("no token of an account is in a table, in state, or in what was said", async () => {
  const tokens = fleet.lab.emulator.accounts().flatMap(({ access_tokens: those }) => those);
  expect(tokens.length).toBeGreaterThanOrEqual(merchants);
  const isShown = (text: string) => tokens.some((token) => text.includes(token));
  for (const { name } of await fleet.tables()) {
    const [found] = await fleet.rows<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} as t`,
    );
    expect(`${name}: ${isShown(found?.text ?? "")}`).toBe(`${name}: false`);
  }
  expect((await fleet.states()).filter(({ text }) => isShown(text)).map(({ key }) => key)).toEqual([]);
  expect(isShown(fleet.lab.transcript)).toBe(false);
});
