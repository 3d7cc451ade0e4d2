import { afterEach, expect, test } from "@jest/globals";
import { Agent } from "undici";
import { type Emulator, type RateLimits, startEmulator } from "../../emulator";
import { PinterestClient, staticToken } from "../../provider/api";
import { VirtualClock } from "../api/helpers/virtual-clock.mts";
import { type Operations, openOperations } from "./helpers/operations";
import { settingsOn } from "./helpers/settings.mts";

const count = 500;

/** What the engine has under way at a time. */
const parallel = 64;

let clock: VirtualClock;
let emulator: Emulator;
let agent: Agent;
let notes: string[];

/** A Pinterest with these limits, whose time is that of the lifecycle. */
async function open(rateLimits: RateLimits): Promise<Operations> {
  clock = new VirtualClock();
  emulator = await startEmulator({ now: () => clock.now(), switches: { rateLimits } });
  agent = new Agent();
  notes = [];
  const client = new PinterestClient({
    apiUrl: emulator.url,
    credentials: staticToken(emulator.token()),
    clock,
    dispatcher: clock.tracking(agent),
    onWait: (message) => notes.push(message),
  });
  return openOperations({
    client: () => client,
    notify: (message) => notes.push(message),
    ...settingsOn(clock),
  });
}

afterEach(async () => {
  await agent.close();
  await emulator.stop();
});

/** Creates all of them, as many at a time as the engine does, and says how long that took by the clock, in milliseconds. */
async function createAll(lifecycle: Operations): Promise<number> {
  const start = clock.now();
  const ids = Array.from({ length: count }, (_, number) => `shop-${number + 1}`);
  const worker = async () => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
      await lifecycle.create({ externalBusinessId: id, connectedTagId: "1" });
    }
  };
  await clock.run(Promise.all(Array.from({ length: parallel }, worker)));
  return clock.now() - start;
}

/** The statuses of all creates, in the order in which they came in. */
const creates = () =>
  emulator
    .requests()
    .filter(({ operation }) => operation === "create")
    .map(({ status }) => status);

const counted = () => emulator.counters().operations;

test("500 integrations under Pinterest's published limits meet none, and take no longer than these ask for", async () => {
  const lifecycle = await open("standard");
  const took = await createAll(lifecycle);
  expect(emulator.integrations()).toHaveLength(count);
  expect(counted()).toMatchObject({ get: count, create: count });
  expect(new Set(creates())).toEqual(new Set([200]));
  // 400 writes a minute: the last hundred waits for the places of the first.
  expect(took).toBeGreaterThanOrEqual(60_000);
  expect(took).toBeLessThan(65_000);
  expect(
    notes.filter((note) => note.includes("Rate limited by Pinterest (ads_write, 400 per 60 s)")),
  ).not.toEqual([]);
});

test("a limit that only the answers tell is kept from the first answer on", async () => {
  const lifecycle = await open({ ads_write: [{ limit: 100, window: 10 }] });
  const took = await createAll(lifecycle);
  expect(emulator.integrations()).toHaveLength(count);
  expect(new Set(creates())).toEqual(new Set([200]));
  // Five windows, the first of which costs no time.
  expect(took).toBeGreaterThanOrEqual(40_000);
  expect(took).toBeLessThan(50_000);
});

test("a limit that another program has nearly used up refuses only what is under way when that shows", async () => {
  const lifecycle = await open("standard");
  const others = 390;
  const other = new PinterestClient({
    apiUrl: emulator.url,
    credentials: staticToken(emulator.token()),
    account: "seen by another program",
    clock,
    dispatcher: clock.tracking(agent),
  });
  const used = Array.from({ length: others }, (_, number) =>
    other.createCommerceIntegration({ externalBusinessId: `other-${number}` }),
  );
  await clock.run(Promise.all(used));
  emulator.clearRequests();
  const took = await createAll(lifecycle);
  expect(emulator.integrations()).toHaveLength(others + count);
  const refused = creates().filter((status) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(creates().lastIndexOf(429)).toBeLessThan(parallel);
  expect(creates()).toHaveLength(count + refused.length);
  expect(took).toBeGreaterThanOrEqual(60_000);
  expect(took).toBeLessThan(180_000);
});
