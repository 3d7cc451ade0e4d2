import { describe, expect, test } from "@jest/globals";
import { PinterestApiError, PinterestTooLateError } from "../../provider/pinterest";
import { failureOf, failureOfKind } from "./helpers/client";
import { type Reply, success } from "./helpers/fake-api.mts";
import { type Fake, fake } from "./helpers/fake-client";
import { limitedApi } from "./helpers/limited-api";

const message = "This request exceeded a rate limit.";
const refused = (headers: Record<string, string> = {}): Reply => ({
  status: 429,
  body: { code: 8, message },
  headers,
});

function update({ client }: Fake, n = 1): Promise<unknown> {
  return client.updateCommerceIntegration(`shop-${n}`, {});
}

function updates(one: Fake, count: number): Promise<unknown>[] {
  return Array.from({ length: count }, (_, n) => update(one, n));
}

describe("a rate limit that is met", () => {
  test("is waited for as long as it tells, more often than there are attempts", async () => {
    const one = fake((request, index) =>
      index < 6 ? refused({ "x-ratelimit-reset": "30" }) : success(request),
    );
    one.clock.chances = [0];
    await one.clock.run(update(one));
    expect(one.elapsed()).toBe(6 * 30_000);
    expect(one.api.requests).toHaveLength(7);
  });

  test("holds a creation up as well, which was surely not done", async () => {
    const one = fake((request, index) => (index === 0 ? refused() : success(request)));
    await one.clock.run(one.client.createCommerceIntegration({ externalBusinessId: "shop-1" }));
    expect(one.api.requests.map(({ method }) => method)).toEqual(["POST", "POST"]);
  });

  test.each([
    ["0 seconds", { "retry-after": "0" }],
    ["nothing", {}],
  ])("is waited for longer and longer where it tells %s", async (_name, headers) => {
    const one = fake(() => refused(headers));
    one.clock.chances = [0];
    const error = await one.clock.run(failureOf(update(one)));
    const times = one.api.requests.map(({ at }) => at);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(waits.slice(0, 7)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000]);
    // Five minutes of it, instead of a request a moment.
    expect(times.length).toBeLessThan(25);
    expect(error).toMatchObject({ status: 429, code: 8, attempts: times.length });
    expect(one.elapsed()).toBeLessThanOrEqual(300_000);
  });

  test("is waited for as shortly as at first once a request was admitted", async () => {
    const one = fake((request, index) => ([0, 1, 2, 4].includes(index) ? refused() : success(request)));
    one.clock.chances = [0];
    await one.clock.run(update(one));
    expect(one.elapsed()).toBe(500 + 1000 + 2000);
    await one.clock.run(one.clock.sleep(2_000));
    await one.clock.run(update(one));
    expect(one.elapsed()).toBe(5500 + 500);
  });

  test("is waited for as the longest of several refusals says", async () => {
    const waits = ["60", "0"];
    const one = fake(
      (request, index) => (index < 2 ? refused({ "retry-after": waits[index] ?? "" }) : success(request)),
      {
        latencyMs: 10,
      },
    );
    one.clock.chances = [0];
    await one.clock.run(Promise.all(updates(one, 2)));
    const [first, , third] = one.api.requests.map(({ at }) => at);
    expect((third ?? 0) - (first ?? 0)).toBe(60_010);
  });

  test("lowers what is used of the limit that was met, and of no other", async () => {
    const headers = {
      "x-ratelimit-limit":
        '5, 5;w=1;name="safety_net_app_id_user_id", 10;w=60;name="ads_write_app_id_user_id"',
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "1",
    };
    const one = fake((request, index) => (index === 0 ? refused(headers) : success(request)));
    await one.clock.run(update(one));
    await one.clock.run(Promise.all(updates(one, 20)));
    const start = one.api.requests[0]?.at ?? 0;
    expect(one.api.requests.filter(({ at }) => at < start + 60_000)).toHaveLength(10);
    expect(one.api.requests.filter(({ at }) => at >= start + 1_000 && at < start + 2_000)).toHaveLength(3);
  });

  test("holds others back for the growing time too, though it tells 0 seconds", async () => {
    const one = fake((request, index) => (index < 2 ? refused({ "retry-after": "0" }) : success(request)));
    one.clock.chances = [0];
    const first = update(one);
    await one.clock.run(one.clock.sleep(1));
    await one.clock.run(Promise.all([first, update(one, 2)]));
    const start = one.api.requests[0]?.at ?? 0;
    const times = one.api.requests.map(({ at }) => at - start);
    expect(times).toHaveLength(4);
    expect(times.slice(0, 3)).toEqual([0, 500, 1500]);
  });

  test("holds back everything of its category, and nothing of others", async () => {
    const one = fake((request, index) => (index === 0 ? refused({ "retry-after": "10" }) : success(request)));
    one.clock.chances = [0];
    const first = update(one);
    await one.clock.run(Promise.race([first, one.clock.sleep(1)]));
    await one.clock.run(one.client.listIntegrations());
    expect(one.elapsed()).toBeLessThan(10);
    await one.clock.run(Promise.all([first, update(one, 2), update(one, 3)]));
    const start = one.api.requests[0]?.at ?? 0;
    expect(one.api.requests.slice(2).filter(({ at }) => at < start + 10_000)).toEqual([]);
    expect(one.api.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
      "shop-1",
      "integrations",
      "shop-1",
      "shop-2",
      "shop-3",
    ]);
  });

  test("is told once for all who wait for it", async () => {
    const headers = {
      "x-ratelimit-limit": '100, 100;w=60;name="ads_write_app_id_user_id"',
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "60",
    };
    const one = fake((request, index) => (index < 50 ? refused(headers) : success(request)), {
      latencyMs: 100,
      account: "north",
    });
    one.clock.chances = [0];
    await one.clock.run(Promise.all(updates(one, 50)));
    expect(one.told).toEqual([
      `updating commerce integration "shop-0" (account 'north') and 49 more wait until 2026-01-01T00:01:00Z (58 s): Pinterest answered HTTP 429, code 8: ${message.slice(0, -1)}`,
    ]);
    // Those that were refused together have closed it once.
    expect(one.api.requests).toHaveLength(100);
    expect(one.elapsed()).toBeLessThan(61_000);
  });
});

