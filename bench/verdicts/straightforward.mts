// What the product saves over a dynamic provider as one would write it.
import { usualCount } from "../matrix.mts";
import { type Cell, type FrontEnd, frontEnds, type Pass, type Results, workloads } from "../results.mts";
import { countsOf, ratiosByRound, stateBytes, wallMsOf, withoutLatency } from "../select.mts";
import { leastCountOfGrowth, median } from "../statistics.mts";
import { sizeOf, times } from "../text.mts";
import { judgedAt, judgeMedian, type Target, type Verdict } from "./verdict.mts";

const base = {
  about: "Straightforward's figures over the product's",
  bound: "at least",
  unit: "times",
} as const satisfies Partial<Target>;

export function straightforwardVerdicts(results: Results): Verdict[] {
  return withoutLatency.flatMap((situation) =>
    frontEnds.flatMap((peer) => [
      // The engine's writing of the state, which is most of it where it writes, grows with the square of their number.
      ...workloads.map((workload) =>
        over(
          results,
          peer,
          { count: usualCount, ...situation },
          `wall time of ${workload}`,
          wallMsOf(workload),
          {
            limit: 3,
            movable: true,
          },
        ),
      ),
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
  const note = [asPackage(ratios("straightforward-package")), ...floored(results, size, target, figure)].join(
    "; ",
  );
  return judgeMedian({ ...base, ...target, name, note }, ratios("straightforward"));
}

/** Where the engine hardly writes, nobody could be so many times faster. */
function floored(
  results: Results,
  size: Omit<Cell, "peer">,
  { limit, movable }: Pick<Target, "limit" | "movable">,
  figure: (pass: Pass) => number,
): string[] {
  const ratio = median(ratiosByRound(results, { ...size, peer: "straightforward" }, "nothing", figure));
  return movable && ratio !== undefined && ratio < limit
    ? [`over a plugin that does nothing ${times(ratio)}`]
    : [];
}

/** Most of what sets it apart is where its code stands, which a user can change. */
function asPackage(ratios: readonly number[]): string {
  const measured = median(ratios);
  return measured === undefined
    ? "its code stands twice in each resource's state; as a package it does not"
    : `as a package ${times(measured)}`;
}
