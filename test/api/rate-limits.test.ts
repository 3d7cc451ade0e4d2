import { describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import type { PinterestClient } from "../../provider/api";
import { RateLimits, RateWindow } from "../../provider/api/rate-limits";
import { RateQueue } from "../../provider/api/rate-queue";
import type { RateLimit } from "../../provider/api/response-headers";
import { systemClock } from "../../provider/base/clock";
import { backoffMs, longestBackoffMs, waitReportedAfterSeconds, writesPerMinute } from "../expected/limits";
import { rateLimited, updating } from "../expected/messages";
import { type SentRequest, success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";
import { limitedApi } from "./helpers/limited-api";

/** The maximum number of requests within any time span of this width. */
function maximumWithin(requests: readonly SentRequest[], widthMs: number): number {
  const times = requests.map(({ at }) => at);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + widthMs).length));
}

function updates(client: PinterestClient, count: number): Promise<unknown> {
  return Promise.all(
    Array.from({ length: count }, (_, n) => client.updateCommerceIntegration(`shop-${n}`, {})),
  );
}

test("100 writes more than Pinterest's limit take a minute, within the limits, and report their wait once", async () => {
  const { clock, api, client, notices, elapsed } = fake(undefined, { latencyMs: 200 });
  await clock.run(updates(client, writesPerMinute + 100));
  expect(api.requests).toHaveLength(writesPerMinute + 100);
  expect(maximumWithin(api.requests, 60_000)).toBe(writesPerMinute);
  expect(maximumWithin(api.requests, 1_000)).toBe(100);
  // The first responses arrive after 0.2 s, count for 60 s, and the last 100 requests take 0.2 s.
  expect(elapsed()).toBe(60_400);
  // The wait begins when the last 100 writes of the limit were sent, 100 each second.
  const remaining = 60 - (writesPerMinute / 100 - 1) - waitReportedAfterSeconds;
  expect(notices).toEqual([
    `${rateLimited(`Pinterest (ads_write, ${writesPerMinute} per 60 s)`)}${updating(`shop-${writesPerMinute}`)} and 99 more continue in ${remaining} s, at 00:01:00 UTC`,
  ]);
});

test("sends a retry before operations that started later", async () => {
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

const latency = fc.integer({ min: 0, max: 3_000 });

test("exceeds no limit, with any windows of the server and any latency", async () => {
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
        // With headers, the first response names the limits.
        await clock.run(updates(client, 1));
        await clock.run(updates(client, 100));
        expect(limited.refused).toBe(0);
        expect(limited.admitted).toHaveLength(101);
      },
    ),
    { numRuns: 40 },
  );
});

