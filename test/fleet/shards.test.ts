import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Load, placesFor, shardsToAdd } from "../../fleet/plan/plan";

const loads = (...merchants: number[]): Load[] =>
  merchants.map((count, index) => ({ id: index + 1, merchants: count }));

test("assigns each new merchant to the emptiest shard, and to the oldest of several", () => {
  expect(placesFor(loads(3, 1, 2), 5)).toEqual([2, 2, 3, 1, 2]);
});

test.each([
  [loads(), 1, 100, 1],
  [loads(), 250, 100, 3],
  [loads(100, 99), 1, 100, 0],
  [loads(100, 99), 2, 100, 1],
  [loads(150, 100), 1, 100, 1],
  [loads(150, 50), 10, 100, 0],
  [loads(10), 0, 100, 0],
])("%j with %i new merchants, %i per shard, needs %i more shards", (given, newMerchants, size, more) => {
  expect(shardsToAdd(given, newMerchants, size)).toBe(more);
});

test("finds a place for every merchant, and fills no shard above the limit", () => {
  const any = fc.tuple(fc.array(fc.nat(30), { maxLength: 8 }), fc.nat(200), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(any, ([given, newMerchants, size]) => {
      const before = loads(...given);
      const added = shardsToAdd(before, newMerchants, size);
      const all = [
        ...before,
        ...Array.from({ length: added }, (_, index) => ({ id: 100 + index, merchants: 0 })),
      ];
      if (newMerchants === 0) return;
      const places = placesFor(all, newMerchants);
      expect(places).toHaveLength(newMerchants);
      for (const { id, merchants } of all) {
        const after = merchants + places.filter((place) => place === id).length;
        expect(after).toBeLessThanOrEqual(Math.max(size, merchants));
      }
    }),
  );
});
