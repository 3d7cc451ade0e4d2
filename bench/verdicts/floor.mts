// What the product adds to what does nothing: a plugin, and a dynamic provider.
import { type Floor, frontEnds, type Peer, type Results } from "../results.mts";
import {
  countsOf,
  ratiosByRound,
  ratioToFloor,
  type Situation,
  wallMsOf,
  withoutLatency,
} from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { sizeOf, times } from "../text.mts";
import { judgedAt, judgeMedian, type Verdict } from "./verdict.mts";

const commands = ["up", "preview", "destroy"] as const;

const titles: Readonly<Record<Floor, string>> = {
  nothing: "Wall time over that of a plugin that does nothing",
  "nothing-dynamic": "Wall time over that of a dynamic provider that does nothing",
};

export function floorVerdicts(results: Results): Verdict[] {
  return withoutLatency.flatMap((situation) => [
    ...over(results, situation, "nothing", frontEnds),
    ...over(results, situation, "nothing-dynamic", ["dynamic"]),
  ]);
}

function over(results: Results, situation: Situation, floor: Floor, peers: readonly Peer[]): Verdict[] {
  return peers.flatMap((peer) =>
    judgedAt(countsOf(results, peer, situation), leastCountOfGrowth).flatMap((count) =>
      commands.map((command) =>
        judgeMedian(
          {
            about: titles[floor],
            name: `${command} of ${peer}, ${sizeOf(count, situation.accounts)}`,
            bound: "at most",
            limit: 1.15,
            unit: "times",
            movable: true,
            ...(peer === "dynamic" && floor === "nothing" && ofTheSdk(results, count, situation, command)),
          },
          ratiosByRound(results, { peer, count, ...situation }, floor, wallMsOf(command)),
        ),
      ),
    ),
  );
}

/** What the SDK's process for dynamic providers takes, and what it keeps in state, is no provider's to save. */
function ofTheSdk(
  results: Results,
  count: number,
  situation: Situation,
  command: (typeof commands)[number],
): { note?: string } {
  const ratio = ratioToFloor(results, { peer: "nothing-dynamic", count, ...situation }, command);
  return ratio === undefined ? {} : { note: `a dynamic provider that does nothing takes ${times(ratio)}` };
}
