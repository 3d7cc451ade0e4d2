import { expect, test } from "@jest/globals";
import type { SentRequest } from "./helpers/fake-api";
import { fake } from "./helpers/fake-client";

/** The most requests that any span of the width holds. */
function mostWithin(requests: readonly SentRequest[], widthMs: number): number {
  const times = requests.map(({ at }) => at);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + widthMs).length));
}

test("500 writes under 400 a minute take a minute, meet no limit, and say once that they wait", async () => {
  const { clock, api, client, told, elapsed } = fake(undefined, { latencyMs: 200 });
  await clock.run(
    Promise.all(Array.from({ length: 500 }, (_, n) => client.updateCommerceIntegration(`shop-${n}`, {}))),
  );
  expect(api.requests).toHaveLength(500);
  expect(mostWithin(api.requests, 60_000)).toBe(400);
  expect(mostWithin(api.requests, 1_000)).toBe(100);
  // The first answer comes after 0.2 s, its place is free 60 s later, and the last of a hundred more go with it.
  expect(elapsed()).toBe(60_400);
  expect(told).toEqual([
    `updating commerce integration "shop-400" and 99 more wait until 2026-01-01T00:01:00Z (55 s): Pinterest's limit ads_write of 400 requests in 60 s is used up`,
  ]);
});
