import { describe, expect, test } from "@jest/globals";
import { PinterestApiError, PinterestInputError } from "../../provider/pinterest";
import { clientFor, failureOf, failureOfKind } from "./helpers/client";
import { type Reply, success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

const down: Reply = { status: 503, body: { code: 0, message: "Down." }, headers: { "x-pinterest-rid": "7" } };

describe("an API that is down", () => {
  test("is asked four times, with waits that may be twice as long each time", async () => {
    const { clock, api, client, elapsed } = fake(() => down);
    clock.chances = [0.999_999];
    const call = client.getCommerceIntegration("shop-1");
    const error = await clock.run(failureOfKind(PinterestApiError, call));
    expect(api.requests).toHaveLength(4);
    expect(clock.sleeps.filter((wait) => wait > 0).map(Math.round)).toEqual([500, 1000, 2000]);
    expect(Math.round(elapsed())).toBe(3500);
    expect(error).toMatchObject({ status: 503, attempts: 4, waitedMs: 3500 });
  });

  test("ends in the error of the last answer, which says how often and how long it was asked", async () => {
    const { clock, client } = fake((_request, index) => ({
      status: 503,
      body: { code: 0, message: `no ${index}` },
    }));
    clock.chances = [0.999_999];
    const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
    expect(error.message).toBe(
      'reading commerce integration "shop-1" failed after 4 attempts in 3.5 s: Pinterest answered HTTP 503, code 0: no 3. Nothing was changed. Run again later.',
    );
    expect(error.stack).toMatch(/^PinterestApiError: reading .* failed after 4 attempts in 3\.5 s: /);
  });

  test("is asked at once where chance says so, and at times between", async () => {
    const { clock, client } = fake(() => down);
    clock.chances = [0, 0.25, 0.5];
    await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
    expect(clock.sleeps.filter((wait) => wait > 0)).toEqual([250, 1000]);
  });

  test("makes waits of at most 20 s", async () => {
    const { clock, client } = fake(() => down, { maxAttempts: 10 });
    clock.chances = [0.999_999_999];
    await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
    expect(Math.round(Math.max(...clock.sleeps))).toBe(20_000);
  });
});

test("one attempt is no repetition, not even after a rate limit, and its error says nothing of attempts", async () => {
  for (const status of [503, 429]) {
    const { clock, api, client } = fake(() => ({ status }), { maxAttempts: 1 });
    const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
    expect(api.requests).toHaveLength(1);
    expect(error).toMatchObject({ status, attempts: 1, waitedMs: 0 });
    expect(error.message).not.toContain("attempts");
  }
});

test("a thousand operations against an API that is down make 1,050 requests, not 4,000", async () => {
  const { clock, api, client } = fake(() => down, { latencyMs: 50 });
  const calls = Array.from({ length: 1000 }, (_, n) => failureOf(client.getCommerceIntegration(`shop-${n}`)));
  await clock.run(Promise.all(calls));
  expect(api.requests).toHaveLength(1050);
});

test("the retries that help are given back, so that an API that fails every third time is no problem", async () => {
  const { clock, api, client } = fake((request, index) => (index % 3 === 0 ? down : success(request)));
  for (let n = 0; n < 200; n += 1) await clock.run(client.getCommerceIntegration(`shop-${n}`));
  expect(api.requests.length).toBeGreaterThan(250);
});

test("allows one more retry after ten operations that succeed at the first attempt, and gives back a retry that helps once", async () => {
  let failures = Number.POSITIVE_INFINITY;
  const { clock, api, client } = fake((request) => {
    failures -= 1;
    return failures >= 0 ? down : success(request);
  });
  /** The number of requests that the operations make if the first `failing` requests fail. */
  const requestsOf = async (operations: number, failing: number) => {
    failures = failing;
    const before = api.requests.length;
    for (let n = 0; n < operations; n += 1)
      await clock.run(client.getCommerceIntegration(`shop-${n}`).catch(() => {}));
    return api.requests.length - before;
  };
  expect(await requestsOf(100, Number.POSITIVE_INFINITY)).toBe(150);
  expect(await requestsOf(10, 0)).toBe(10);
  expect(await requestsOf(1, 1)).toBe(2);
  expect(await requestsOf(3, Number.POSITIVE_INFINITY)).toBe(4);
});

test("retries of several clients of one origin are limited together", async () => {
  const one = fake(() => down);
  const other = fake(() => down, { clock: one.clock, account: "other" });
  const many = (client: typeof one.client) =>
    Array.from({ length: 100 }, (_, n) => failureOf(client.getCommerceIntegration(`shop-${n}`)));
  await one.clock.run(Promise.all([...many(one.client), ...many(other.client)]));
  expect(one.api.requests.length + other.api.requests.length).toBe(250);
});

describe("a wait that the server asks for", () => {
  test("is kept, and lengthened by chance up to a tenth", async () => {
    for (const [chance, seconds] of [
      [0, 3],
      [0.5, 3.15],
    ] as const) {
      const { clock, client, elapsed } = fake((request, index) =>
        index === 0 ? { status: 503, headers: { "retry-after": "3" } } : success(request),
      );
      clock.chances = [chance];
      await clock.run(client.getCommerceIntegration("shop-1"));
      expect(elapsed()).toBe(seconds * 1000);
    }
  });

  test("is told to the person at the terminal", async () => {
    const { clock, client, told } = fake(
      (request, index) => (index === 0 ? { status: 503, headers: { "retry-after": "3" } } : success(request)),
      { account: "north" },
    );
    clock.chances = [0];
    await clock.run(client.getCommerceIntegration("shop-1"));
    expect(told).toEqual([
      `reading commerce integration "shop-1" (account 'north') waits 3 s before attempt 2 of 4: Pinterest answered HTTP 503, code 0: no`,
    ]);
  });

  test("ends the operation at once where it goes beyond its time, saying until when", async () => {
    const { clock, api, client, elapsed } = fake(() => ({ ...down, headers: { "retry-after": "600" } }));
    const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
    expect(elapsed()).toBe(0);
    expect(api.requests).toHaveLength(1);
    expect(error.message).toContain(
      "It asks to wait until 2026-01-01T00:10:00Z (10 minutes), longer than this operation may take (300 s, pinterest:operationTimeout).",
    );
  });
});

test("waits of up to two seconds are not told", async () => {
  const { clock, client, told } = fake(() => down);
  clock.chances = [0.999_999];
  await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
  expect(told).toEqual([]);
});

test("no wait begins that would end after the operation's time, of the client or of a call", async () => {
  const { clock, api, client, elapsed } = fake(() => down, { operationTimeoutMs: 1200 });
  clock.chances = [0.999_999];
  const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
  expect(Math.round(elapsed())).toBe(500);
  expect(error).toMatchObject({ status: 503, attempts: 2 });
  await clock.run(failureOf(client.getCommerceIntegration("shop-1", { operationTimeoutMs: 400 })));
  expect(api.requests).toHaveLength(3);
});

test.each([[{ maxAttempts: 0 }], [{ maxAttempts: 1.5 }], [{ operationTimeoutMs: 0 }]])(
  "a client with %j is refused",
  (options) => {
    expect(() => clientFor("https://api.example/v5", options)).toThrow(RangeError);
  },
);

test("a call whose time for all attempts is none is refused unsent", async () => {
  const { client, api } = fake();
  await failureOfKind(PinterestInputError, client.listIntegrations({}, { operationTimeoutMs: 0 }));
  expect(api.requests).toEqual([]);
});

test("a caller who gives up ends a wait at once, and hears what the last request left open", async () => {
  const controller = new AbortController();
  const { clock, api, client, elapsed } = fake(() => ({ ...down, headers: { "retry-after": "60" } }));
  const call = failureOf(client.updateCommerceIntegration("shop-1", {}, { signal: controller.signal }));
  void clock.sleep(1000).then(() => controller.abort());
  const error = await clock.run(call);
  expect(elapsed()).toBe(1000);
  expect(error).toMatchObject({ kind: "aborted", outcome: "unknown" });
  expect(api.requests).toHaveLength(1);
});

describe("a write of which one attempt may have been carried out", () => {
  const lost: Reply = { broken: "ECONNRESET" };
  const cases: [string, Reply][] = [
    ["then could not be sent", { unreachable: "ECONNREFUSED" }],
    ["then was refused", { status: 400, body: { code: 1, message: "no" } }],
    ["then would have had to wait too long", { status: 429, headers: { "retry-after": "1000" } }],
  ];

  test.each(cases)("and %s may have been carried out, and says so", async (_name, then) => {
    const { clock, client } = fake((_request, index) => (index === 0 ? lost : then));
    const error = await clock.run(failureOf(client.updateCommerceIntegration("shop-1", {})));
    expect(error.outcome).toBe("unknown");
    expect(error.message).toContain("Of an earlier attempt it is not known what became of it.");
    expect(error.message).not.toContain("Nothing was sent");
  });

  test("is told from one that surely was not, and from a read", async () => {
    const unsent = fake(() => ({ unreachable: "ECONNREFUSED" }));
    const error = await unsent.clock.run(failureOf(unsent.client.updateCommerceIntegration("shop-1", {})));
    expect(error).toMatchObject({ outcome: "never-sent", attempts: 4 });
    const read = fake((_request, index) => (index === 0 ? lost : { status: 404 }));
    const missing = await read.clock.run(failureOf(read.client.getCommerceIntegration("shop-1")));
    expect(missing.outcome).toBe("refused");
  });
});
