import { describe, expect, test } from "@jest/globals";
import { growthExponent, median, range, spread } from "../../bench/statistics.mts";

test("the median is the middle one, whatever the order, and between the two of an even number", () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 20, 30])).toBe(25);
});

test("there is no median, range or spread of nothing", () => {
  expect(median([])).toBeUndefined();
  expect(range([])).toBeUndefined();
  expect(spread([])).toBeUndefined();
});

describe("spread", () => {
  test("of few is the least and the most", () => {
    expect(spread([5, 1, 3])).toEqual({ low: 1, high: 5 });
    expect(spread([1, 2, 3, 4, 5, 6, 100])).toEqual({ low: 1, high: 100 });
  });

  test("of many is the middle half, so one outlier does not widen it", () => {
    expect(spread([2, 4, 6, 8, 10, 12, 14, 1000])).toEqual({ low: 5.5, high: 12.5 });
    expect(range([2, 4, 6, 8, 10, 12, 14, 1000])).toEqual({ low: 2, high: 1000 });
  });

  test("leaves what it is given as it is", () => {
    const values = [9, 1, 8, 2, 7, 3, 6, 4, 5];
    spread(values);
    median(values);
    expect(values).toEqual([9, 1, 8, 2, 7, 3, 6, 4, 5]);
  });
});

describe("growth", () => {
  const of = (exponent: number, counts: readonly number[]) =>
    counts.map((count) => ({ count, value: 7 * count ** exponent }));

  test.each([0.5, 1, 2])("of count^%p has that exponent", (exponent) => {
    expect(growthExponent(of(exponent, [100, 300, 1000]))).toBeCloseTo(exponent, 10);
  });

  test("ignores counts under 100, where a command's start is most of it", () => {
    const points = [{ count: 1, value: 2000 }, { count: 99, value: 2000 }, ...of(1, [100, 1000])];
    expect(growthExponent(points)).toBeCloseTo(1, 10);
  });

  test("takes two counts of 100 and more", () => {
    expect(growthExponent(of(1, [10, 100]))).toBeUndefined();
    expect(growthExponent([...of(1, [100]), ...of(1, [100])])).toBeUndefined();
  });

  test("leaves out what was not measured", () => {
    expect(growthExponent([...of(1, [100, 1000]), { count: 2000, value: 0 }])).toBeCloseTo(1, 10);
  });
});
