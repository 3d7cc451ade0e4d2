// The targets that were measured, in short, for a terminal.
import type { Verdict } from "../verdicts.mts";
import { isMeasured, type MeasuredVerdict, measuredText, movableMark, tally } from "./targets.mts";

export function summary(verdicts: readonly Verdict[]): string {
  const parts = [...Map.groupBy(verdicts.filter(isMeasured), ({ about }) => about)].map(([about, those]) =>
    [about, ...those.map(line)].join("\n"),
  );
  return `${[...parts, tally(verdicts)].join("\n\n")}\n`;
}

function line(verdict: MeasuredVerdict): string {
  const { name, passed, movable, target, note } = verdict;
  const why = note === undefined ? "" : ` (${note})`;
  const noise = movable ? `${movableMark} ` : "";
  return `  ${passed ? "✓" : "✗"} ${name}: ${measuredText(verdict)}, ${noise}${target}${why}`;
}
