import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PinterestClient } from "../../provider/pinterest";
import { type SentRequest, success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";
import { limitedApi } from "./helpers/limited-api";
import { VirtualClock } from "./helpers/virtual-clock.mts";

/** The most requests that any span of the width holds. */
function mostWithin(requests: readonly SentRequest[], widthMs: number): number {
  const times = requests.map(({ at }) => at);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + widthMs).length));
}

function updates(client: PinterestClient, count: number): Promise<unknown> {
  return Promise.all(
    Array.from({ length: count }, (_, n) => client.updateCommerceIntegration(`shop-${n}`, {})),
  );
}

function reads(client: PinterestClient, count: number): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, n) => client.getCommerceIntegration(`shop-${n}`)));
}

test("500 writes under 400 a minute take a minute, meet no limit, and say once that they wait", async () => {
  const { clock, api, client, told, elapsed } = fake(undefined, { latencyMs: 200 });
  await clock.run(updates(client, 500));
  expect(api.requests).toHaveLength(500);
  expect(mostWithin(api.requests, 60_000)).toBe(400);
  expect(mostWithin(api.requests, 1_000)).toBe(100);
  // The first answers come after 0.2 s, their places are free 60 s later, and the last hundred takes 0.2 s.
  expect(elapsed()).toBe(60_400);
  expect(told).toEqual([
    `updating commerce integration "shop-400" and 99 more wait until 2026-01-01T00:01:00Z (55 s): Pinterest's limit ads_write of 400 requests in 60 s is used up`,
  ]);
});

test("operations are sent in the order in which they began", async () => {
  const { clock, api, client } = fake(undefined, { requestsPerMinute: 5 });
  await clock.run(updates(client, 20));
  expect(api.requests.map(({ path }) => path.split("/").at(-1))).toEqual(
    Array.from({ length: 20 }, (_, n) => `shop-${n}`),
  );
});

test("a request that is sent again goes before those of operations that began later", async () => {
  const { clock, api, client } = fake(
    (request, index) => (index === 0 ? { status: 503 } : success(request)),
    {
      requestsPerMinute: 1,
    },
  );
  await clock.run(updates(client, 3));
  expect(api.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
    "shop-0",
    "shop-0",
    "shop-1",
    "shop-2",
  ]);
});

test("where a limit is over reads and writes, they go in one order, and neither waits for all of the other", async () => {
  const { clock, api, client } = fake(undefined, { requestsPerMinute: 5 });
  const calls = Array.from({ length: 10 }, (_, n) => [
    client.updateCommerceIntegration(`shop-${n}`, {}),
    client.getCommerceIntegration(`shop-${n}`),
  ]);
  await clock.run(Promise.all(calls.flat()));
  expect(api.requests.map(({ method }) => method)).toEqual(calls.flatMap(() => ["PATCH", "GET"]));
});

test("reads have a limit of their own, and all together keep below 100 a second", async () => {
  const { clock, api, client } = fake(undefined, { latencyMs: 20 });
  await clock.run(Promise.all([updates(client, 400), reads(client, 1000)]));
  expect(mostWithin(api.requests, 1_000)).toBe(100);
  const times = api.requests.map(({ at }) => at);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(60_000);
});

test("a limit of the user's own holds over reads and writes", async () => {
  const { clock, api, client, told } = fake(undefined, { requestsPerMinute: 30 });
  await clock.run(Promise.all([updates(client, 40), reads(client, 40)]));
  expect(mostWithin(api.requests, 60_000)).toBe(30);
  expect(told.join()).toContain("the limit pinterest:requestsPerMinute of 30 requests in 60 s is used up");
});

test("accounts do not wait for each other", async () => {
  const clock = new VirtualClock();
  const accounts = Array.from({ length: 5 }, (_, n) => fake(undefined, { clock, account: `account-${n}` }));
  await clock.run(Promise.all(accounts.map(({ client }) => updates(client, 100))));
  expect(accounts[0]?.elapsed()).toBe(0);
});

