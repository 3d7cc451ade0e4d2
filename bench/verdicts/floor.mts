// What the product adds to what does nothing: a plugin, and a dynamic provider.
import type { Floor, Peer, Results } from "../results.mts";
import { countsOf, plain, ratioToFloor } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { times, whole } from "../text.mts";
import { judge, orElse, type Verdict } from "./verdict.mts";

const commands = ["up", "preview", "destroy"] as const;

export function floorVerdicts(results: Results): Verdict[] {
  return [
    ...over(results, "nothing", ["dynamic", "plugin"]),
    ...over(results, "nothing-dynamic", ["dynamic"]),
  ];
}

const titles: Readonly<Record<Floor, string>> = {
  nothing: "Wall time over that of a plugin that does nothing",
  "nothing-dynamic": "Wall time over that of a dynamic provider that does nothing",
};

function over(results: Results, floor: Floor, peers: readonly Peer[]): Verdict[] {
  return peers.flatMap((peer) => {
    const counts = countsOf(results, peer, plain).filter((count) => count >= leastCountOfGrowth);
    return orElse(counts, 1000).flatMap((count) =>
      commands.map((command) =>
        judge(
          {
            about: titles[floor],
            name: `${command} of ${peer}, ${whole(count)} integrations`,
            bound: "at most",
            limit: 1.15,
            unit: "times",
            movable: true,
            ...(peer === "dynamic" && floor === "nothing" && ofTheSdk(results, count, command)),
          },
          ratioToFloor(results, { peer, count, ...plain }, command, floor),
        ),
      ),
    );
  });
}

/** What the SDK's process for dynamic providers takes, and what it keeps in state, is no provider's to save. */
function ofTheSdk(results: Results, count: number, command: (typeof commands)[number]): { note?: string } {
  const ratio = ratioToFloor(results, { peer: "nothing-dynamic", count, ...plain }, command);
  return ratio === undefined ? {} : { note: `a dynamic provider that does nothing takes ${times(ratio)}` };
}
