import { expect, test } from "@jest/globals";
import type { Clock } from "../../provider/pinterest/clock";
import { AccountLimits } from "../../provider/pinterest/rate/account-limits";
import type { RateLimit } from "../../provider/pinterest/rate/header";

const clock: Clock = { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 };

/** Sends requests at one moment until the account's limits allow no more, and returns their number. */
function sendable(limits: AccountLimits, named: readonly RateLimit[] = []): number {
  let sent = 0;
  for (; limits.obstacle("ads_write", 0) === undefined && sent < 2_000; sent += 1) {
    limits.begin("ads_write")({ kind: "sent", report: { limits: named } });
  }
  return sent;
}

const netLimit = { name: "safety_net", quota: 50, widthMs: 1000 };
const category = { name: "ads_write", quota: 30, widthMs: 60_000 };
const generous = { name: "ads_write", quota: 1500, widthMs: 60_000 };

// Pinterest publishes a safety net of 100 requests in a second, and 400 writes in a minute.
test.each([
  ["no limit: the published ones apply", [], 100],
  ["a lower limit of the category: it applies", [category], 30],
  ["a higher limit of the category: the published safety net still applies", [generous], 100],
  ["a lower safety net: it replaces the published one", [netLimit], 50],
  ["a higher safety net: the category's published limit still applies", [{ ...netLimit, quota: 900 }], 400],
  ["higher limits for both: they apply", [{ ...netLimit, quota: 2000 }, generous], 1500],
])("if answers name %s", (_name, named, expected) => {
  expect(sendable(new AccountLimits(clock), named)).toBe(expected);
});

test("limits that an answer stops naming no longer apply", () => {
  const limits = new AccountLimits(clock);
  const daily = { name: "per_day", quota: 5, widthMs: 86_400_000 };
  const hourly = { name: "per_hour", quota: 30, widthMs: 3_600_000 };
  limits.begin("ads_write")({ kind: "sent", report: { limits: [daily] } });
  limits.begin("ads_write")({ kind: "sent", report: { limits: [hourly] } });
  // The first two requests count as well.
  expect(sendable(limits, [hourly])).toBe(28);
});

test("the lowest of the user's own limits applies", () => {
  const limits = new AccountLimits(clock);
  limits.limitPerMinute(20);
  limits.limitPerMinute(10);
  limits.limitPerMinute(15);
  expect(sendable(limits)).toBe(10);
});

test("requests without an answer count against every limit, also the user's own", () => {
  const limits = new AccountLimits(clock);
  limits.limitPerMinute(10);
  for (let request = 0; request < 10; request += 1) limits.begin("ads_read");
  expect(limits.obstacle("ads_write", 0)).toMatchObject({
    until: Number.POSITIVE_INFINITY,
    reason: "the limit pinterest:requestsPerMinute of 10 requests in 60 s is used up",
  });
});

test("a request that was not sent counts against no limit", () => {
  const limits = new AccountLimits(clock);
  limits.limitPerMinute(1);
  limits.begin("ads_write")({ kind: "unsent" });
  expect(limits.obstacle("ads_write", 0)).toBeUndefined();
});
