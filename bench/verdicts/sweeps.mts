// Drift checks of many merchants: one request each.
import type { Results } from "../results.mts";
import { requestCount } from "../select.mts";
import { distinct } from "../statistics.mts";
import { whole } from "../text.mts";
import { judgeAll, judgeMedian, type Verdict } from "./verdict.mts";

const about = "Drift check of many merchants";
const expected = 3000;

export function sweepVerdicts({ sweeps }: Results): Verdict[] {
  const judged = distinct([expected, ...sweeps.map(({ merchants }) => merchants)]);
  return judged.flatMap((merchants) => {
    const those = sweeps.filter((sweep) => sweep.merchants === merchants);
    const of = `${whole(merchants)} merchants`;
    const requests = judgeAll(
      {
        about,
        name: `requests, ${of}`,
        bound: "exactly",
        limit: merchants,
        unit: "requests",
        movable: false,
      },
      those.map(requestCount),
    );
    if (merchants !== expected) return [requests];
    const time = judgeMedian(
      { about, name: `time, ${of}`, bound: "under", limit: 60_000, unit: "milliseconds", movable: true },
      those.map(({ wallMs }) => wallMs),
    );
    return [time, requests];
  });
}