test("those that come while others wait already are not told of again", async () => {
  const one = fake(undefined, { requestsPerMinute: 1 });
  await one.clock.run(update(one));
  const second = update(one, 2);
  await one.clock.run(one.clock.sleep(10_000));
  await one.clock.run(Promise.all([second, update(one, 3)]));
  // The second minute is another wait.
  expect(one.told).toEqual([
    expect.stringContaining('"shop-2" waits until'),
    expect.stringContaining('"shop-3" waits until'),
  ]);
});

test("a server whose limit is lower than it says is used less and less until it is content, and then more again", async () => {
  const limited = limitedApi([{ name: "ads_write", quota: 200, seconds: 60, windows: "sliding" }], {
    headers: false,
  });
  const one = fake(limited.reply, { operationTimeoutMs: 3_600_000 });
  await one.clock.run(Promise.all(updates(one, 2000)));
  expect(limited.admitted).toHaveLength(2000);
  // At 200 a minute it cannot take less than nine minutes; without learning it would be refused 200 times in each.
  expect(one.elapsed()).toBeGreaterThanOrEqual(9 * 60_000);
  expect(one.elapsed()).toBeLessThan(30 * 60_000);
  expect(limited.refused).toBeLessThan(600);
});

describe("a limit that stays longer than the operation may take", () => {
  const long = refused({ "x-ratelimit-reset": "67150", "x-pinterest-rid": "77" });

  test("ends it at once, with what Pinterest answered and until when it holds", async () => {
    const one = fake(() => long);
    one.clock.chances = [0];
    const error = await one.clock.run(failureOfKind(PinterestApiError, update(one)));
    expect(one.elapsed()).toBe(0);
    expect(one.api.requests).toHaveLength(1);
    expect(error).toMatchObject({ status: 429, code: 8, requestId: "77", retryAfterMs: 67_150_000 });
    expect(error.message).toContain(
      "It asks to wait until 2026-01-01T18:39:10Z (18 h 39 min), longer than this operation may take (300 s, pinterest:operationTimeout).",
    );
    expect(error.message).toMatch(/Trial access/);
  });

  test("ends those that come after it unsent, and says the same", async () => {
    const one = fake(() => long);
    one.clock.chances = [0];
    await one.clock.run(failureOf(update(one)));
    const error = await one.clock.run(failureOfKind(PinterestTooLateError, update(one, 2)));
    expect(one.api.requests).toHaveLength(1);
    expect(error).toMatchObject({ kind: "too-late", outcome: "never-sent", attempts: 0 });
    expect(error.availableAt).toBe(one.clock.now() + 67_150_000);
    expect(error.message).toBe(
      `updating commerce integration "shop-2" failed: it would have to wait until 2026-01-01T18:39:10Z (18 h 39 min), longer than it may take (300 s, pinterest:operationTimeout): Pinterest answered HTTP 429, code 8: ${message.slice(0, -1)} (request id 77). This request itself was not sent. Run again then, or, if it is an hour at most, raise pinterest:operationTimeout.`,
    );
  });

  test("ends those that wait already", async () => {
    let answered = 0;
    const one = fake((request) => (answered++ === 0 ? success(request) : long), { requestsPerMinute: 2 });
    const ends = updates(one, 10).map((call) =>
      call.then(
        () => "done",
        (error) => error.kind,
      ),
    );
    expect(await one.clock.run(Promise.all(ends))).toEqual([
      "done",
      "api",
      ...new Array<string>(8).fill("too-late"),
    ]);
    expect(one.elapsed()).toBe(0);
  });
});

