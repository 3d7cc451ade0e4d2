// The plugin is what the product grows to, so it is to cost nobody time.
import type { Results } from "../results.mts";
import { countsOf, medianOf, plain, ratio, wallMs } from "../select.mts";
import { leastCountOfGrowth } from "../statistics.mts";
import { whole } from "../text.mts";
import { judge, orElse, type Verdict } from "./verdict.mts";

const commands = ["up", "preview", "refresh", "destroy"] as const;

export function frontEndVerdicts(results: Results): Verdict[] {
  const dynamic = countsOf(results, "dynamic", plain);
  const counts = countsOf(results, "plugin", plain).filter(
    (count) => count >= leastCountOfGrowth && dynamic.includes(count),
  );
  return orElse(counts, 1000).flatMap((count) =>
    commands.map((command) => {
      const of = (peer: "plugin" | "dynamic") =>
        medianOf(results, { peer, count, ...plain }, command, wallMs);
      return judge(
        {
          about: "Plugin's wall time over dynamic's",
          name: `${command}, ${whole(count)} integrations`,
          bound: "at most",
          limit: 1,
          unit: "times",
          movable: true,
        },
        ratio(of("plugin"), of("dynamic")),
      );
    }),
  );
}