describe("the state of an account's limits", () => {
  /** Without the random part of waits. */
  const clock = { random: () => 0 };

  /** Sends requests at one time until the limits allow no more, and returns their number. */
  function countSendable(limits: RateLimits, named: readonly RateLimit[] = []): number {
    let sent = 0;
    for (; limits.block("ads_write", 0) === undefined && sent < 2_000; sent += 1) {
      limits.acquire("ads_write", 0)({ kind: "accepted", report: { limits: named } }, 0);
    }
    return sent;
  }

  const net = { name: "safety_net", quota: 50, widthMs: 1000 };
  const category = { name: "ads_write", quota: 30, widthMs: 60_000 };
  const generous = { name: "ads_write", quota: 1500, widthMs: 60_000 };

  // Pinterest publishes a safety net of 100 requests per second, and a limit of writes per minute.
  test.each([
    ["no limit: the published ones apply", [], 100],
    ["a lower limit of the category: it applies", [category], 30],
    ["a higher limit of the category: the published safety net still applies", [generous], 100],
    ["a lower safety net: it replaces the published one", [net], 50],
    [
      "a higher safety net: the category's published limit still applies",
      [{ ...net, quota: 900 }],
      writesPerMinute,
    ],
    ["higher limits for both: they apply", [{ ...net, quota: 2000 }, generous], 1500],
  ])("if responses name %s", (_name, named, expected) => {
    expect(countSendable(new RateLimits(clock), named)).toBe(expected);
  });

  test("limits that a response no longer names stop applying", () => {
    const limits = new RateLimits(clock);
    const daily = { name: "per_day", quota: 5, widthMs: 86_400_000 };
    const hourly = { name: "per_hour", quota: 30, widthMs: 3_600_000 };
    limits.acquire("ads_write", 0)({ kind: "accepted", report: { limits: [daily] } }, 0);
    limits.acquire("ads_write", 0)({ kind: "accepted", report: { limits: [hourly] } }, 0);
    // The first two requests count as well.
    expect(countSendable(limits, [hourly])).toBe(28);
  });

  test("a limit that responses name again counts the requests in between", () => {
    const limits = new RateLimits(clock);
    const send = (...named: readonly RateLimit[]) =>
      limits.acquire("ads_write", 0)({ kind: "accepted", report: { limits: named } }, 0);
    const daily = { name: "per_day", quota: 5, widthMs: 86_400_000 };
    const hourly = { name: "per_hour", quota: 30, widthMs: 3_600_000 };
    send(daily, hourly);
    for (let n = 0; n < 10; n += 1) send(hourly);
    send(daily, hourly);
    expect(limits.block("ads_write", 0)).toMatchObject({ reason: "Pinterest (per_day, 5 per 86400 s)" });
  });

  test.each([
    ["", "Pinterest (1 per 60 s)"],
    ["ads_write", "Pinterest (ads_write, 1 per 60 s)"],
  ])("names a limit of Pinterest, if it has a name: %j", (name, reason) => {
    const limits = new RateLimits(clock);
    const named = [{ name, quota: 1, widthMs: 60_000 }];
    limits.acquire("ads_write", 0)({ kind: "accepted", report: { limits: named } }, 0);
    expect(limits.block("ads_write", 0)).toEqual({ until: 60_000, reason });
  });

  test("requests without a response count against the user's limit, in all categories", () => {
    const limits = new RateLimits(clock, 10);
    for (let request = 0; request < 10; request += 1) limits.acquire("ads_read", 0);
    expect(limits.block("ads_write", 0)).toEqual({
      until: Number.POSITIVE_INFINITY,
      reason: "pinterest:requestsPerMinute (10 per 60 s)",
    });
  });

  /** A request that starts and ends at these times. A number is a refusal that asks for this wait, in milliseconds. */
  type Ended = readonly [startedAt: number, endedAt: number, end: "accepted" | "failed" | "refused" | number];
  const refusedAt = (at: number): Ended => [at, at, "refused"];
  const [first, second, third] = backoffMs;

  test.each<[string, readonly Ended[], number]>([
    ["the shortest wait, if a refusal asks for none", [refusedAt(0)], first],
    ["the shortest wait, if a refusal asks for 0 s", [[0, 0, 0]], first],
    ["the wait that a refusal asks for", [[0, 0, 30_000]], 30_000],
    [
      "the longest wait that several ask for",
      [
        [0, 0, 60_000],
        [0, 0, 0],
      ],
      60_000,
    ],
    [
      "twice the wait after each refusal in a row",
      [0, first, first + second].map(refusedAt),
      first + second + third,
    ],
    [
      "at most the longest backoff",
      // Each refusal comes when the wait after the one before has ended: 1, 2, 4, 8, 16 and 32 s.
      [0, 1_000, 3_000, 7_000, 15_000, 31_000, 63_000].map(refusedAt),
      63_000 + longestBackoffMs,
    ],
    [
      "one wait for requests that were in progress together",
      [
        [0, 100, "refused"],
        [0, 100, "refused"],
      ],
      100 + first,
    ],
    [
      "the shortest wait again after a success",
      [refusedAt(0), [first, first, "accepted"], refusedAt(first + 150)],
      first + 150 + first,
    ],
    [
      "a longer wait after a failure",
      [refusedAt(0), [first, first, "failed"], refusedAt(first + 150)],
      first + 150 + second,
    ],
    [
      "the shortest wait after a late refusal of a request from before a pause",
      [refusedAt(0), [first + 100, first + 100, "accepted"], [0, first + 100, "refused"]],
      first + 100 + first,
    ],
    [
      "Pinterest's published rate after the pause",
      [refusedAt(0), [first, first, "accepted"]],
      first + 60_000 / writesPerMinute,
    ],
  ])("refusals delay the next request of the category: %s", (_what, requests, until) => {
    const limits = new RateLimits(clock);
    for (const [startedAt, endedAt, end] of requests) {
      const retryAfterMs = typeof end === "number" ? end : undefined;
      const release = limits.acquire("ads_write", startedAt);
      if (end === "accepted" || end === "failed") release({ kind: end }, endedAt);
      else release({ kind: "refused", retryAfterMs, reason: "", delaysOthers: true }, endedAt);
    }
    const now = requests.at(-1)?.[1] ?? 0;
    expect(limits.block("ads_write", now)).toMatchObject({ until });
    expect(limits.block("ads_read", now)).toBeUndefined();
    // A minute after the pause, requests are no longer spread: another one can follow at once.
    const later = until + 60_000;
    limits.acquire("ads_write", later)({ kind: "accepted" }, later);
    expect(limits.block("ads_write", later)).toBeUndefined();
  });

  test("a request that was not sent counts against no limit", () => {
    const limits = new RateLimits(clock, 1);
    limits.acquire("ads_write", 0)({ kind: "not sent" }, 0);
    expect(limits.block("ads_write", 0)).toBeUndefined();
  });
});

