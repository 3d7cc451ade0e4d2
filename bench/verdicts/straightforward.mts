// What the product saves over a dynamic provider as one would write it.
import type { Results } from "../results.mts";
import { countsOf, plain, statesOf, valuesOf, wallMs } from "../select.mts";
import { leastCountOfGrowth, median, ratiosByRound } from "../statistics.mts";
import { integrations, times } from "../text.mts";
import { judgedAt, judgeRatio, type Target, type Verdict } from "./verdict.mts";

/** The engine's writing of the state, which is most of it, grows with the square of their number. */
const countOfTime = 1000;
const base = {
  about: "Straightforward's figures over the product's",
  bound: "at least",
  unit: "times",
} as const satisfies Partial<Target>;

type Straightforward = "straightforward" | "straightforward-package";

export function straightforwardVerdicts(results: Results): Verdict[] {
  return (["dynamic", "plugin"] as const).flatMap((peer) => {
    const of = (whose: typeof peer | Straightforward, count: number) =>
      ({ peer: whose, count, ...plain }) as const;
    const up = (whose: typeof peer | Straightforward) =>
      valuesOf(results, of(whose, countOfTime), "up", wallMs);
    const state = (whose: typeof peer | Straightforward, count: number) =>
      statesOf(results, of(whose, count));
    return [
      judgeRatio(
        {
          ...base,
          name: `wall time of up, ${peer}, ${integrations(countOfTime)}`,
          limit: 3,
          movable: true,
          note: asPackage(up("straightforward-package"), up(peer)),
        },
        up("straightforward"),
        up(peer),
      ),
      ...judgedAt(countsOf(results, "straightforward", plain), leastCountOfGrowth).map((count) =>
        judgeRatio(
          {
            ...base,
            name: `state a resource, ${peer}, ${integrations(count)}`,
            limit: 5,
            movable: false,
            note: asPackage(state("straightforward-package", count), state(peer, count)),
          },
          state("straightforward", count),
          state(peer, count),
        ),
      ),
    ];
  });
}

/** Most of what sets it apart is where its code stands, which a user can change. */
function asPackage(values: readonly number[], to: readonly number[]): string {
  const measured = median(ratiosByRound(values, to));
  return measured === undefined
    ? "its code stands twice in each resource's state; as a package it does not"
    : `as a package ${times(measured)}`;
}
