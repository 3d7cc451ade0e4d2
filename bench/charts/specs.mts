// All charts of the results, not drawn yet. What was not measured of all that a chart compares has none.
import type { Results } from "../results.mts";
import { requestsChart, stateChart } from "./bars.mts";
import type { ChartSpec } from "./chart.mts";
import { ratiosChart } from "./ratios.mts";
import { wallChart } from "./wall.mts";

export function chartSpecs(results: Results): readonly ChartSpec[] {
  return [wallChart, ratiosChart, stateChart, requestsChart]
    .map((chart) => chart(results))
    .filter((spec) => spec !== undefined);
}
