// The plugin is what the product grows to, so it is to cost nobody time.
import type { Results } from "../results.mts";
import { countsOf, plain, valuesOf, wallMs } from "../select.mts";
import { leastCountOfGrowth, median, spread } from "../statistics.mts";
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
        valuesOf(results, { peer, count, ...plain }, command, wallMs);
      const { limit, measured } = compare(of("plugin"), of("dynamic"));
      return judge(
        {
          about: "Plugin's wall time over dynamic's, as far as repetitions differ",
          name: `${command}, ${whole(count)} integrations`,
          bound: "at most",
          limit,
          unit: "times",
          movable: true,
        },
        measured,
      );
    }),
  );
}

/** The ratio of the medians, and up to which ratio the two spreads meet. */
function compare(plugin: readonly number[], dynamic: readonly number[]) {
  const of = (values: readonly number[]) => ({ middle: median(values), ends: spread(values) });
  const [ours, theirs] = [of(plugin), of(dynamic)];
  if (!ours.middle || !ours.ends?.low || !theirs.middle || !theirs.ends)
    return { limit: 1, measured: undefined };
  return {
    limit: (ours.middle / ours.ends.low) * (theirs.ends.high / theirs.middle),
    measured: ours.middle / theirs.middle,
  };
}
