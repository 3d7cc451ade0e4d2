// What the product saves over a dynamic provider as one would write it.
import type { Results } from "../results.mts";
import { countsOf, plain, statesOf, valuesOf, wallMs } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { integrations } from "../text.mts";
import { judgedAt, judgeRatio, type Target, type Verdict } from "./verdict.mts";

/** The engine's writing of the state, which is most of it, grows with the square of their number. */
const countOfTime = 1000;
const base = {
  about: "Straightforward's figures over the product's",
  bound: "at least",
  unit: "times",
  note: "its code stands twice in each resource's state, which the engine writes anew at each step; behind a `require` it would not",
} as const satisfies Partial<Target>;

export function straightforwardVerdicts(results: Results): Verdict[] {
  return (["dynamic", "plugin"] as const).flatMap((peer) => {
    const of = (whose: typeof peer | "straightforward", count: number) =>
      ({ peer: whose, count, ...plain }) as const;
    const up = (whose: typeof peer | "straightforward") =>
      valuesOf(results, of(whose, countOfTime), "up", wallMs);
    return [
      judgeRatio(
        {
          ...base,
          name: `wall time of up, ${peer}, ${integrations(countOfTime)}`,
          limit: 3,
          movable: true,
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
          },
          statesOf(results, of("straightforward", count)),
          statesOf(results, of(peer, count)),
        ),
      ),
    ];
  });
}
