import { afterEach, expect, test } from "@jest/globals";
import { Agent } from "undici";
import { type Emulator, type RateLimits, startEmulator } from "../../emulator";
import { PinterestClient, staticToken } from "../../provider/api";
import { VirtualClock } from "../api/helpers/virtual-clock.mts";
import { type Operations, openOperations } from "./helpers/operations";
import { settingsOn } from "./helpers/settings.mts";

const count = 500;

/** The number of operations that the engine runs at a time. */
const parallel = 64;

let clock: VirtualClock;
let emulator: Emulator;
let agent: Agent;
let notes: string[];

/** Start an emulator with these limits. @returns operations with the same clock. */
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

/** Create all integrations with the engine's parallelism. @returns the duration, in milliseconds. */
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

/** The statuses of all creates, in the order of the requests. */
const creates = () =>
  emulator
    .requests()
    .filter(({ operation }) => operation === "create")
    .map(({ status }) => status);

const counted = () => emulator.counters().operations;

test("reads and writes 500 integrations within Pinterest's published limits, without avoidable waits", async () => {
  const lifecycle = await open("standard");
  const durationMs = await createAll(lifecycle);
  expect(emulator.integrations()).toHaveLength(count);
  expect(counted()).toMatchObject({ get: count, create: count });
  expect(new Set(creates())).toEqual(new Set([200]));
  // 400 writes per minute: the last 100 wait until the first leave the window.
  expect(durationMs).toBeGreaterThanOrEqual(60_000);
  expect(durationMs).toBeLessThan(65_000);
  expect(
    notes.filter((note) => note.includes("Rate limited by Pinterest (ads_write, 400 per 60 s)")),
  ).not.toEqual([]);
});

test("observes a limit that only responses report, from the first response on", async () => {
  const lifecycle = await open({ ads_write: [{ limit: 100, window: 10 }] });
  const durationMs = await createAll(lifecycle);
  expect(emulator.integrations()).toHaveLength(count);
  expect(new Set(creates())).toEqual(new Set([200]));
  // Five windows. The first one needs no wait.
  expect(durationMs).toBeGreaterThanOrEqual(40_000);
  expect(durationMs).toBeLessThan(50_000);
});

test("only requests in progress are refused if another program has nearly used up a limit", async () => {
  const lifecycle = await open("standard");
  const others = 390;
  const other = new PinterestClient({
    apiUrl: emulator.url,
    credentials: staticToken(emulator.token()),
    account: "another program",
    clock,
    dispatcher: clock.tracking(agent),
  });
  const used = Array.from({ length: others }, (_, number) =>
    other.createCommerceIntegration({ externalBusinessId: `other-${number}` }),
  );
  await clock.run(Promise.all(used));
  emulator.clearRequests();
  const durationMs = await createAll(lifecycle);
  expect(emulator.integrations()).toHaveLength(others + count);
  const refused = creates().filter((status) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(creates().lastIndexOf(429)).toBeLessThan(parallel);
  expect(creates()).toHaveLength(count + refused.length);
  expect(durationMs).toBeGreaterThanOrEqual(60_000);
  expect(durationMs).toBeLessThan(180_000);
});
