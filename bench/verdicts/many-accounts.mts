// Many accounts with one integration each: one request an integration, and one process for all of them.
import type { Pass, Peer, Results } from "../results.mts";
import { passesWith, providerPeakBytes, providerProcesses, requestCount } from "../select.mts";
import { sizeOf } from "../text.mts";
import { judgeAll, judgedAt, judgeMedian, type Verdict } from "./verdict.mts";

const about = "refresh of accounts with one integration each";
const countOfMemory = 1000;

export function manyAccountsVerdicts(results: Results): Verdict[] {
  return (["dynamic", "plugin"] as const).flatMap((peer) => {
    const passes = passesWith(results, { peer, accounts: "each" });
    const counts = passes.map(({ count }) => count);
    // One integration is the same in both kinds of accounts.
    return judgedAt(counts, 2).flatMap((count) =>
      ofCount(
        peer,
        count,
        passes.filter((pass) => pass.count === count),
      ),
    );
  });
}

function ofCount(peer: Peer, count: number, passes: readonly Pass[]): Verdict[] {
  const commands = passes.map((pass) => pass.commands.refresh);
  const of = `of ${peer}, ${sizeOf(count, "each")}`;
  const exact = { about, bound: "exactly", movable: false } as const;
  const verdicts = [
    judgeAll(
      { ...exact, name: `requests ${of}`, limit: count, unit: "requests" },
      commands.map(requestCount),
    ),
    judgeAll(
      { ...exact, name: `provider processes ${of}`, limit: 1, unit: "processes" },
      commands.map(providerProcesses),
    ),
  ];
  if (count !== countOfMemory) return verdicts;
  const memory = judgeMedian(
    { about, name: `memory ${of}`, bound: "under", limit: 250e6, unit: "bytes", movable: true },
    passes.filter(({ latencyMs }) => latencyMs === 0).map((pass) => providerPeakBytes(pass.commands.refresh)),
  );
  return [...verdicts, memory];
}
