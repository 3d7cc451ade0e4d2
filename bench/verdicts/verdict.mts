// What a target is, and when it is met.
import { allCounts } from "../matrix.mts";
import { distinct, median, type Range, range } from "../statistics.mts";
import { limit as limitText, type Unit } from "../text.mts";

export type Bound = "at most" | "at least" | "under" | "exactly";

export interface Target {
  /** What a number of targets have in common: a heading. */
  readonly about: string;
  readonly name: string;
  readonly bound: Bound;
  readonly limit: number;
  readonly unit: Unit;
  /** Whether noise of the machine can move what is measured. */
  readonly movable: boolean;
  /** What else is to be known about it. */
  readonly note?: string;
}

export interface Verdict extends Target {
  /** Bound and limit in words. */
  readonly target: string;
  /** Missing where it was not measured; then it is neither passed nor missed. */
  readonly measured: number | undefined;
  readonly passed: boolean | undefined;
  /** Between what repetitions lie, where there were any. */
  readonly spread?: Range;
  /** Whether what can come out otherwise another time was measured once. */
  readonly once?: true;
}

export function judge(target: Target, measured: number | undefined, spread?: Range): Verdict {
  const { bound, limit, unit } = target;
  return {
    ...target,
    target: `${bound} ${limitText(limit, unit)}`,
    measured,
    passed: measured === undefined ? undefined : keeps(measured, bound, limit),
    ...(spread === undefined ? {} : { spread }),
  };
}

/** Judges a median. */
export function judgeMedian(target: Target, values: readonly number[]): Verdict {
  const verdict = judge(target, median(values), values.length > 1 ? range(values) : undefined);
  return target.movable && values.length === 1 ? { ...verdict, once: true } : verdict;
}

/** Whether repetitions lie on both sides of the limit. */
export function isWithinNoise({ spread, bound, limit }: Verdict): boolean {
  return spread !== undefined && keeps(spread.low, bound, limit) !== keeps(spread.high, bound, limit);
}

function keeps(measured: number, bound: Bound, limit: number): boolean {
  switch (bound) {
    case "at most":
      return measured <= limit;
    case "at least":
      return measured >= limit;
    case "under":
      return measured < limit;
    case "exactly":
      return measured === limit;
  }
}

/** Of what has to hold in every repetition: the value furthest from the limit, on its bad side. */
export function worst(values: readonly number[], bound: Bound, limit: number): number | undefined {
  if (values.length === 0) return undefined;
  const badness = (value: number) => {
    if (bound === "exactly") return Math.abs(value - limit);
    return bound === "at least" ? -value : value;
  };
  return values.reduce((found, value) => (badness(value) > badness(found) ? value : found));
}

/** Judges what has to hold in every repetition. */
export function judgeAll(target: Target, values: readonly number[]): Verdict {
  return judge(target, worst(values, target.bound, target.limit));
}

/** The counts that a target is judged at: all of a full run, measured or not, and what else was measured. */
export function judgedAt(measured: readonly number[], least = 1): readonly number[] {
  return distinct([...allCounts, ...measured]).filter((count) => count >= least);
}