test("requests that never left use nothing up", async () => {
  const { clock, api, client, elapsed } = fake(
    (_request, index) =>
      index < 400 ? { unreachable: "ECONNREFUSED" } : { status: 200, body: { items: [] } },
    { maxAttempts: 1, requestsPerMinute: 1 },
  );
  for (let n = 0; n < 400; n += 1) await clock.run(client.listIntegrations().catch(() => {}));
  await clock.run(client.listIntegrations());
  expect(api.requests).toHaveLength(401);
  expect(elapsed()).toBe(0);
});

describe("limits that an answer names", () => {
  test("hold instead of those that are published", async () => {
    const limited = limitedApi([{ name: "ads_write", quota: 10, seconds: 60, windows: "sliding" }]);
    const { clock, client, elapsed } = fake(limited.reply, { latencyMs: 10 });
    await clock.run(updates(client, 1));
    await clock.run(updates(client, 25));
    expect(limited.refused).toBe(0);
    expect(elapsed()).toBeGreaterThan(120_000);
    expect(elapsed()).toBeLessThan(121_000);
  });

  test("count what was sent before they were known", async () => {
    const { clock, api, client } = fake((request, index) => ({
      ...success(request),
      headers: index < 29 ? {} : { "x-ratelimit-limit": '40, 40;w=120;name="ads_write_app_id"' },
    }));
    await clock.run(updates(client, 30));
    await clock.run(updates(client, 20));
    expect(api.requests.filter(({ at }) => at === api.requests[0]?.at)).toHaveLength(40);
  });

  test("may be higher", async () => {
    const limited = limitedApi([
      { name: "safety_net", quota: 1000, seconds: 1, windows: "sliding" },
      { name: "ads_write", quota: 5000, seconds: 60, windows: "sliding" },
    ]);
    const { clock, client, elapsed } = fake(limited.reply, { latencyMs: 10 });
    await clock.run(updates(client, 1));
    await clock.run(updates(client, 900));
    expect(elapsed()).toBeLessThan(1_000);
  });
});

test("what others use of a limit is believed, until the server says it is full again", async () => {
  const limited = limitedApi([
    { name: "safety_net", quota: 100, seconds: 1, windows: "sliding" },
    { name: "ads_write", quota: 50, seconds: 60, windows: 0 },
  ]);
  const { clock, client, elapsed } = fake(limited.reply, { latencyMs: 10 });
  for (let n = 0; n < 45; n += 1) limited.elsewhere("PATCH", clock.now());
  await clock.run(updates(client, 1));
  await clock.run(updates(client, 10));
  expect(limited.refused).toBe(0);
  expect(elapsed()).toBeGreaterThanOrEqual(60_000);
  expect(elapsed()).toBeLessThan(61_000);
});

const latency = fc.integer({ min: 0, max: 3_000 });

test("however the server's windows lie and however slow its answers are, no limit is met", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant<"sliding">("sliding"), fc.integer({ min: 0, max: 59 })),
      fc.integer({ min: 1, max: 40 }),
      fc.array(latency, { minLength: 1 }),
      fc.boolean(),
      async (windows, quota, latencies, headers) => {
        const limited = limitedApi(
          [
            { name: "safety_net", quota: 20, seconds: 1, windows: "sliding" },
            { name: "ads_write", quota, seconds: 60, windows },
          ],
          { headers },
        );
        const { clock, client } = fake(limited.reply, {
          latencyMs: (index) => latencies[index % latencies.length] ?? 0,
          operationTimeoutMs: 24 * 3600 * 1000,
          requestTimeoutMs: 1e9,
          ...(headers ? {} : { requestsPerMinute: Math.min(quota, 20) }),
        });
        // With headers, the first answer tells the limits.
        await clock.run(updates(client, 1));
        await clock.run(updates(client, 100));
        expect(limited.refused).toBe(0);
        expect(limited.admitted).toHaveLength(101);
      },
    ),
    { numRuns: 40 },
  );
});
