import { expect } from "@jest/globals";
import { afterAll, beforeAll, test } from "../with-postgres";
import { FleetLab, shops } from "./helpers/fleet-lab";

let fleet: FleetLab;

const merchants = 60;

const account = (index: number) => `account-${index}`;

beforeAll(async () => {
  fleet = await FleetLab.open();
  // The workers read a missing integration again if it was just written, and the emulator's write times run ahead of the clock.
  fleet.lab.environment.PINTEREST_CONSISTENCY_TIMEOUT = "0.001";
  const names = fleet.accounts(merchants);
  await fleet.fleet(["init", "--shard-size", "20"]);
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

/** All requests since they were cleared, by account, in alphabetical order. */
const requests = () =>
  fleet.lab.emulator
    .requests()
    .map((request) => `${request.method} ${request.account}`)
    .sort();

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

test("two workers create 60 integrations, each once", async () => {
  await fleet.fleet(["up", "--yes"]);
  expect(fleet.lab.emulator.integrations()).toHaveLength(merchants);
  expect(fleet.lab.writes()).toHaveLength(merchants);
});

test("a quick check asks once for each merchant, and finds what the engine finds", async () => {
  for (const index of [0, 20, 40]) fleet.lab.emulator.setAccount(account(index), { revoked: true });
  for (const index of [7, 27, 47]) {
    fleet.lab.emulator.put(
      `id-${index + 1}`,
      { connected_tag_id: "1", partner_metadata: '{"a":1}' },
      { account: account(index) },
    );
  }
  for (const index of [10, 50]) fleet.lab.emulator.remove(`id-${index + 1}`);
  fleet.lab.emulator.clearRequests();
  const quick = JSON.parse((await fleet.fleet(["drift", "--from-state", "--json"], 10)).stdout) as Report;
  // Once each, and once more before one is reported as missing or revoked.
  const askedTwice = [0, 10, 20, 40, 50];
  const asked = [...Array(merchants).keys(), ...askedTwice].map((index) => `GET ${account(index)}`);
  expect(requests()).toEqual(asked.sort());
  const drift = JSON.parse((await fleet.fleet(["drift", "--json"], 10)).stdout) as Report;
  expect(quick.summary).toMatchObject({ inSync: 52, drifted: 3, missing: 2, revoked: 3, unreachable: 0 });
  expect(verdicts(quick)).toEqual(verdicts(drift));
  expect(verdicts(quick)).toMatchObject({
    "shop-8": "drifted connectedTagId",
    "shop-11": "missing",
  });
  expect(fleet.lab.writes().length).toBe(0);
});

test("an update with a refresh fixes everything except merchants that cannot be read, and names those", async () => {
  const { stdout } = await fleet.fleet(["up", "--yes", "--refresh", "--json"], 1);
  const { shards } = JSON.parse(stdout) as { shards: { merchants: { name: string; status: string }[] }[] };
  const all = shards.flatMap(({ merchants: those }) => those);
  const named = (status: string) => all.filter((each) => each.status === status).map(({ name }) => name);
  expect(named("revoked").sort()).toEqual(["shop-1", "shop-21", "shop-41"]);
  expect(named("updated").sort()).toEqual(["shop-28", "shop-48", "shop-8"]);
  expect(named("created").sort()).toEqual(["shop-11", "shop-51"]);
  expect(named("in-sync")).toHaveLength(52);
  const { summary } = JSON.parse(
    (await fleet.fleet(["drift", "--from-state", "--json"], 1)).stdout,
  ) as Report;
  expect(summary).toMatchObject({ inSync: 57, revoked: 3 });
});

test("no access token is in a table, in state or in output", async () => {
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
