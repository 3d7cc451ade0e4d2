/** Numbers of lines, from and to, both included. */
export type Range = readonly [from: number, to: number];

/** Numbers in rising order as ranges. */
export function rangesOf(numbers: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** Ranges with further ones, in rising order; of many only the first `atMost`. */
export function withRanges(ranges: readonly Range[], more: readonly Range[], atMost: number): Range[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...ranges, ...more].sort(([left], [right]) => left - right)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined.slice(0, atMost);
}

export function inRanges(ranges: readonly Range[], number: number): boolean {
  return ranges.some(([from, to]) => from <= number && number <= to);
}

/** What of the ranges begins at a number. */
export function rangesFrom(ranges: readonly Range[], least: number): Range[] {
  return ranges.filter(([, to]) => to >= least).map(([from, to]) => [Math.max(from, least), to]);
}

export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((size, [from, to]) => size + to - from + 1, 0);
}

/** Such as "line 7" or "lines 3–9, 12 and 20 more ranges". */
export function linesText(ranges: readonly Range[]): string {
  const shown = ranges.slice(0, 5).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  const more = ranges.length - shown.length;
  const noun = sizeOf(ranges) === 1 ? "line" : "lines";
  return `${noun} ${shown.join(", ")}${more > 0 ? ` and ${more} more ranges` : ""}`;
}
