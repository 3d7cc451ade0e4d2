import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FleetLab, type LabWorker, shops } from "../engine/helpers/fleet-lab";
import { type Postgres, startPostgres } from "../postgres";
import { print, settings, timeout } from "./settings";

const { merchantsWithKills: merchants } = settings;
/** Number of shards: two for each worker. */
const shards = 4;

let server: Postgres;
let fleet: FleetLab;
let workers: LabWorker[];

beforeAll(async () => {
  server = await startPostgres();
  fleet = await FleetLab.open(server);
  await fleet.run(["init", "--shard-size", String(Math.ceil(merchants / shards))]);
  await fleet.plan(shops(merchants));
  fleet.lab.emulator.armFault({ kind: "slow", ms: settings.latencyMs, times: "all" });
  workers = [fleet.startWorker(), fleet.startWorker()];
  await fleet.run(["up", "--yes"]);
}, timeout);

afterAll(() => fleet.close(), timeout);

/** Random numbers from 0 to 1. A seed always gives the same numbers. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

/** The integration IDs at Pinterest, by external business ID. A recreated integration has a new ID. */
const integrationIds = () =>
  Object.fromEntries(
    fleet.lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]),
  );

/** Ten merchants whose integrations differ in each round and phase. */
const changingShops = (round: number, phase: string) =>
  shops(10).map((shop) => ({
    ...shop,
    name: `changing-${shop.name}`,
    externalBusinessId: `${shop.name}-${round}-${phase}`,
  }));

test(
  "after random kills, each update deploys the list, and no integration is lost or recreated",
  async () => {
    const random = randomNumbers(settings.seed);
    const chance = () => random.next().value;
    const before = integrationIds();
    const endsAt = performance.now() + settings.minutes * 60_000;
    const events = { updates: 0, "workers killed": 0, "workers stopped": 0, "restarts of PostgreSQL": 0 };
    for (let round = 1; performance.now() < endsAt; round += 1) {
      const stable = shops(merchants, { connectedTagId: String(round) });
      await fleet.plan([...stable, ...changingShops(round, "a")], "--confirm-shrink");
      const update = fleet.run(["up", "--yes"]);
      const isOver = update.then(() => true);
      // Fewer kills than the attempts of a shard.
      for (let count = 0; count < 4; count += 1) {
        if (await Promise.race([isOver, setTimeout(500 + chance() * 8_000, false)])) break;
        const kind = chance();
        if (kind < 0.15) {
          events["restarts of PostgreSQL"] += 1;
          await server.restart();
          continue;
        }
        const [victim] = workers.splice(Math.floor(chance() * workers.length), 1);
        const isKill = kind < 0.8;
        events[isKill ? "workers killed" : "workers stopped"] += 1;
        victim?.kill(isKill ? "SIGKILL" : "SIGTERM");
        // Half of the changing shops leave the list, and the others get another integration.
        if (count === 0)
          await fleet.plan([...stable, ...changingShops(round, "b").slice(5)], "--confirm-shrink");
        workers.push(fleet.startWorker());
      }
      await update;
      await fleet.plan([...stable, ...changingShops(round, "c").slice(8)], "--confirm-shrink");
      await fleet.run(["up", "--yes"]);
      events.updates += 1;
      const { [`shop-9-${round}-c`]: ninth, [`shop-10-${round}-c`]: tenth, ...others } = integrationIds();
      expect([ninth, tenth]).toEqual([expect.any(String), expect.any(String)]);
      expect(others).toEqual(before);
      const found = shops(merchants).map(({ externalBusinessId: id }) =>
        fleet.lab.emulator.integration(String(id)),
      );
      expect(new Set(found.map((each) => each?.connected_tag_id))).toEqual(new Set([String(round)]));
    }
    for (const [what, count] of Object.entries(events)) print(what, String(count));
    print("integrations lost or recreated", "0");
  },
  timeout,
);
