// All charts of the results.
import { type Chart, draw } from "./charts/draw.mts";
import { chartSpecs } from "./charts/specs.mts";
import type { Results } from "./results.mts";

export async function chartsOf(results: Results): Promise<readonly Chart[]> {
  return Promise.all(chartSpecs(results).map(draw));
}
