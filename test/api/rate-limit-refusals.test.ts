import { describe, expect, test } from "@jest/globals";
import {
  backoffMs,
  operationTimeoutSeconds,
  waitReportedAfterSeconds,
  writesPerMinute,
} from "../expected/limits";
import { dailyLimit, rateLimited, spamRemedy, updating, waitsTooLong } from "../expected/messages";
import { failureOf } from "./helpers/client";
import { type Reply, success } from "./helpers/fake-api.mts";
import { type Fake, fake } from "./helpers/fake-client";
import { limitedApi } from "./helpers/limited-api";
import { VirtualClock } from "./helpers/virtual-clock.mts";

const message = "This request exceeded a rate limit.";
const refused = (headers: Record<string, string> = {}): Reply => ({
  status: 429,
  body: { code: 8, message },
  headers,
});

/** Headers that name the exhausted limit. */
const exhausted = (limits: string, reset: number) => ({
  "x-ratelimit-limit": limits,
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(reset),
});

/** A client without random waits, of an API that refuses the requests with these indexes. */
function refusing(
  isRefused: readonly number[] | ((index: number) => boolean),
  { headers, ...options }: Parameters<typeof fake>[1] & { headers?: Record<string, string> } = {},
): Fake {
  const refuses = typeof isRefused === "function" ? isRefused : (index: number) => isRefused.includes(index);
  const one = fake((request, index) => (refuses(index) ? refused(headers) : success(request)), options);
  one.clock.randomValues = [0];
  return one;
}

function update({ client }: Fake, n = 1, call = {}): Promise<unknown> {
  return client.updateCommerceIntegration(`shop-${n}`, {}, call);
}

function updates(one: Fake, count: number, from = 0): Promise<unknown>[] {
  return Array.from({ length: count }, (_, n) => update(one, from + n));
}

/** The arrival times of the requests, in milliseconds after the first. */
function times({ api }: Fake): number[] {
  const start = api.requests[0]?.at ?? 0;
  return api.requests.map(({ at }) => at - start);
}

const ids = ({ api }: Fake) => api.requests.map(({ path }) => path.split("/").at(-1));

describe("after a 429", () => {
  test("waits as long as the response asks for, more often than there are attempts", async () => {
    const one = refusing((index) => index < 6, { headers: { "x-ratelimit-reset": "30" } });
    await one.clock.run(update(one));
    expect(one.elapsed()).toBe(6 * 30_000);
    expect(one.api.requests).toHaveLength(7);
  });

  test.each<[result: string, what: string, reply: Reply, waitMs: number]>([
    ["starts again with the shortest wait", "a 400", { status: 400, body: { code: 1 } }, backoffMs[0]],
    ["waits longer", "a 503", { status: 503 }, backoffMs[1]],
    ["waits longer", "a lost connection", { broken: "ECONNRESET" }, backoffMs[1]],
  ])("%s after %s between two refusals", async (_result, _what, reply, waitMs) => {
    const replies = [refused(), reply, refused()];
    const one = fake((request, index) => replies[index] ?? success(request));
    one.clock.randomValues = [0];
    await one.clock.run(update(one).catch(() => {}));
    await one.clock.run(update(one));
    const [first = 0, second = 0, third = 0, fourth = 0] = times(one);
    expect(second - first).toBe(backoffMs[0]);
    expect(fourth - third).toBe(waitMs);
  });

  test("delays all requests of the category in their order, and none of others", async () => {
    const one = refusing([0], { headers: { "retry-after": "10" } });
    const first = update(one);
    await one.clock.run(Promise.race([first, one.clock.sleep(1)]));
    await one.clock.run(one.client.listIntegrations());
    expect(one.elapsed()).toBeLessThan(10);
    await one.clock.run(Promise.all([first, update(one, 2), update(one, 3)]));
    expect(
      times(one)
        .slice(2)
        .filter((at) => at < 10_000),
    ).toEqual([]);
    expect(ids(one)).toEqual(["shop-1", "integrations", "shop-1", "shop-2", "shop-3"]);
  });

  test("reports the wait once for all requests", async () => {
    const one = refusing((index) => index < 50, {
      headers: exhausted('100, 100;w=60;name="ads_write_app_id_user_id"', 60),
      latencyMs: 100,
      account: "north",
    });
    await one.clock.run(Promise.all(updates(one, 50)));
    expect(one.notices).toEqual([
      `${rateLimited(`Pinterest (HTTP 429, code 8: ${message.slice(0, -1)})`)}${updating("shop-0")} (account 'north') and 49 more continue in ${60 - waitReportedAfterSeconds} s, at 00:01:00 UTC`,
    ]);
    expect(one.api.requests).toHaveLength(100);
    // The pause, 50 requests at Pinterest's rate, and half a second.
    expect(one.elapsed()).toBeLessThan(60_000 + 50 * (60_000 / writesPerMinute) + 500);
  });
});

test("a wait for the responses to requests in progress is reported", async () => {
  const one = fake(undefined, { requestsPerMinute: 1, latencyMs: 10_000 });
  await one.clock.run(Promise.all(updates(one, 2)));
  expect(times(one)).toEqual([0, 70_000]);
  expect(one.notices).toEqual([
    `${rateLimited("pinterest:requestsPerMinute (1 per 60 s)")}${updating("shop-1")} continues after requests in progress`,
  ]);
});

