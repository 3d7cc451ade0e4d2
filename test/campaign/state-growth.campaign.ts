import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FleetLab, shops } from "../engine/helpers/fleet-lab";
import { print, timeout } from "./settings";

const merchants = 300;

let fleet: FleetLab;

beforeAll(async () => {
  fleet = await FleetLab.open();
  await fleet.run(["init", "--shard-size", String(merchants)]);
  fleet.startWorker();
}, timeout);

afterAll(() => fleet.close(), timeout);

/** Deploys a list with other tags. Returns the size of the state, and of the earlier states that were added, in bytes for each merchant. */
async function deploy(tag: number, argumentsOf: (index: number) => Record<string, unknown>) {
  const list = shops(merchants).map((shop, index) => ({
    ...shop,
    ...argumentsOf(index),
    connectedTagId: `${tag}${1_000 + index}`,
  }));
  const files = async () => {
    const rows = await fleet.rows<{ key: string; bytes: number }>(
      "select key, pg_column_size(data) as bytes from pulumi_state",
    );
    return new Map(rows.map(({ key, bytes }) => [key, bytes]));
  };
  await fleet.plan(list);
  const before = await files();
  await fleet.run(["up", "--yes"]);
  const added = [...(await files())].filter(([key]) => !before.has(key));
  const states = await fleet.states();
  const state = states.find(({ key }) => key.endsWith("/stacks/pinterest-fleet/shard-0001.json"));
  return {
    growth: Math.round(added.reduce((sum, [, bytes]) => sum + bytes, 0) / merchants),
    state: Math.round((state?.text.length ?? 0) / merchants),
  };
}

const partner = (index: number) => ({
  partnerAccessToken: `access-${index}-`.padEnd(64, "x"),
  partnerRefreshToken: `refresh-${index}-`.padEnd(64, "x"),
  partnerPrimaryEmail: `owner-${index}@shop.example`,
});

test.each([
  ["without partner tokens", () => ({}), 1_400, 1_200],
  ["with two partner tokens of 64 characters and an e-mail", partner, 3_000, 4_500],
])(
  "state and its growth %s",
  async (what, argumentsOf, stateAtMost, growthAtMost) => {
    // The first update also creates the file of the current state.
    await deploy(1, argumentsOf);
    const { state, growth } = await deploy(2, argumentsOf);
    print(`${what}: state of a merchant`, `${state} bytes`);
    print(`${what}: growth by an update, for each merchant of the shard`, `${growth} bytes`);
    expect(state).toBeLessThan(stateAtMost);
    expect(growth).toBeLessThan(growthAtMost);
  },
  timeout,
);
