// A preview that refreshes reads one account's integrations by its list, a page of 250 at a time: latency hardly counts.
import type { Peer, Results } from "../results.mts";
import { medianOf, passesWith, plain, ratio, requestCount, wallMs } from "../select.mts";
import { distinct } from "../statistics.mts";
import { whole } from "../text.mts";
import { judge, judgeAll, orElse, type Verdict } from "./verdict.mts";

const about = "preview --refresh of one account";
const latencyMs = 80;
const pageSize = 250;
const expected = 1000;

export function oneAccountVerdicts(results: Results): Verdict[] {
  return (["dynamic", "plugin"] as const).flatMap((peer) => [
    latencyVerdict(results, peer),
    ...requestVerdicts(results, peer),
  ]);
}

function latencyVerdict(results: Results, peer: Peer): Verdict {
  const cell = { peer, count: expected, ...plain };
  const fast = medianOf(results, cell, "preview-refresh", wallMs);
  const slow = medianOf(results, { ...cell, latencyMs }, "preview-refresh", wallMs);
  return judge(
    {
      about,
      name: `wall time with answers after ${latencyMs} ms over that without, ${peer}, ${whole(expected)} integrations`,
      bound: "at most",
      limit: 1.3,
      unit: "times",
      movable: true,
    },
    ratio(slow, fast),
  );
}

function requestVerdicts(results: Results, peer: Peer): Verdict[] {
  const passes = passesWith(results, { peer, accounts: "one" });
  const counts = distinct(passes.map(({ count }) => count));
  return orElse(counts, expected).map((count) =>
    judgeAll(
      {
        about,
        name: `requests of ${peer}, ${whole(count)} integrations`,
        bound: "at most",
        limit: Math.ceil(count / pageSize) + 2,
        unit: "requests",
        movable: false,
      },
      passes
        .filter((pass) => pass.count === count)
        .map(({ commands }) => requestCount(commands["preview-refresh"])),
    ),
  );
}
