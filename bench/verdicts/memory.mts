// What memory a provider process takes at its peak, whatever the command.
import type { Results } from "../results.mts";
import { countsOf, peakOf, peaksOf, type Situation, withoutLatency } from "../select.mts";
import { bytes, sizeOf, whole } from "../text.mts";
import { judgeMedian, type Verdict } from "./verdict.mts";

const count = 2000;

export function memoryVerdicts(results: Results): Verdict[] {
  return withoutLatency.flatMap((situation) =>
    (["dynamic", "plugin"] as const).map((peer) =>
      judgeMedian(
        {
          about: "Memory of a provider process",
          name: `peak of ${peer}, ${sizeOf(count, situation.accounts)}`,
          bound: "under",
          limit: 150e6,
          unit: "bytes",
          movable: true,
          ...(peer === "dynamic" && { note: floorOfDynamic(results, situation) }),
        },
        peaksOf(results, { peer, count, ...situation }),
      ),
    ),
  );
}

/** The process is the SDK's, and most of its memory is what the SDK loads: less than that no dynamic provider takes. */
function floorOfDynamic(results: Results, situation: Situation): string {
  const process = "the process is that of Pulumi's SDK, which takes most of it for itself";
  const measured = countsOf(results, "nothing-dynamic", situation).filter((each) => each <= count);
  const at = measured.at(-1);
  const peak = at && peakOf(results, { peer: "nothing-dynamic", count: at, ...situation });
  if (!at || !peak) return process;
  return `${process}: with a provider that does nothing it takes ${bytes(peak)} at ${whole(at)}`;
}
