import { describe, expect, test } from "@jest/globals";
import type { SentRequest } from "./helpers/fake-api.mts";
import { type Fake, fake } from "./helpers/fake-client";
import { type ApiLimit, limitedApi } from "./helpers/limited-api";
import { VirtualClock } from "./helpers/virtual-clock.mts";

/** What the published limit of writes takes for so many requests, in seconds. */
const publishedSeconds = (count: number): number => (count * 60) / 400;

/** As many creations, so many of them at a time. */
async function creations({ client }: Fake, count: number, parallel: number): Promise<void> {
  let made = 0;
  const worker = async () => {
    while (made < count) await client.createCommerceIntegration({ externalBusinessId: `shop-${made++}` });
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** A Pinterest with one limit, that never names it and answers after 50 to 100 ms. */
function limited(limit: Omit<ApiLimit, "name">, headers: false | "reset") {
  const api = limitedApi([{ name: "ads_write", ...limit }], { headers });
  const one = fake(api.reply, { latencyMs: (index) => 50 + ((index * 37) % 51) });
  one.clock.chances = Array.from({ length: 97 }, (_, index) => ((index * 31) % 97) / 97);
  /** Those that were refused, but for what was under way when the first of them was. */
  const laterRefusals = (): SentRequest[] => {
    const admitted = new Set(api.admitted);
    const refused = one.api.requests.filter((request) => !admitted.has(request));
    const first = refused[0]?.at ?? 0;
    return refused.filter(({ at }) => at > first + 100);
  };
  return { ...one, ...api, laterRefusals };
}

const shapes = [
  { quota: 30, seconds: 6, count: 300 },
  { quota: 10, seconds: 1, count: 300 },
  { quota: 100, seconds: 60, count: 300 },
  { quota: 5, seconds: 10, count: 200 },
];

describe.each([8, 64])("with %d requests at a time, a limit that answers never name", (parallel) => {
  describe.each([
    ["tell nothing", false],
    ["tell when it is full again", "reset"],
  ] as const)("whose refusals %s", (_name, headers) => {
    test.each(shapes)("costs few refusals and little time: $quota in $seconds s", async (shape) => {
      const { quota, seconds, count } = shape;
      // Sliding windows; fixed ones of which the first is new, or nearly over.
      for (const windows of ["sliding", 0, seconds * 0.05] as const) {
        const one = limited({ quota, seconds, windows }, headers);
        await one.clock.run(creations(one, count, parallel));
        expect(one.admitted).toHaveLength(count);
        expect(one.laterRefusals().length).toBeLessThanOrEqual(count / 10);
        const least = Math.max(Math.floor((count - 1) / quota) * seconds, publishedSeconds(count));
        expect(one.elapsed() / 1000).toBeLessThanOrEqual(2 * least);
      }
    });
  });
});

test("a handful of requests more than such a limit takes at once is delayed by little more than its window", async () => {
  const one = limited({ quota: 30, seconds: 6, windows: "sliding" }, false);
  await one.clock.run(creations(one, 90, 64));
  expect(one.laterRefusals().length).toBeLessThanOrEqual(9);
  expect(one.elapsed()).toBeLessThan(24_000);
});

test("two programs that share such a limit both come to their end, with few refusals", async () => {
  const api = limitedApi([{ name: "ads_write", quota: 30, seconds: 6, windows: "sliding" }], {
    headers: false,
  });
  const clock = new VirtualClock();
  const programs = ["one", "other"].map((account) => fake(api.reply, { clock, account, latencyMs: 80 }));
  await clock.run(Promise.all(programs.map((each) => creations(each, 150, 32))));
  expect(api.admitted).toHaveLength(300);
  // 34 of the first 64 are one too many.
  expect(api.refused).toBeLessThanOrEqual(34 + 30);
  expect(programs[0]?.elapsed()).toBeLessThan(4 * 54_000);
});
