import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PinterestClient } from "../../provider/api";
import { RateLimits, RateWindow, type RequestEnd } from "../../provider/api/rate-limits";
import type { RateLimit } from "../../provider/api/response-headers";
import { backoffMs, longestBackoffMs, writesPerMinute } from "../expected/limits";
import { rateLimited, updating } from "../expected/messages";
import { type SentRequest, success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";
import { limitedApi } from "./helpers/limited-api";

const hour = 3_600_000;
const day = 24 * hour;

/** The maximum number of requests within any time span of this width. */
function maximumWithin(requests: readonly SentRequest[], widthMs: number): number {
  const times = requests.map(({ at }) => at);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + widthMs).length));
}

/** Starts this number of updates together, of shop-0 and so on. */
function updates(client: PinterestClient, count: number): Promise<unknown> {
  return Promise.all(
    Array.from({ length: count }, (_, n) => client.updateCommerceIntegration(`shop-${n}`, {})),
  );
}

// `fake` has a clock that jumps to the next timer, and an API that responds after `latencyMs`.

test("100 writes more than Pinterest's 400 per minute take a minute, within the limits, and report their wait once", async () => {
  const { clock, api, client, notices, elapsed } = fake(undefined, { latencyMs: 200 });
  await clock.run(updates(client, writesPerMinute + 100));
  expect(api.requests).toHaveLength(writesPerMinute + 100);
  expect(maximumWithin(api.requests, 60_000)).toBe(writesPerMinute);
  expect(maximumWithin(api.requests, 1_000)).toBe(100);
  // The first responses arrive after 0.2 s, and count for 60 s. Then the last 100 requests are sent, and take 0.2 s.
  expect(elapsed()).toBe(60_400);
  // At 0, 1.2, 2.4 and 3.6 s, 100 writes each are sent. The last 100 then wait, which is reported after 2 s.
  expect(notices).toEqual([
    `${rateLimited("Pinterest (ads_write, 400 per 60 s)")}${updating("shop-400")} and 99 more continue in 55 s, at 00:01:00 UTC`,
  ]);
});

test("sends a retry before operations that started later", async () => {
  const { clock, api, client } = fake(
    (request, index) => (index === 0 ? { status: 503 } : success(request)),
    { requestsPerMinute: 1 },
  );
  await clock.run(updates(client, 3));
  expect(api.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
    "shop-0",
    "shop-0",
    "shop-1",
    "shop-2",
  ]);
});

describe("the state of an account's limits", () => {
  /** Waits after refusals have no jitter. */
  const clock = { random: () => 0 };

  /** Sends a write at 0 ms, whose response arrives at once and names these limits. */
  function write(limits: RateLimits, named: readonly RateLimit[]): void {
    const release = limits.acquire("ads_write", 0);
    release({ kind: "within limits", report: { limits: named } }, 0);
  }

  /** Sends writes at 0 ms until the limits allow no more, and returns their number. */
  function countWrites(limits: RateLimits, named: readonly RateLimit[] = []): number {
    let sent = 0;
    for (; limits.block("ads_write", 0) === undefined && sent < 2_000; sent += 1) write(limits, named);
    return sent;
  }

  const net = { name: "safety_net", quota: 50, widthMs: 1000 };
  const category = { name: "ads_write", quota: 30, widthMs: 60_000 };
  const generous = { name: "ads_write", quota: 1500, widthMs: 60_000 };
  const daily = { name: "per_day", quota: 5, widthMs: day };
  const hourly = { name: "per_hour", quota: 30, widthMs: hour };

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
    expect(countWrites(new RateLimits(clock), named)).toBe(expected);
  });

  test("limits that a response no longer names stop applying", () => {
    const limits = new RateLimits(clock);
    write(limits, [daily]);
    write(limits, [hourly]);
    // These two requests count for the hourly limit of 30. The daily limit of 5 does not apply.
    expect(countWrites(limits, [hourly])).toBe(28);
  });

  test("a limit that responses name again counts the requests in between", () => {
    const limits = new RateLimits(clock);
    write(limits, [daily, hourly]);
    for (let n = 0; n < 10; n += 1) write(limits, [hourly]);
    write(limits, [daily, hourly]);
    expect(limits.block("ads_write", 0)).toMatchObject({ reason: "Pinterest (per_day, 5 per 86400 s)" });
  });

  test.each([
    ["", "Pinterest (1 per 60 s)"],
    ["ads_write", "Pinterest (ads_write, 1 per 60 s)"],
  ])("names a limit of Pinterest, if it has a name: %j", (name, reason) => {
    const limits = new RateLimits(clock);
    write(limits, [{ name, quota: 1, widthMs: 60_000 }]);
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

  test("a request that was not sent counts against no limit", () => {
    const limits = new RateLimits(clock, 1);
    const release = limits.acquire("ads_write", 0);
    release({ kind: "not sent" }, 0);
    expect(limits.block("ads_write", 0)).toBeUndefined();
  });
});

