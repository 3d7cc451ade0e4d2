// What the product adds to a plugin that does nothing.
import type { Results } from "../results.mts";
import { countsOf, plain, ratioToFloor } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { whole } from "../text.mts";
import { judge, orElse, type Verdict } from "./verdict.mts";

const frontEnds = ["dynamic", "plugin"] as const;
const commands = ["up", "preview", "destroy"] as const;

export function floorVerdicts(results: Results): Verdict[] {
  return frontEnds.flatMap((peer) => {
    const counts = countsOf(results, peer, plain).filter((count) => count >= leastCountOfGrowth);
    return orElse(counts, 1000).flatMap((count) =>
      commands.map((command) =>
        judge(
          {
            about: "Wall time over that of a plugin that does nothing",
            name: `${command} of ${peer}, ${whole(count)} integrations`,
            bound: "at most",
            limit: 1.15,
            unit: "times",
            movable: true,
          },
          ratioToFloor(results, { peer, count, ...plain }, command),
        ),
      ),
    );
  });
}
