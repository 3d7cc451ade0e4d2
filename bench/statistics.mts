// What repetitions and counts are summed up by. Nothing is made up for what was not measured: it is undefined.
import { linearRegression, median as middle } from "simple-statistics";

/** Between what repetitions lie. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Below this, the growth of a command is hidden by what the engine takes to start. */
export const leastCountOfGrowth = 100;

/** Two points always lie on a line, which says nothing of a third. */
export const leastPoints = 3;

export function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : middle([...values]);
}

export function range(values: readonly number[]): Range | undefined {
  return values.length === 0 ? undefined : { low: Math.min(...values), high: Math.max(...values) };
}

/** Of what was not measured in turn: each of the one over each of the other. */
export function ratiosOfAll(values: readonly number[], to: readonly number[]): number[] {
  return values.flatMap((value) => to.map((other) => value / other)).filter(Number.isFinite);
}

export interface Point {
  readonly count: number;
  readonly value: number;
}

/**
 * The exponent e of value = c · count^e, fitted by least squares of the logarithms to the counts of 100 and more, each with the same
 * weight: 1 is growth in proportion. It takes three such counts.
 */
export function growthExponent(points: readonly Point[]): number | undefined {
  const fitted = points.filter(({ count, value }) => count >= leastCountOfGrowth && value > 0);
  if (new Set(fitted.map(({ count }) => count)).size < leastPoints) return undefined;
  return linearRegression(fitted.map(({ count, value }) => [Math.log(count), Math.log(value)])).m;
}

/** Each number once, ascending. */
export function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
