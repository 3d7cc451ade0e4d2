// The table of targets.
import { notMeasured, quantityBeside } from "../text.mts";
import type { Verdict } from "../verdicts.mts";
import { section, table } from "./markdown.mts";
import { between } from "./repeated.mts";

/** Stands before a target that noise of the machine can make met or missed. */
export const movableMark = "~";

export function targetsSection(verdicts: readonly Verdict[]): string {
  const headings = [...new Set(verdicts.map(({ about }) => about))];
  const tables = headings.map((about) =>
    section(
      `### ${about}`,
      table(["", "target", "measured", ""], verdicts.filter((verdict) => verdict.about === about).map(row)),
    ),
  );
  return section("## Targets", explained, tally(verdicts), ...tables);
}

const explained =
  "A target counts once for each size. In brackets stands between what the repetitions lie, of a ratio those of both sides; where they lie on both " +
  "sides of the target, another run can come out otherwise.";

/** "41 of 44 targets met, 3 more not measured. …" */
export function tally(verdicts: readonly Verdict[]): string {
  const measured = verdicts.filter(({ passed }) => passed !== undefined);
  const met = measured.filter(({ passed }) => passed).length;
  const missing = verdicts.length - measured.length;
  const rest = missing === 0 ? "" : `, ${missing} more not measured`;
  const marked = measured.some(({ movable }) => movable)
    ? ` What noise of the machine can move is marked ${movableMark}.`
    : "";
  return `${met} of ${measured.length} measured targets met${rest}.${marked}`;
}

/** "1.05× (0.97–1.15×)" */
export function measuredText({ measured, spread, limit, unit }: Verdict): string {
  if (measured === undefined) return notMeasured;
  const value = quantityBeside(measured, limit, unit);
  return spread === undefined ? value : `${value} (${between(spread, unit)})`;
}

function row(verdict: Verdict): string[] {
  const { name, note, target, passed, movable } = verdict;
  return [
    note === undefined ? name : `${name} (${note})`,
    movable ? `${movableMark} ${target}` : target,
    measuredText(verdict),
    passed === undefined ? "not measured" : passed ? "passed" : "**missed**",
  ];
}
