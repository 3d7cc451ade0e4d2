import { describe, expect, test } from "@jest/globals";
import { type Reply, success } from "./helpers/fake-api.mts";
import { type Fake, fake } from "./helpers/fake-client";

const refused = (headers: Record<string, string> = {}): Reply => ({
  status: 429,
  body: { code: 8, message: "This request exceeded a rate limit." },
  headers,
});

/** What says which limit it is that refuses. */
const named = {
  "x-ratelimit-limit": '100, 100;w=1;name="ads_write_app_id_user_id"',
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": "1",
};

const pacing = "Pinterest refused for its rate limit without saying which; requests are sent more slowly";

function updates({ client }: Fake, from: number, to: number, call = {}): Promise<unknown>[] {
  return Array.from({ length: to - from }, (_, n) =>
    client.updateCommerceIntegration(`shop-${from + n}`, {}, call),
  );
}

/** A Pinterest that refuses the requests of these numbers, and a client without chance. */
function refusing(indexes: readonly number[], options: Parameters<typeof fake>[1] = {}): Fake {
  const one = fake((request, index) => (indexes.includes(index) ? refused() : success(request)), {
    latencyMs: 100,
    ...options,
  });
  one.clock.chances = [0];
  return one;
}

/** When the requests came in, in milliseconds since the first of them. */
function times({ api }: Fake): number[] {
  const start = api.requests[0]?.at ?? 0;
  return api.requests.map(({ at }) => at - start);
}

function distances(moments: readonly number[]): number[] {
  return moments.slice(1).map((at, index) => Math.round(at - (moments[index] ?? 0)));
}

/** The 21st of 60 requests at once is refused, and all after it. */
const tooMany = Array.from({ length: 40 }, (_, n) => 20 + n);

describe("after a refusal that no limit explains", () => {
  test("one request goes on trial, and all others wait for its answer", async () => {
    const one = refusing(tooMany, { latencyMs: (index) => (index === 60 ? 3_000 : 100) });
    await one.clock.run(Promise.all(updates(one, 0, 60)));
    const [trial = 0, next = 0] = times(one).slice(60);
    // Half a second after the refusal, itself 0.1 s after the beginning; and half of three seconds on the way.
    expect(trial).toBe(50 + 500 + 1_500);
    expect(next).toBeGreaterThanOrEqual(trial + 1_500);
  });

  test("others follow one by one, at first at seven tenths of what was taken", async () => {
    const one = refusing(tooMany);
    await one.clock.run(Promise.all(updates(one, 0, 60)));
    const [toTrialsAnswer, ...found] = distances(times(one).slice(60));
    expect(toTrialsAnswer).toBe(100);
    // 21 within 0.3 s: from the first answer to the middle of the time in which there was room again.
    expect(found[0]).toBe(Math.round(300 / 21 / 0.7));
    expect(Math.min(...found)).toBeGreaterThan(10);
  });

  test("they become more as long as all are taken", async () => {
    const one = refusing([5, 6, 7, 8, 9]);
    await one.clock.run(Promise.all(updates(one, 0, 10)));
    await one.clock.run(Promise.all(updates(one, 10, 100)));
    const found = distances(times(one).slice(17));
    expect(found.toSorted((a, b) => b - a)).toEqual(found);
    expect(found[0]).toBeGreaterThan(2 * (found.at(-1) ?? 0));
  });

  test("at least one goes every two seconds, though nothing was taken before", async () => {
    const one = refusing([0, 1, 2, 3]);
    await one.clock.run(Promise.all(updates(one, 0, 4)));
    expect(Math.max(...distances(times(one).slice(4)))).toBeLessThanOrEqual(2_000);
  });

  test("another refusal lowers the pace, once for all that were under way together", async () => {
    const spacings = async (indexes: readonly number[]) => {
      const one = refusing([...tooMany, ...indexes]);
      await one.clock.run(Promise.all(updates(one, 0, 60)));
      await one.clock.run(Promise.all(updates(one, 60, 100)));
      const found = distances(times(one));
      return [found[108] ?? 0, found[120] ?? 0] as const;
    };
    const [before, after] = await spacings([110]);
    expect(after).toBeGreaterThan(before * 1.3);
    // All of them are sent before the answer to the first.
    const [, afterMore] = await spacings([110, 111, 112]);
    expect(Math.abs(afterMore - after)).toBeLessThan(after / 10);
  });

  test("reads go on as before", async () => {
    const one = refusing([0]);
    const [write] = updates(one, 0, 1);
    await one.clock.run(one.clock.sleep(200));
    const reads = Array.from({ length: 20 }, () => one.client.listIntegrations());
    await one.clock.run(Promise.all(reads));
    expect(one.elapsed()).toBe(300);
    await one.clock.run(write ?? Promise.resolve());
  });

  test("operations still go in the order in which they began", async () => {
    const one = refusing(tooMany);
    await one.clock.run(Promise.all(updates(one, 0, 60)));
    const ids = one.api.requests.slice(60).map(({ path }) => path.split("-").at(-1));
    expect(ids).toEqual(tooMany.map(String));
  });

  test("the wait is told once, until when the last of them will go", async () => {
    const one = refusing(Array.from({ length: 57 }, (_, n) => 3 + n));
    await one.clock.run(Promise.all(updates(one, 0, 60)));
    expect(one.told).toEqual([expect.stringMatching(/^updating .* and \d+ more wait until \S+ \(\d+ s\): /)]);
    expect(one.told[0]).toContain(pacing);
  });

  test("an operation that has no time for its turn ends when that is known", async () => {
    const one = refusing([0]);
    await one.clock.run(Promise.all(updates(one, 0, 1)));
    const [call] = updates(one, 1, 2, { operationTimeoutMs: 200 });
    const error = await one.clock.run(
      (call ?? Promise.resolve()).then(
        () => undefined,
        (thrown: Error) => thrown,
      ),
    );
    expect(error).toMatchObject({ kind: "too-late", outcome: "never-sent" });
    expect(error?.message).toContain(pacing);
    expect(one.elapsed()).toBe(700);
  });
});

