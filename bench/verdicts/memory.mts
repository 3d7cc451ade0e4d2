// What memory a provider process takes at its peak, whatever the command.
import type { Results } from "../results.mts";
import { countsOf, peakOf, peaksOf, plain } from "../select.mts";
import { bytes, integrations, whole } from "../text.mts";
import { judgeMedian, type Verdict } from "./verdict.mts";

const count = 2000;

export function memoryVerdicts(results: Results): Verdict[] {
  return (["dynamic", "plugin"] as const).map((peer) =>
    judgeMedian(
      {
        about: "Memory of a provider process",
        name: `peak of ${peer}, ${integrations(count)}`,
        bound: "under",
        limit: 150e6,
        unit: "bytes",
        movable: true,
        ...(peer === "dynamic" && { note: floorOfDynamic(results) }),
      },
      peaksOf(results, { peer, count, ...plain }),
    ),
  );
}

/** The process is the SDK's, and most of its memory is what the SDK loads: less than that no dynamic provider takes. */
function floorOfDynamic(results: Results): string {
  const process = "the process is that of Pulumi's SDK, which takes most of it for itself";
  const measured = countsOf(results, "nothing-dynamic", plain).filter((each) => each <= count);
  const at = measured.at(-1);
  const peak = at && peakOf(results, { peer: "nothing-dynamic", count: at, ...plain });
  if (!at || !peak) return process;
  return `${process}: with a provider that does nothing it takes ${bytes(peak)} at ${whole(at)}`;
}
