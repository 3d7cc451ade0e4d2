// All charts of the results. What was not measured of all that a chart compares has no chart.
import { requestsChart, stateChart } from "./charts/bars.mts";
import { type Chart, draw } from "./charts/draw.mts";
import { ratiosChart } from "./charts/ratios.mts";
import { wallChart } from "./charts/wall.mts";
import type { Results } from "./results.mts";

export type { Chart } from "./charts/draw.mts";

export async function chartsOf(results: Results): Promise<readonly Chart[]> {
  const specs = [wallChart, ratiosChart, stateChart, requestsChart].map((chart) => chart(results));
  return Promise.all(specs.filter((spec) => spec !== undefined).map(draw));
}