describe("a request on trial", () => {
  test("that is refused is followed by another, later and later", async () => {
    const one = refusing([0, 1, 2, 3, 4]);
    await one.clock.run(Promise.all(updates(one, 0, 2)));
    expect(distances(times(one)).slice(0, 5)).toEqual([0, 600, 1_100, 2_100, 4_100]);
  });

  test("that is refused by a limit that is named is followed by another, alone", async () => {
    const one = fake(
      (request, index) => {
        if (index < 10) return refused();
        return index === 10 ? refused(named) : success(request);
      },
      { latencyMs: 100 },
    );
    one.clock.chances = [0];
    await one.clock.run(Promise.all(updates(one, 0, 10)));
    const [toNextTrial, ...found] = distances(times(one)).slice(10);
    expect(toNextTrial).toBeGreaterThanOrEqual(1_000);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(100);
  });

  test("that is given up lets the next one go", async () => {
    const one = refusing([0, 1], { latencyMs: (index) => (index === 2 ? 10_000 : 100) });
    const controller = new AbortController();
    const given = Promise.allSettled(updates(one, 0, 1, { signal: controller.signal }));
    const [second] = updates(one, 1, 2);
    // It has come in by then.
    await one.clock.run(one.clock.sleep(6_000));
    controller.abort();
    await one.clock.run(given);
    await one.clock.run(second ?? Promise.resolve());
    expect(one.elapsed()).toBeLessThan(8_000);
  });

  test("that was never sent is followed by another, alone", async () => {
    const one = fake(
      (request, index) => {
        if (index < 10) return refused();
        return index === 10 ? { unreachable: "ECONNREFUSED" } : success(request);
      },
      { latencyMs: 100 },
    );
    one.clock.chances = [0];
    await one.clock.run(Promise.all(updates(one, 0, 10)));
    const [toNextTrial, ...found] = distances(times(one)).slice(10);
    expect(toNextTrial).toBe(50);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(100);
  });
});

test("a refusal that says which limit is used up changes no pace", async () => {
  const one = fake((request, index) => (index < 10 ? refused(named) : success(request)), { latencyMs: 100 });
  one.clock.chances = [0];
  await one.clock.run(Promise.all(updates(one, 0, 10)));
  expect(new Set(times(one).slice(10)).size).toBe(1);
});

test("a limit of the user's own holds under a pace too", async () => {
  const one = refusing([3, 4], { requestsPerMinute: 30 });
  await one.clock.run(Promise.all(updates(one, 0, 60)));
  const moments = times(one);
  for (const from of moments) {
    expect(moments.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(30);
  }
});

describe("a pace ends", () => {
  const burst = async (one: Fake, from: number): Promise<number> => {
    const before = one.api.requests.length;
    await one.clock.run(Promise.all(updates(one, from, from + 20)));
    return new Set(times(one).slice(before)).size;
  };

  test("ten minutes after the last refusal", async () => {
    const one = refusing([2, 3]);
    await one.clock.run(Promise.all(updates(one, 0, 4)));
    await one.clock.run(one.clock.sleep(9 * 60_000));
    expect(await burst(one, 10)).toBe(20);
    await one.clock.run(one.clock.sleep(60_000));
    expect(await burst(one, 40)).toBe(1);
  });

  test("when it has grown beyond what the limits allow", async () => {
    const one = refusing([2, 3]);
    await one.clock.run(Promise.all(updates(one, 0, 4)));
    await one.clock.run(Promise.all(updates(one, 10, 200)));
    expect(await burst(one, 300)).toBe(1);
  });
});
