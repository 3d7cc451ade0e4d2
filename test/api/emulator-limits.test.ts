import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Agent } from "undici";
import { type Emulator, startEmulator } from "../../emulator";
import { type PinterestClient, staticToken } from "../../provider/api";
import { clientFor, failureOf } from "./helpers/client";
import { VirtualClock } from "./helpers/virtual-clock.mts";

let clock = new VirtualClock();
let emulator: Emulator;
let agent: Agent;
const notices: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ now: () => clock.now() });
  agent = new Agent({ connections: 64 });
});
beforeEach(() => {
  clock = new VirtualClock();
  notices.length = 0;
  emulator.reset();
});
afterAll(async () => {
  await agent.destroy();
  await emulator.stop();
});

function client(account = "shop-1"): PinterestClient {
  return clientFor(emulator.url, {
    account,
    credentials: staticToken(emulator.token(account)),
    clock,
    dispatcher: clock.tracking(agent),
    maxAttempts: 4,
    onWait: (message) => notices.push(message),
  });
}

function statuses(): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of emulator.requests()) counts[status ?? 0] = (counts[status ?? 0] ?? 0) + 1;
  return counts;
}

function creations(one: PinterestClient, count: number): Promise<unknown>[] {
  return Array.from({ length: count }, (_, n) =>
    one.createCommerceIntegration({ externalBusinessId: `new-${n}` }),
  );
}

test("500 creates within the limits of Standard access take a minute, without a 429", async () => {
  emulator.setSwitches({ rateLimits: "standard" });
  const start = clock.now();
  await clock.run(Promise.all(creations(client(), 500)));
  expect(statuses()).toEqual({ 200: 500 });
  expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
  expect(clock.now() - start).toBeLessThan(65_000);
  expect(notices).toHaveLength(1);
});

test("exceeds limits below the published ones only with requests in progress, and then observes them", async () => {
  emulator.setSwitches({
    rateLimits: { ads_write: [{ limit: 20, window: 60 }], safety_net: [{ limit: 10, window: 1 }] },
  });
  const one = client();
  await clock.run(one.listIntegrations());
  await clock.run(Promise.all(creations(one, 60)));
  expect(statuses()[200]).toBe(61);
  expect(statuses()[429] ?? 0).toBeLessThanOrEqual(64);
  const before = statuses()[429] ?? 0;
  await clock.run(
    Promise.all(Array.from({ length: 60 }, (_, n) => one.deleteCommerceIntegration(`new-${n}`))),
  );
  expect(statuses()[429] ?? 0).toBe(before);
});

test("a daily limit fails operations at once, with the time at which it ends", async () => {
  emulator.setSwitches({ rateLimits: "trial" });
  const one = client();
  const results = await clock.run(
    Promise.all(
      creations(one, 400).map((call) =>
        call.then(
          () => "done",
          () => "failed",
        ),
      ),
    ),
  );
  expect(results.filter((end) => end === "done")).toHaveLength(300);
  const error = await clock.run(failureOf(one.createCommerceIntegration({ externalBusinessId: "one-more" })));
  expect(error.message).toMatch(/until 2026-01-02T00:0\d:\d\dZ \(2[34] h \d+ min\)/);
  expect(error.message).toContain("pinterest:operationTimeout");
});

test("spaces writes to one integration as Pinterest requires", async () => {
  emulator.setSwitches({ writeSpacing: 500 });
  const one = client();
  await clock.run(one.createCommerceIntegration({ externalBusinessId: "shop" }));
  const tags = ["1", "2", "3"];
  await clock.run(
    Promise.all(tags.map((tag) => one.updateCommerceIntegration("shop", { connectedTagId: tag }))),
  );
  expect((await clock.run(one.getCommerceIntegration("shop"))).connectedTagId).toBe("3");
});

test("clients of one account in two processes share its limit", async () => {
  emulator.setSwitches({ rateLimits: { ads_write: [{ limit: 40, window: 60 }] } });
  // Under another name, the account has a separate budget, as in another process.
  const [one, other] = [
    client(),
    clientFor(emulator.url, {
      account: "elsewhere",
      credentials: staticToken(emulator.token("shop-1")),
      clock,
      dispatcher: clock.tracking(agent),
      maxAttempts: 4,
    }),
  ];
  const start = clock.now();
  for (const each of [one, other]) await clock.run(each.listIntegrations());
  const calls = Array.from({ length: 60 }, (_, n) => [
    one.createCommerceIntegration({ externalBusinessId: `one-${n}` }),
    other.createCommerceIntegration({ externalBusinessId: `other-${n}` }),
  ]);
  await clock.run(Promise.all(calls.flat()));
  expect(statuses()[200]).toBe(122);
  expect(clock.now() - start).toBeLessThan(300_000);
});