describe("after a 429", () => {
  // Without jitter.
  const newLimits = () => new RateLimits({ random: () => 0 });

  /** Sends a write, whose response arrives at `endedAt`. Times are in milliseconds. */
  function sendWrite(limits: RateLimits, end: RequestEnd, startedAt: number, endedAt = startedAt): void {
    const release = limits.acquire("ads_write", startedAt);
    release(end, endedAt);
  }

  const withinLimits: RequestEnd = { kind: "within limits" };
  /** A 429 that asks to wait for some time. */
  const refusal = (retryAfterMs?: number): RequestEnd => ({
    kind: "rate-limited",
    retryAfterMs,
    reason: "",
    delaysOthers: true,
  });

  const nextWrite = (limits: RateLimits, now: number) => limits.block("ads_write", now)?.until ?? now;
  const [firstWait, secondWait, thirdWait] = backoffMs;

  test.each([undefined, 0])(
    "the next write waits for the first backoff, if the response asks for %s ms",
    (asked) => {
      const limits = newLimits();
      sendWrite(limits, refusal(asked), 0);
      expect(nextWrite(limits, 0)).toBe(firstWait);
    },
  );

  test("the next write waits as long as the response asks", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(30_000), 0);
    expect(nextWrite(limits, 0)).toBe(30_000);
  });

  test("a later response that asks for less does not shorten the wait", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(60_000), 0);
    sendWrite(limits, refusal(0), 0);
    expect(nextWrite(limits, 0)).toBe(60_000);
  });

  test("reads continue", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0);
    expect(limits.block("ads_read", 0)).toBeUndefined();
  });

  test("each further refusal doubles the wait", () => {
    const limits = newLimits();
    let now = 0;
    for (const wait of [firstWait, secondWait, thirdWait]) {
      sendWrite(limits, refusal(), now);
      expect(nextWrite(limits, now)).toBe(now + wait);
      now += wait;
    }
  });

  test("the wait grows up to the longest backoff", () => {
    const limits = newLimits();
    let now = 0;
    for (let refusals = 0; refusals < 20; refusals += 1) {
      sendWrite(limits, refusal(), now);
      now = nextWrite(limits, now);
    }
    sendWrite(limits, refusal(), now);
    expect(nextWrite(limits, now)).toBe(now + longestBackoffMs);
  });

  test("refusals of two requests that were in progress together count once", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0, 100);
    sendWrite(limits, refusal(), 0, 100);
    expect(nextWrite(limits, 100)).toBe(100 + firstWait);
  });

  test("a success ends the doubling", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0);
    sendWrite(limits, withinLimits, firstWait);
    sendWrite(limits, refusal(), 5_000);
    expect(nextWrite(limits, 5_000)).toBe(5_000 + firstWait);
  });

  test("a late success of a request from before the wait does not end the doubling", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0);
    sendWrite(limits, withinLimits, 0, 500);
    sendWrite(limits, refusal(), 5_000);
    expect(nextWrite(limits, 5_000)).toBe(5_000 + secondWait);
  });

  test("a failure that shows nothing about the limits does not end the doubling", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0);
    sendWrite(limits, { kind: "failed" }, firstWait);
    sendWrite(limits, refusal(), 5_000);
    expect(nextWrite(limits, 5_000)).toBe(5_000 + secondWait);
  });

  test("a late refusal of a request from before the wait does not double it", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0);
    sendWrite(limits, withinLimits, firstWait);
    sendWrite(limits, refusal(), 0, 5_000);
    expect(nextWrite(limits, 5_000)).toBe(5_000 + firstWait);
  });

  test("writes follow at Pinterest's published rate for a minute, and then at once", () => {
    const limits = newLimits();
    sendWrite(limits, refusal(), 0);
    sendWrite(limits, withinLimits, firstWait);
    expect(nextWrite(limits, firstWait)).toBe(firstWait + 60_000 / writesPerMinute);
    const aMinuteLater = firstWait + 60_000;
    sendWrite(limits, withinLimits, aMinuteLater);
    expect(nextWrite(limits, aMinuteLater)).toBe(aMinuteLater);
  });
});

