// Tables by situation: what the peers were measured in, and at which counts.
import { peers, type Results } from "../results.mts";
import { passesOf, passesWith, type Situation } from "../select.mts";
import { distinct } from "../statistics.mts";
import { answersAfter } from "../text.mts";

export function title({ accounts, latencyMs }: Situation): string {
  const whose = accounts === "one" ? "One account" : "An account for each integration";
  return `${whose}${answersAfter(latencyMs)}`;
}

/** The counts at which any peer was measured in the situation. */
export function countsIn(results: Results, situation: Situation): readonly number[] {
  return distinct(passesWith(results, situation).map(({ count }) => count));
}

/** How many passes a row stands for: "3", or "1–3" where the peers differ. */
export function repetitions(results: Results, count: number, situation: Situation): string {
  const numbers = peers
    .map((peer) => passesOf(results, { peer, count, ...situation }).length)
    .filter((number) => number > 0);
  return distinct([Math.min(...numbers), Math.max(...numbers)]).join("–");
}
