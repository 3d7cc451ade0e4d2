// What repetitions and counts are summed up by. Nothing is made up for what was not measured: it is undefined.
import { linearRegression, median as middle, quantile } from "simple-statistics";

/** Where repetitions lie: the middle half of many, all of few. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** Of fewer than these, quartiles say no more than the least and the most. */
const few = 8;

/** Below this, the growth of a command is hidden by what the engine takes to start. */
export const leastCountOfGrowth = 100;

export function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : middle([...values]);
}

export function range(values: readonly number[]): Spread | undefined {
  return values.length === 0 ? undefined : { low: Math.min(...values), high: Math.max(...values) };
}

/** The interquartile range, or the least and the most of fewer than 8. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length < few) return range(values);
  const sorted = [...values];
  return { low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

export interface Point {
  readonly count: number;
  readonly value: number;
}

/**
 * The exponent e of value = c · count^e, fitted to the counts of 100 and more: 1 is growth in proportion. It takes two
 * such counts.
 */
export function growthExponent(points: readonly Point[]): number | undefined {
  const fitted = points.filter(({ count, value }) => count >= leastCountOfGrowth && value > 0);
  if (new Set(fitted.map(({ count }) => count)).size < 2) return undefined;
  return linearRegression(fitted.map(({ count, value }) => [Math.log(count), Math.log(value)])).m;
}

/** Each number once, ascending. */
export function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
