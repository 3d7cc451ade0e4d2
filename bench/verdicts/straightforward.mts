// What the product saves over a dynamic provider as one would write it.
import type { Cell, Pass, Results } from "../results.mts";
import { countsOf, ratiosByRound, stateBytes, wallMsOf, withoutLatency } from "../select.mts";
import { leastCountOfGrowth, median } from "../statistics.mts";
import { sizeOf, times } from "../text.mts";
import { judgedAt, judgeMedian, type Target, usualCount, type Verdict } from "./verdict.mts";

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
      over(results, peer, { count: usualCount, ...situation }, "wall time of up", wallMsOf("up"), {
        limit: 3,
        movable: true,
      }),
      ...judgedAt(countsOf(results, "straightforward", situation), leastCountOfGrowth).map((count) =>
        over(results, peer, { count, ...situation }, "state a resource", stateBytes, {
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
  figure: (pass: Pass) => number,
  target: Pick<Target, "limit" | "movable">,
): Verdict {
  const name = `${what}, ${peer}, ${sizeOf(size.count, size.accounts)}`;
  const ratios = (whose: "straightforward" | "straightforward-package") =>
    ratiosByRound(results, { ...size, peer: whose }, peer, figure);
  const note = asPackage(ratios("straightforward-package"));
  return judgeMedian({ ...base, ...target, name, note }, ratios("straightforward"));
}

/** Most of what sets it apart is where its code stands, which a user can change. */
function asPackage(ratios: readonly number[]): string {
  const measured = median(ratios);
  return measured === undefined
    ? "its code stands twice in each resource's state; as a package it does not"
    : `as a package ${times(measured)}`;
}
