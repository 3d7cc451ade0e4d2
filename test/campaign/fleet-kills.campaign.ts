import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FleetLab, type LabWorker, shops } from "../engine/helpers/fleet-lab";
import { type Postgres, startPostgres } from "../postgres";
import { print, settings, timeout } from "./settings";

const { merchantsWithKills: merchants } = settings;
/** Two for each worker. */
const shards = 4;

let server: Postgres;
let fleet: FleetLab;
let workers: LabWorker[];

beforeAll(async () => {
  server = await startPostgres();
  fleet = await FleetLab.open(server);
  await fleet.fleet(["init", "--shard-size", String(Math.ceil(merchants / shards))]);
  await fleet.plan(shops(merchants));
  fleet.lab.emulator.armFault({ kind: "slow", ms: settings.latencyMs, times: "all" });
  workers = [fleet.work(), fleet.work()];
  await fleet.fleet(["up", "--yes"]);
}, timeout);

afterAll(() => fleet.close(), timeout);

/** Random numbers from 0 to 1. A seed always gives the same numbers. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

const connections = () =>
  Object.fromEntries(
    fleet.lab.emulator.integrations().map(({ external_business_id: place, id }) => [place, id]),
  );

/** Ten merchants with other integrations in each round, and in each part of it. */
const guests = (round: number, part: string) =>
  shops(10).map((shop) => ({
    ...shop,
    name: `guest-of-${shop.name}`,
    externalBusinessId: `${shop.name}-${round}-${part}`,
  }));

test(
  "after random kills, each update deploys the list, and no integration is lost or recreated",
  async () => {
    const random = randomNumbers(settings.seed);
    const chance = () => random.next().value;
    const before = connections();
    const until = performance.now() + settings.minutes * 60_000;
    const events = { updates: 0, "workers killed": 0, "workers stopped": 0, "restarts of PostgreSQL": 0 };
    for (let round = 1; performance.now() < until; round += 1) {
      const stable = shops(merchants, { connectedTagId: String(round) });
      await fleet.plan([...stable, ...guests(round, "a")], "--confirm-shrink");
      const update = fleet.fleet(["up", "--yes"]);
      const isOver = update.then(() => true);
      // Fewer than the attempts of a shard.
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
        // Half of them leave the list, and the others change.
        if (count === 0) await fleet.plan([...stable, ...guests(round, "b").slice(5)], "--confirm-shrink");
        workers.push(fleet.work());
      }
      await update;
      await fleet.plan([...stable, ...guests(round, "c").slice(8)], "--confirm-shrink");
      await fleet.fleet(["up", "--yes"]);
      events.updates += 1;
      const { [`shop-9-${round}-c`]: ninth, [`shop-10-${round}-c`]: tenth, ...others } = connections();
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
