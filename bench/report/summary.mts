// The targets in short, for a terminal.
import { quantityOrNone } from "../text.mts";
import type { Verdict } from "../verdicts.mts";
import { tally } from "./targets.mts";

export function summary(verdicts: readonly Verdict[]): string {
  const headings = [...new Set(verdicts.map(({ about }) => about))];
  const parts = headings.map((about) => {
    const those = verdicts.filter((verdict) => verdict.about === about);
    return [about, ...those.map(line)].join("\n");
  });
  return `${[...parts, tally(verdicts)].join("\n\n")}\n`;
}

function line({ name, measured, unit, passed, target, note }: Verdict): string {
  const mark = passed === undefined ? "–" : passed ? "✓" : "✗";
  const value = measured === undefined ? "" : ` ${quantityOrNone(measured, unit)},`;
  const why = passed === false && note !== undefined ? ` (${note})` : "";
  return `  ${mark} ${name}:${value} ${target}${why}`;
}
