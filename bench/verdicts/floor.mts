// What the product adds to a plugin that does nothing.
import type { Results } from "../results.mts";
import { countsOf, medianOf, plain, ratioToFloor, wallMs } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { duration, whole } from "../text.mts";
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
            ...(peer === "dynamic" && startOfDynamic(results, command)),
          },
          ratioToFloor(results, { peer, count, ...plain }, command),
        ),
      ),
    );
  });
}

/** Before its first resource the SDK's process for dynamic providers takes longer than a plugin's, whoever's provider it runs. */
function startOfDynamic(results: Results, command: (typeof commands)[number]): { note?: string } {
  const [dynamic, floor] = (["straightforward", "nothing"] as const).map((peer) =>
    medianOf(results, { peer, count: 1, ...plain }, command, wallMs),
  );
  if (dynamic === undefined || floor === undefined || dynamic <= floor) return {};
  return {
    note: `of one integration, straightforward takes ${duration(dynamic - floor)} more than nothing: the start of the SDK's process`,
  };
}
