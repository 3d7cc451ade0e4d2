import { describe, expect, test } from "@jest/globals";
import { growthExponent, median, range, ratiosOfAll } from "../../bench/statistics.mts";

test("the median is the middle one, whatever the order, and between the two of an even number", () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 20, 30])).toBe(25);
});

test("there is no median and no range of nothing", () => {
  expect(median([])).toBeUndefined();
  expect(range([])).toBeUndefined();
});

test("the range of repetitions is the least and the most, in whichever order", () => {
  const values = [5, 1, 3];
  expect(range(values)).toEqual({ low: 1, high: 5 });
  median(values);
  expect(values).toEqual([5, 1, 3]);
});

test("ratios of what was not measured in turn are those of each to each", () => {
  expect(ratiosOfAll([20, 30], [10, 5])).toEqual([2, 4, 3, 6]);
  expect(ratiosOfAll([20], [10, 0])).toEqual([2]);
  expect(ratiosOfAll([], [10, 11])).toEqual([]);
});

describe("growth", () => {
  const of = (exponent: number, counts: readonly number[]) =>
    counts.map((count) => ({ count, value: 7 * count ** exponent }));

  test.each([0.5, 1, 2])("of count^%p has that exponent", (exponent) => {
    expect(growthExponent(of(exponent, [100, 300, 1000]))).toBeCloseTo(exponent, 10);
  });

  test("ignores counts under 100, where a command's start is most of it", () => {
    const points = [{ count: 1, value: 2000 }, { count: 99, value: 2000 }, ...of(1, [100, 500, 1000])];
    expect(growthExponent(points)).toBeCloseTo(1, 10);
  });

  test("takes three counts of 100 and more", () => {
    expect(growthExponent(of(1, [10, 100, 1000]))).toBeUndefined();
    expect(growthExponent([...of(1, [100, 1000]), ...of(1, [100])])).toBeUndefined();
  });

  test("leaves out what was not measured", () => {
    expect(growthExponent([...of(1, [100, 500, 1000]), { count: 2000, value: 0 }])).toBeCloseTo(1, 10);
  });
});
