import { expect, test } from "@jest/globals";
import { largestPage } from "../../provider/api/pages";
import { inParallel } from "../../provider/base/async";
import { Listings } from "../../provider/lifecycle/listing";
import type { Reply, SentRequest } from "../api/helpers/fake-api.mts";
import { fake } from "../api/helpers/fake-client";

const count = 10_000;
const pages = count / largestPage;
const latencyMs = 1_000;
/** Time for which a list can be used after its last page. */
const lifetimeMs = 30_000;
/** The numbers of the integrations that were changed after the list was read. */
const changed = new Set<number>();

/** A page whose records have another tag if they were changed. */
function page({ path }: SentRequest): Reply {
  const from = Number(new URLSearchParams(path.split("?")[1]).get("bookmark") ?? "0");
  const to = Math.min(count, from + largestPage);
  const items = Array.from({ length: to - from }, (_, index) => ({
    id: String(from + index + 1),
    external_business_id: `shop-${from + index}`,
    connected_tag_id: changed.has(from + index) ? "2" : "1",
  }));
  return { status: 200, body: { items, bookmark: to < count ? String(to) : null } };
}

/** An account with a latency of a second, so that reading its list takes longer than the lifetime of a page. */
function account() {
  const { api, client, clock } = fake(page, { latencyMs });
  const listings = new Listings({ client: () => client, now: () => clock.now() });
  let reads = 0;
  const find = (number: number) => listings.find(client, `shop-${number}`, () => true);
  return {
    clock,
    find,
    /** Read from the list, or otherwise with a request. */
    read: async (number: number) => {
      const record = await find(number);
      if (record !== undefined) return;
      reads += 1;
      await clock.sleep(latencyMs);
    },
    lists: () => api.requests.length,
    reads: () => reads,
  };
}

const inOrder = Array.from({ length: count }, (_, index) => index);
const orders = {
  "the list's order": inOrder,
  "the reverse order": inOrder.toReversed(),
  // 7,919 and the count are coprime.
  "a mixed order": inOrder.map((index) => (index * 7_919) % count),
};

test.each(Object.entries(orders))(
  "reads a list once for integrations in %s, even if it takes longer than the lifetime of its pages",
  async (_order, numbers) => {
    const { clock, read, lists, reads } = account();
    await clock.run(inParallel(numbers, 16, read));
    expect(pages * latencyMs).toBeGreaterThan(lifetimeMs);
    expect(lists()).toBeLessThanOrEqual(pages);
    // Each of them allows another page.
    expect(reads()).toBeLessThanOrEqual(pages);
  },
);

test("uses a list for 30 s after its last page", async () => {
  const { clock, find, lists } = account();
  const later = async (number: number, milliseconds: number) => {
    await clock.run(clock.sleep(milliseconds));
    return (await clock.run(find(number)))?.connectedTagId;
  };
  changed.clear();
  expect(await later(0, 0)).toBe("1");
  changed.add(1).add(2).add(3);
  expect(await later(largestPage, 20_000)).toBe("1");
  expect(lists()).toBe(2);
  expect(await later(1, 30_000)).toBe("1");
  expect(await later(2, 1)).toBe("2");
  expect(lists()).toBe(3);
});
