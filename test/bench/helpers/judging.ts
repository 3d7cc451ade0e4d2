// Changes results that are as they should be, and asks what the verdicts say then.
import type { Cell, Pass, Results, Workload } from "../../../bench/results.mts";
import { passesWith } from "../../../bench/select.mts";
import { type Verdict, verdictsOn } from "../../../bench/verdicts.mts";
import { fullResults, withCommand } from "./results";

/** The full results with the passes changed that agree with a part of a cell. */
export function changed(wanted: Partial<Cell>, change: (pass: Pass) => Pass): Results {
  const full = fullResults();
  const those = passesWith(full, wanted);
  const passes = full.passes.map((each) => (those.includes(each) ? change(each) : each));
  return { ...full, passes };
}

/** As `changed`, with other figures of one command. */
export function slower(wanted: Partial<Cell>, workload: Workload, factor: number): Results {
  return changed(wanted, (each) =>
    withCommand(each, workload, { wallMs: each.commands[workload].wallMs * factor }),
  );
}

export function missed(given: Results): string[] {
  const those = verdictsOn(given).filter(({ passed }) => passed === false);
  return those.map(({ about, name }) => `${about}: ${name}`);
}

export function named(given: Results, part: string): Verdict[] {
  return verdictsOn(given).filter(({ about, name }) => `${about}: ${name}`.includes(part));
}

/** Those that were measured. */
export function judged(given: Results, part: string): Verdict[] {
  return named(given, part).filter(({ measured }) => measured !== undefined);
}

/** What is missed even when all is as it should be. */
export const known = missed(fullResults());

export function newlyMissed(given: Results): string[] {
  return missed(given).filter((name) => !known.includes(name));
}
