// A preview that refreshes reads one account's integrations by its list, a page of 250 at a time: latency hardly counts.
import { farMs, usualCount } from "../matrix.mts";
import { frontEnds, type Peer, type Results } from "../results.mts";
import { passesWith, plain, requestCount, valuesOf, wallMs } from "../select.mts";
import { ratiosOfAll } from "../statistics.mts";
import { integrations } from "../text.mts";
import { judgeAll, judgedAt, judgeMedian, type Verdict } from "./verdict.mts";

const about = "preview --refresh of one account";
const pageSize = 250;

export function oneAccountVerdicts(results: Results): Verdict[] {
  return frontEnds.flatMap((peer) => [latencyVerdict(results, peer), ...requestVerdicts(results, peer)]);
}

function latencyVerdict(results: Results, peer: Peer): Verdict {
  const cell = { peer, count: usualCount, ...plain };
  return judgeMedian(
    {
      about,
      name: `wall time with answers after ${farMs} ms over that without, ${peer}, ${integrations(usualCount)}`,
      bound: "at most",
      limit: 1.3,
      unit: "times",
      movable: true,
    },
    ratiosOfAll(
      valuesOf(results, { ...cell, latencyMs: farMs }, "preview-refresh", wallMs),
      valuesOf(results, cell, "preview-refresh", wallMs),
    ),
  );
}

function requestVerdicts(results: Results, peer: Peer): Verdict[] {
  const passes = passesWith(results, { peer, accounts: "one" });
  return judgedAt(passes.map(({ count }) => count)).map((count) =>
    judgeAll(
      {
        about,
        name: `requests of ${peer}, ${integrations(count)} in the list's order`,
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
