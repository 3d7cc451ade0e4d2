// What the product saves over a dynamic provider as one would write it.
import type { Cell, Peer, Results } from "../results.mts";
import { countsOf, statesOf, valuesOf, wallMs, withoutLatency } from "../select.mts";
import { leastCountOfGrowth, median, ratiosByRound } from "../statistics.mts";
import { sizeOf, times } from "../text.mts";
import { judgedAt, judgeRatio, type Target, usualCount, type Verdict } from "./verdict.mts";

const base = {
  about: "Straightforward's figures over the product's",
  bound: "at least",
  unit: "times",
} as const satisfies Partial<Target>;

type FrontEnd = "dynamic" | "plugin";

export function straightforwardVerdicts(results: Results): Verdict[] {
  return withoutLatency.flatMap((situation) =>
    (["dynamic", "plugin"] as const).flatMap((peer) => [
      // The engine's writing of the state, which is most of it, grows with the square of their number.
      over(results, peer, { count: usualCount, ...situation }, "wall time of up", wallTimes, {
        limit: 3,
        movable: true,
      }),
      ...judgedAt(countsOf(results, "straightforward", situation), leastCountOfGrowth).map((count) =>
        over(results, peer, { count, ...situation }, "state a resource", statesOf, {
          limit: 5,
          movable: false,
        }),
      ),
    ]),
  );
}

function over(
  results: Results,
  peer: FrontEnd,
  size: Omit<Cell, "peer">,
  what: string,
  figures: (results: Results, cell: Cell) => number[],
  target: Pick<Target, "limit" | "movable">,
): Verdict {
  const of = (whose: Peer) => figures(results, { ...size, peer: whose });
  const name = `${what}, ${peer}, ${sizeOf(size.count, size.accounts)}`;
  const note = asPackage(of("straightforward-package"), of(peer));
  return judgeRatio({ ...base, ...target, name, note }, of("straightforward"), of(peer));
}

function wallTimes(results: Results, cell: Cell): number[] {
  return valuesOf(results, cell, "up", wallMs);
}

/** Most of what sets it apart is where its code stands, which a user can change. */
function asPackage(values: readonly number[], to: readonly number[]): string {
  const measured = median(ratiosByRound(values, to));
  return measured === undefined
    ? "its code stands twice in each resource's state; as a package it does not"
    : `as a package ${times(measured)}`;
}
