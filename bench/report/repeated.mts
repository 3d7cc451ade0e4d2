// How repetitions of the same measurement are written.
import { median, type Range, range } from "../statistics.mts";
import { notMeasured, quantity, type Unit } from "../text.mts";

/** The median, and between what the repetitions lie: "12.3 s (12.1–12.6 s)". */
export function repeated(values: readonly number[], unit: Unit): string {
  const [middle, ends] = [median(values), range(values)];
  if (middle === undefined || ends === undefined) return notMeasured;
  const written = quantity(middle, unit);
  return values.length === 1 ? written : `${written} (${between(ends, unit)})`;
}

/** "12.1–12.6 s": the unit is said once where it is the same. */
export function between({ low, high }: Range, unit: Unit): string {
  const [from, to] = [quantity(low, unit), quantity(high, unit)];
  const sign = /[^\d.,]+$/.exec(to)?.[0] ?? "";
  return `${from.endsWith(sign) ? from.slice(0, from.length - sign.length) : from}–${to}`;
}