describe("a window", () => {
  test("without requests in progress, admits another request at some time", () => {
    const events = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 2_000 }),
        remaining: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
        resetMs: fc.integer({ min: 0, max: 10_000 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), events, (quota, all) => {
        const window = new RateWindow({ name: "a", quota, widthMs: 5_000 });
        let now = 0;
        for (const { after, remaining, resetMs } of all) {
          now += after;
          window.count(now);
          if (remaining !== undefined) window.reserveForOthers(Math.min(remaining, quota), resetMs, 0, now);
          const at = window.availableAt(0, now);
          expect(at).toBeGreaterThanOrEqual(now);
          expect(at).toBeLessThan(now + 20_000);
          now = at;
          expect(window.availableAt(0, now)).toBe(now);
        }
      }),
    );
  });

  const window = (quota: number, widthMs: number, requests: readonly number[] = [], before?: RateWindow) => {
    const made = new RateWindow({ name: "a", quota, widthMs }, before);
    for (const at of requests) made.count(at);
    return made;
  };

  test("counts the requests of its predecessor for its own width", () => {
    expect(window(1, 5_000, [], window(2, 60_000, [1_000])).availableAt(0, 2_000)).toBe(6_000);
  });

  test("counts neither its own requests nor those in progress as requests of other programs", () => {
    const one = window(10, 60_000, [0, 0, 0]);
    one.reserveForOthers(3, 30_000, 4, 0);
    // 3 remain, and the responses to the requests in progress arrive.
    for (let n = 0; n < 4; n += 1) one.count(0);
    expect([2, 3].map((inProgress) => one.availableAt(inProgress, 0))).toEqual([0, 60_000]);
  });

  test("admits a request when the use by other programs resets, if that is enough", () => {
    const one = window(400, 60_000, new Array(20).fill(0));
    one.reserveForOthers(0, 1_000, 0, 0);
    expect(one.availableAt(0, 0)).toBe(1_000);
  });
});

test("setting the computer's time back does not extend a rate limit", async () => {
  const setTime = (time: number): void => void jest.spyOn(Date, "now").mockReturnValue(time);
  const hour = 3_600_000;
  const start = Date.now() + 10 * hour;
  try {
    setTime(start);
    const queue = new RateQueue(systemClock);
    const admit = (forMs: number) =>
      queue.admit({
        category: "ads_read",
        order: 1,
        endsAt: systemClock.now() + forMs,
        doing: "reading",
        onWait: () => {},
      });
    // All 100 requests of a second.
    for (const admission of await Promise.all(Array.from({ length: 100 }, () => admit(300_000))))
      admission({ kind: "accepted" });
    await expect(admit(500)).rejects.toThrow("safety_net");
    setTime(start - hour);
    // The clock notices only now that its time was set back.
    systemClock.now();
    setTime(start - hour + 1001);
    await expect(admit(300_000)).resolves.toBeDefined();
  } finally {
    jest.restoreAllMocks();
  }
});
