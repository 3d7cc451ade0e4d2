// What the product saves over a dynamic provider as one would write it.
import type { Results } from "../results.mts";
import { medianOf, plain, ratio, stateOf, wallMs } from "../select.mts";
import { judge, type Target, type Verdict } from "./verdict.mts";

const count = 1000;
const base = {
  about: "Straightforward's figures over the product's, 1,000 integrations",
  bound: "at least",
  unit: "times",
} as const satisfies Partial<Target>;

export function straightforwardVerdicts(results: Results): Verdict[] {
  const other = { peer: "straightforward", count, ...plain } as const;
  return (["dynamic", "plugin"] as const).flatMap((peer) => {
    const cell = { peer, count, ...plain };
    return [
      judge(
        { ...base, name: `wall time of up, ${peer}`, limit: 3, movable: true },
        ratio(medianOf(results, other, "up", wallMs), medianOf(results, cell, "up", wallMs)),
      ),
      judge(
        { ...base, name: `state a resource, ${peer}`, limit: 5, movable: false },
        ratio(stateOf(results, other), stateOf(results, cell)),
      ),
    ];
  });
}
