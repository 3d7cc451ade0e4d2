// Drift checks of many merchants: one request each.
import { latencies } from "../matrix.mts";
import type { Results, Sweep } from "../results.mts";
import { requestCount } from "../select.mts";
import { distinct } from "../statistics.mts";
import { answersAfter, whole } from "../text.mts";
import { judgeAll, judgeMedian, type Verdict } from "./verdict.mts";

const about = "Drift check of many merchants";
const expected = 3000;

export function sweepVerdicts({ sweeps }: Results): Verdict[] {
  const judged = distinct([expected, ...sweeps.map(({ merchants }) => merchants)]);
  return judged.flatMap((merchants) => {
    const those = sweeps.filter((sweep) => sweep.merchants === merchants);
    const measured = those.map(({ latencyMs }) => latencyMs);
    return distinct(merchants === expected ? [...latencies, ...measured] : measured).flatMap((latencyMs) =>
      of(
        merchants,
        latencyMs,
        those.filter((sweep) => sweep.latencyMs === latencyMs),
      ),
    );
  });
}

function of(merchants: number, latencyMs: number, sweeps: readonly Sweep[]): Verdict[] {
  const those = `${whole(merchants)} merchants${answersAfter(latencyMs)}`;
  const requests = judgeAll(
    {
      about,
      name: `requests, ${those}`,
      bound: "exactly",
      limit: merchants,
      unit: "requests",
      movable: false,
    },
    sweeps.map(requestCount),
  );
  if (merchants !== expected) return [requests];
  const time = judgeMedian(
    { about, name: `time, ${those}`, bound: "under", limit: 60_000, unit: "milliseconds", movable: true },
    sweeps.map(({ wallMs }) => wallMs),
  );
  return [time, requests];
}
