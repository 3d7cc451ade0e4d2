// Many accounts with one integration each: one request an integration, and one process for all of them. A refresh shows that: the engine
// starts every provider twice for `preview --refresh`, which refreshes and then previews. Its requests are judged with those of others.
// Nor would an `up` do: its check of a provider and its reading of state can race to start it (the engine's registry.go, Same).
import { usualCount } from "../matrix.mts";
import { frontEnds, type Peer, type Results } from "../results.mts";
import { passesWith, peaksOf, providerProcesses, requestCount } from "../select.mts";
import { sizeOf } from "../text.mts";
import { judgeAll, judgedAt, type Verdict } from "./verdict.mts";

const about = "refresh of accounts with one integration each";

export function manyAccountsVerdicts(results: Results): Verdict[] {
  return frontEnds.flatMap((peer) => {
    const counts = passesWith(results, { peer, accounts: "each" }).map(({ count }) => count);
    // One integration is the same in both kinds of accounts.
    return judgedAt(counts, 2).flatMap((count) => ofCount(results, peer, count));
  });
}

function ofCount(results: Results, peer: Peer, count: number): Verdict[] {
  const passes = passesWith(results, { peer, accounts: "each", count });
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
  if (count !== usualCount) return verdicts;
  const memory = judgeAll(
    {
      about,
      name: `memory ${of}, whatever the command`,
      bound: "under",
      limit: 250e6,
      unit: "bytes",
      movable: true,
    },
    peaksOf(results, { peer, count, accounts: "each", latencyMs: 0 }),
  );
  return [...verdicts, memory];
}
