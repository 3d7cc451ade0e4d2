// Many accounts with one integration each: one request an integration, and one process for all of them.
import type { Pass, Peer, Results } from "../results.mts";
import { passesWith, providerPeakBytes, providerProcesses, requestCount } from "../select.mts";
import { distinct, median } from "../statistics.mts";
import { whole } from "../text.mts";
import { judge, judgeAll, orElse, type Verdict } from "./verdict.mts";

const about = "refresh of accounts with one integration each";
const expected = 1000;

export function manyAccountsVerdicts(results: Results): Verdict[] {
  return (["dynamic", "plugin"] as const).flatMap((peer) => {
    const passes = passesWith(results, { peer, accounts: "each" });
    const counts = distinct(passes.map(({ count }) => count));
    return orElse(counts, expected).flatMap((count) =>
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
  const of = `of ${peer}, ${whole(count)} accounts`;
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
  if (count !== expected) return verdicts;
  const memory = judge(
    { about, name: `memory ${of}`, bound: "under", limit: 250e6, unit: "bytes", movable: true },
    median(commands.map(providerPeakBytes)),
  );
  return [...verdicts, memory];
}
