// The plugin is what the product grows to, so it is to cost nobody time.
import { type Results, workloads } from "../results.mts";
import { countsOf, ratiosByRound, wallMsOf, withoutLatency } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { sizeOf } from "../text.mts";
import { judgedAt, judgeMedian, type Verdict } from "./verdict.mts";

export function frontEndVerdicts(results: Results): Verdict[] {
  return withoutLatency.flatMap((situation) =>
    judgedAt(countsOf(results, "plugin", situation), leastCountOfGrowth).flatMap((count) =>
      workloads.map((command) =>
        judgeMedian(
          {
            about: "Plugin's wall time over dynamic's",
            name: `${command}, ${sizeOf(count, situation.accounts)}`,
            bound: "at most",
            limit: 1,
            unit: "times",
            movable: true,
          },
          ratiosByRound(results, { peer: "plugin", count, ...situation }, "dynamic", wallMsOf(command)),
        ),
      ),
    ),
  );
}