describe("a window", () => {
  test("without requests in progress, admits another request at some time", () => {
    /** Responses, each some time after the next request was admitted. Some name the remaining requests until a reset. */
    const responses = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 2_000 }),
        remaining: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
        resetMs: fc.integer({ min: 0, max: 10_000 }),
      }),
      { maxLength: 30 },
    );
    const inFlight = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), responses, (quota, all) => {
        const window = new RateWindow({ name: "a", quota, widthMs: 5_000 });
        let now = 0;
        for (const { afterMs, remaining, resetMs } of all) {
          now += afterMs;
          window.count(now);
          if (remaining !== undefined)
            window.reserveForOthers(Math.min(remaining, quota), resetMs, inFlight, now);
          const at = window.availableAt(inFlight, now);
          expect(at).toBeGreaterThanOrEqual(now);
          expect(at).toBeLessThan(now + 20_000);
          now = at;
          expect(window.availableAt(inFlight, now)).toBe(now);
        }
      }),
    );
  });

  /** A window that has counted requests with responses at these times, in milliseconds. */
  const windowOf = (quota: number, widthMs: number, countedAt: readonly number[]) => {
    const window = new RateWindow({ name: "a", quota, widthMs });
    for (const at of countedAt) window.count(at);
    return window;
  };

  test("counts the requests of its predecessor for its own width", () => {
    const predecessor = windowOf(2, 60_000, [1_000]);
    const window = new RateWindow({ name: "a", quota: 1, widthMs: 5_000 }, predecessor);
    expect(window.availableAt(0, 2_000)).toBe(6_000);
  });

  test("counts neither its own requests nor those in progress as requests of other programs", () => {
    const quota = 10;
    const window = windowOf(quota, 60_000, [0, 0, 0]);
    // 3 have ended, and 4 are in progress. Pinterest responds that 3 of the 10 remain: other programs have sent none.
    const inFlight = 4;
    window.reserveForOthers(3, 30_000, inFlight, 0);
    for (let n = 0; n < inFlight; n += 1) window.count(0);
    // 7 have ended. With 2 in progress, a tenth one can be sent at once. With 3, the next one waits for the end of the window.
    expect(window.availableAt(2, 0)).toBe(0);
    expect(window.availableAt(3, 0)).toBe(60_000);
  });

  test("admits a request when the use by other programs resets, if that is enough", () => {
    const window = windowOf(400, 60_000, new Array(20).fill(0));
    const [remaining, resetMs] = [0, 1_000];
    window.reserveForOthers(remaining, resetMs, 0, 0);
    expect(window.availableAt(0, 0)).toBe(1_000);
  });
});

test("exceeds no limit, with any windows of the server and any latency", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        /** The second at which the fixed windows of ads_write begin, or a sliding window. */
        windows: fc.oneof(fc.constant<"sliding">("sliding"), fc.integer({ min: 0, max: 59 })),
        quota: fc.integer({ min: 1, max: 40 }),
        latencies: fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1 }),
        /** Whether responses name the limits. Otherwise, the user sets one. */
        headers: fc.boolean(),
      }),
      async ({ windows, quota, latencies, headers }) => {
        const limited = limitedApi(
          [
            { name: "safety_net", quota: 20, seconds: 1, windows: "sliding" },
            { name: "ads_write", quota, seconds: 60, windows },
          ],
          { headers },
        );
        const { clock, client } = fake(limited.reply, {
          latencyMs: (index) => latencies[index % latencies.length] ?? 0,
          operationTimeoutMs: day,
          requestTimeoutMs: day,
          ...(headers ? {} : { requestsPerMinute: Math.min(quota, 20) }),
        });
        // The first response names the limits, before the others start together.
        await clock.run(updates(client, 1));
        await clock.run(updates(client, 100));
        expect(limited.refused).toBe(0);
        expect(limited.admitted).toHaveLength(101);
      },
    ),
    { numRuns: 40 },
  );
});
