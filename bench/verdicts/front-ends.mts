// The plugin is what the product grows to, so it is to cost nobody time.
import type { Results } from "../results.mts";
import { countsOf, plain, valuesOf, wallMs } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { integrations } from "../text.mts";
import { judgedAt, judgeRatio, type Verdict } from "./verdict.mts";

const commands = ["up", "preview", "refresh", "destroy"] as const;

export function frontEndVerdicts(results: Results): Verdict[] {
  return judgedAt(countsOf(results, "plugin", plain), leastCountOfGrowth).flatMap((count) =>
    commands.map((command) => {
      const of = (peer: "plugin" | "dynamic") =>
        valuesOf(results, { peer, count, ...plain }, command, wallMs);
      return judgeRatio(
        {
          about: "Plugin's wall time over dynamic's",
          name: `${command}, ${integrations(count)}`,
          bound: "at most",
          limit: 1,
          unit: "times",
          movable: true,
        },
        of("plugin"),
        of("dynamic"),
      );
    }),
  );
}
