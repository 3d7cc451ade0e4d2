// The table of targets.
import { quantityOrNone } from "../text.mts";
import type { Verdict } from "../verdicts.mts";
import { section, table } from "./markdown.mts";

export function targetsSection(verdicts: readonly Verdict[]): string {
  const marked = verdicts.some(({ movable }) => movable)
    ? "What noise of the machine can move is marked ~."
    : undefined;
  const headings = [...new Set(verdicts.map(({ about }) => about))];
  const tables = headings.map((about) =>
    section(
      `### ${about}`,
      table(["", "target", "measured", ""], verdicts.filter((verdict) => verdict.about === about).map(row)),
    ),
  );
  return section("## Targets", tally(verdicts), marked, ...tables);
}

/** "41 of 44 targets met, 3 not measured." */
export function tally(verdicts: readonly Verdict[]): string {
  const measured = verdicts.filter(({ passed }) => passed !== undefined);
  const met = measured.filter(({ passed }) => passed).length;
  const missing = verdicts.length - measured.length;
  const rest = missing === 0 ? "" : `, ${missing} more not measured`;
  return `${met} of ${measured.length} targets met${rest}.`;
}

function row({ name, note, target, measured, unit, passed, movable }: Verdict): string[] {
  return [
    note === undefined ? name : `${name} (${note})`,
    movable ? `~ ${target}` : target,
    quantityOrNone(measured, unit),
    passed === undefined ? "not measured" : passed ? "passed" : "**missed**",
  ];
}