describe.each([true, false])("with the limits in headers: %s", (headers) => {
  test("four programs that share Pinterest's limit finish in time with few refusals", async () => {
    const api = limitedApi([{ name: "ads_write", quota: 400, seconds: 60, windows: "sliding" }], {
      headers,
    });
    const clock = new VirtualClock();
    const programs = ["a", "b", "c", "d"].map((account) =>
      fake(api.reply, { clock, account, latencyMs: 80 }),
    );
    await clock.run(Promise.all(programs.map((each) => creates(each, 250, 16))));
    expect(api.admitted).toHaveLength(1_000);
    expect(api.refused).toBeLessThan(150);
    // 1,000 writes at 400 per minute take at least 120 s.
    expect(programs[0]?.elapsed()).toBeLessThan(160_000);
  });
});

/** Creates `count` integrations, `parallel` at a time. */
async function creates({ client }: Fake, count: number, parallel: number): Promise<void> {
  let started = 0;
  const worker = async () => {
    while (started < count)
      await client.createCommerceIntegration({ externalBusinessId: `shop-${started++}` });
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

describe("a rate limit that lasts longer than the operation may take", () => {
  const longRefusal = refused({ "x-ratelimit-reset": "67150", "x-pinterest-rid": "77" });

  test("fails the operation at once, with Pinterest's response and the time", async () => {
    const one = fake(() => longRefusal);
    one.clock.randomValues = [0];
    const error = await one.clock.run(failureOf(update(one), "api"));
    expect(one.elapsed()).toBe(0);
    expect(one.api.requests).toHaveLength(1);
    expect(error).toMatchObject({ status: 429, code: 8, requestId: "77", retryAfterMs: 67_150_000 });
    expect(error.message).toContain(waitsTooLong("2026-01-01T18:39:10Z (18 h 39 min)"));
    expect(error.message).toContain(dailyLimit());
  });

  test("fails later operations without a request, with the same details", async () => {
    const one = fake(() => longRefusal);
    one.clock.randomValues = [0];
    await one.clock.run(failureOf(update(one)));
    const error = await one.clock.run(failureOf(update(one, 2), "rate-limit"));
    expect(one.api.requests).toHaveLength(1);
    // No timer remains that would keep the process running.
    expect(one.clock.sleeps.filter((milliseconds) => milliseconds > 0)).toEqual([]);
    expect(error).toMatchObject({ kind: "rate-limit", outcome: "never-sent", attempts: 0 });
    expect(error.message).toBe(
      `${updating("shop-2")} failed: rate limited by Pinterest (HTTP 429, code 8: ${message.slice(0, -1)}, request ID 77) until 2026-01-01T18:39:10Z (18 h 39 min), which is after the operation's time limit (${operationTimeoutSeconds} s, pinterest:operationTimeout). The request was not sent. Run again after that time. If that is at most an hour, you can raise pinterest:operationTimeout instead.`,
    );
  });
});

test("operations fail as soon as their wait must exceed the time limit", async () => {
  const one = fake(undefined, { requestsPerMinute: 10, operationTimeoutMs: 90_000 });
  const outcomes = updates(one, 30).map((call) =>
    call.then(
      () => one.elapsed(),
      (error) => `${error.kind} ${one.elapsed()}`,
    ),
  );
  const results = await one.clock.run(Promise.all(outcomes));
  expect(results.slice(0, 10)).toEqual(new Array(10).fill(0));
  expect(results.slice(10, 20)).toEqual(new Array(10).fill(60_000));
  expect(results.slice(20)).toEqual(new Array(10).fill("rate-limit 60000"));
});

test("a retry that would wait too long fails the operation at once, with the previous error", async () => {
  const one = fake(() => ({ status: 503 }), { requestsPerMinute: 1, operationTimeoutMs: 30_000 });
  const error = await one.clock.run(failureOf(update(one)));
  expect(error).toMatchObject({ status: 503, attempts: 1 });
  // Half of the longest wait, because random values are 0.5.
  expect(one.elapsed()).toBe(0.5 * backoffMs[0]);
});

test("a 429 for spam is final, and delays no other request", async () => {
  const spam: Reply = {
    status: 429,
    body: { code: 30, message: "Blocked: spam." },
    headers: { "retry-after": "60" },
  };
  const one = fake((request, index) => (index === 0 ? spam : success(request)));
  const error = await one.clock.run(failureOf(update(one)));
  expect(error.message).toContain(spamRemedy);
  await one.clock.run(update(one, 2));
  expect(one.elapsed()).toBe(0);
  expect(one.api.requests).toHaveLength(2);
});

test("a canceled operation leaves the queue, and later ones continue", async () => {
  const controller = new AbortController();
  const one = fake(undefined, { requestsPerMinute: 1 });
  await one.clock.run(update(one));
  const canceled = failureOf(update(one, 2, { signal: controller.signal }));
  const later = update(one, 3);
  controller.abort();
  expect(await one.clock.run(canceled)).toMatchObject({ kind: "aborted", outcome: "never-sent" });
  expect(one.elapsed()).toBe(0);
  await one.clock.run(later);
  expect(one.elapsed()).toBe(60_000);
  expect(ids(one)).toEqual(["shop-1", "shop-3"]);
});

/** A clock whose timers are late, as on a busy machine. */
class LateClock extends VirtualClock {
  override sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(milliseconds + 1000, signal);
  }
}

test("does not send a request that a late timer admits after the end of its operation", async () => {
  const one = fake(undefined, { clock: new LateClock(), requestsPerMinute: 1 });
  await one.clock.run(update(one));
  const late = failureOf(update(one, 2, { operationTimeoutMs: 60_500 }), "timeout");
  const error = await one.clock.run(late);
  expect(error.outcome).toBe("never-sent");
  expect(error.message).toContain("while waiting for a rate limit");
  expect(ids(one)).toEqual(["shop-1"]);
});