test("operations that could only be sent after their time fail when that is known, not when it is over", async () => {
  const one = fake(undefined, { requestsPerMinute: 10, operationTimeoutMs: 90_000 });
  const ends = updates(one, 30).map((call) =>
    call.then(
      () => one.elapsed(),
      (error) => `${error.kind} ${one.elapsed()}`,
    ),
  );
  const [...results] = await one.clock.run(Promise.all(ends));
  expect(results.slice(0, 10)).toEqual(new Array(10).fill(0));
  expect(results.slice(10, 20)).toEqual(new Array(10).fill(60_000));
  expect(results.slice(20)).toEqual(new Array(10).fill("too-late 60000"));
});

test("a repetition that could only be sent after the time ends the operation in the failure before it, at once", async () => {
  const one = fake(() => ({ status: 503 }), { requestsPerMinute: 1, operationTimeoutMs: 30_000 });
  const error = await one.clock.run(failureOf(update(one)));
  expect(error).toMatchObject({ status: 503, attempts: 1 });
  expect(one.elapsed()).toBe(250);
});

test("an operation fails at once if the wait before its next attempt would end after its time", async () => {
  // The second refusal of shop-1 closes the category briefly, since shop-2 was admitted in between. Its own wait doubles.
  const one = fake((request, index) => ([0, 1, 3].includes(index) ? refused() : success(request)), {
    latencyMs: 10,
  });
  one.clock.chances = [0];
  const operationTimeoutMs = 1_500;
  const admitted = update(one, 2);
  const failed = failureOf(one.client.updateCommerceIntegration("shop-1", {}, { operationTimeoutMs }));
  expect(await one.clock.run(failed)).toMatchObject({ kind: "api", status: 429, attempts: 2 });
  expect(one.elapsed()).toBeLessThan(operationTimeoutMs);
  await admitted;
});

test("requests that Pinterest takes for spam are not sent again, and hold nothing back", async () => {
  const spam: Reply = {
    status: 429,
    body: { code: 30, message: "Blocked: spam." },
    headers: { "retry-after": "60" },
  };
  const one = fake((request, index) => (index === 0 ? spam : success(request)));
  const error = await one.clock.run(failureOf(update(one)));
  expect(error.message).toMatch(/spam; waiting does not end this/);
  await one.clock.run(update(one, 2));
  expect(one.elapsed()).toBe(0);
  expect(one.api.requests).toHaveLength(2);
});

test("a caller who gives up leaves the queue, and those behind go on", async () => {
  const controller = new AbortController();
  const one = fake(undefined, { requestsPerMinute: 1 });
  await one.clock.run(update(one));
  const given = failureOf(one.client.updateCommerceIntegration("shop-2", {}, { signal: controller.signal }));
  const behind = update(one, 3);
  controller.abort();
  expect(await one.clock.run(given)).toMatchObject({ kind: "aborted", outcome: "never-sent" });
  expect(one.elapsed()).toBe(0);
  await one.clock.run(behind);
  expect(one.elapsed()).toBe(60_000);
  expect(one.api.requests.map(({ path }) => path.split("/").at(-1))).toEqual(["shop-1", "shop-3"]);
});
