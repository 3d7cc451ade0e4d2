// The table of targets.
import { quantityBeside } from "../text.mts";
import { isWithinNoise } from "../verdicts/verdict.mts";
import type { Verdict } from "../verdicts.mts";
import { section, table } from "./markdown.mts";
import { between } from "./repeated.mts";

/** Stands before a target that noise of the machine can make met or missed. */
export const movableMark = "~";

export function targetsSection(verdicts: readonly Verdict[]): string {
  const tables = [...Map.groupBy(verdicts, ({ about }) => about)].map(([about, those]) => {
    const rows = those.filter(isMeasured).map(row);
    return section(
      `### ${about}`,
      `${met(those)} met.`,
      rows.length === 0 ? undefined : table(["", "target", "measured", ""], rows),
      missing(those),
    );
  });
  return section("## Targets", explained, tally(verdicts), ...tables);
}

const explained =
  "Most targets count once for each size. A ratio is the median of those of each round, in which each command is run for all peers in turn; in brackets " +
  "stands the range of the rounds. Where that is on both sides of the target (within noise), or was measured once, another run can come out otherwise.";

export type MeasuredVerdict = Verdict & { readonly measured: number };

export function isMeasured(verdict: Verdict): verdict is MeasuredVerdict {
  return verdict.measured !== undefined;
}

/** "Targets that do not depend on the machine's speed: 10 of 10 met. Others, marked ~: 31 of 34 met; 3 more not measured." */
export function tally(verdicts: readonly Verdict[], marked = `, marked ${movableMark}`): string {
  const firm = verdicts.filter(({ movable }) => !movable);
  const others = verdicts.filter(({ movable }) => movable);
  const missing = verdicts.filter((verdict) => !isMeasured(verdict)).length;
  const rest = missing === 0 ? "" : `; ${missing} more not measured`;
  return (
    `Targets that do not depend on the machine's speed: ${met(firm)} met. ` +
    `Others${marked}: ${met(others)} met${rest}.`
  );
}

/** "10 of 11", of those that were measured. */
function met(of: readonly Verdict[]): string {
  const measured = of.filter(isMeasured);
  return `${measured.filter(({ passed }) => passed).length} of ${measured.length}`;
}

/** "1.05× (0.97–1.15×)" */
export function measuredText({ measured, spread, limit, unit }: MeasuredVerdict): string {
  const value = quantityBeside(measured, limit, unit);
  return spread === undefined ? value : `${value} (${between(spread, unit)})`;
}

function row(verdict: MeasuredVerdict): string[] {
  const { name, note, target, movable } = verdict;
  return [
    note === undefined ? name : `${name} (${note})`,
    movable ? `${movableMark} ${target}` : target,
    measuredText(verdict),
    outcome(verdict),
  ];
}

/** Which of them were not measured. */
function missing(verdicts: readonly Verdict[]): string | undefined {
  const names = verdicts.filter((verdict) => !isMeasured(verdict)).map(({ name }) => name);
  return names.length === 0 ? undefined : `Not measured: ${names.join("; ")}.`;
}

function outcome(verdict: MeasuredVerdict): string {
  const said = verdict.passed ? "passed" : "**missed**";
  if (verdict.once) return `${said}, measured once`;
  return isWithinNoise(verdict) ? `${said}, within noise` : said;
}
