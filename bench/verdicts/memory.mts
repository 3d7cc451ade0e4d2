// What memory a provider process takes at its peak, whatever the command.
import { frontEnds, type Results } from "../results.mts";
import { countsOf, peakOf, peaksOf, type Situation, withoutLatency } from "../select.mts";
import { distinct } from "../statistics.mts";
import { bytes, sizeOf, whole } from "../text.mts";
import { judgeAll, type Verdict } from "./verdict.mts";

const expected = 2000;

export function memoryVerdicts(results: Results): Verdict[] {
  return withoutLatency.flatMap((situation) =>
    frontEnds.flatMap((peer) =>
      judged(countsOf(results, peer, situation)).map((count) =>
        judgeAll(
          {
            about: "Memory of a provider process",
            name: `peak of ${peer}, ${sizeOf(count, situation.accounts)}`,
            bound: "under",
            limit: 150e6,
            unit: "bytes",
            movable: true,
            ...(peer === "dynamic" && { note: floorOfDynamic(results, situation, count) }),
          },
          peaksOf(results, { peer, count, ...situation }),
        ),
      ),
    ),
  );
}

/** The largest that was measured says something where 2,000 were not. */
function judged(measured: readonly number[]): number[] {
  return distinct([...measured.slice(-1), expected]);
}

/** The process is the SDK's, and most of its memory is what the SDK loads. */
function floorOfDynamic(results: Results, situation: Situation, count: number): string {
  const process = "the process is that of Pulumi's SDK";
  const measured = countsOf(results, "nothing-dynamic", situation).filter((each) => each <= count);
  const at = measured.at(-1);
  const peak = at && peakOf(results, { peer: "nothing-dynamic", count: at, ...situation });
  if (!at || !peak) return process;
  return `${process}: with a provider that does nothing, and the heap that Node.js gives it, it takes ${bytes(peak)} at ${whole(at)}`;
}
