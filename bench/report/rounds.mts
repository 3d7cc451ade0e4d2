// Ratios are of rounds, whose passes follow each other. Where other runs came between, the machine may have changed.

import { peers, type Results } from "../results.mts";
import { passesOf, type Situation, situationsOf } from "../select.mts";
import { distinct } from "../statistics.mts";
import { wholes } from "../text.mts";
import { countsIn, title } from "./situations.mts";

/** An hour: so much later the same machine may have another pace. */
const longest = 3_600_000;

interface Round extends Situation {
  readonly count: number;
  /** Between the beginnings of its first and its last pass, in milliseconds. */
  readonly span: number;
}

/** Which rounds have passes that began more than an hour apart; undefined where none has. */
export function apart(results: Results): string | undefined {
  const wide = situationsOf(results)
    .flatMap((situation) =>
      countsIn(results, situation).flatMap((count) => roundsOf(results, count, situation)),
    )
    .filter(({ span }) => span > longest);
  if (wide.length === 0) return undefined;
  const sizes = [...Map.groupBy(wide, title)].map(
    ([situation, of]) => `${situation} at ${wholes(distinct(of.map(({ count }) => count)))}`,
  );
  return `The passes of some rounds began more than an hour apart, so that ratios of these may be the machine's: ${sizes.join("; ")}.`;
}

/** The first passes of all peers are a round, the second ones the next. */
function roundsOf(results: Results, count: number, situation: Situation): Round[] {
  const starts = peers.map((peer) =>
    passesOf(results, { peer, count, ...situation }).map(({ startedAt }) => Date.parse(startedAt)),
  );
  const rounds = Math.max(...starts.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => {
    const those = starts.flatMap((of) => of.slice(round, round + 1));
    return { ...situation, count, span: Math.max(...those) - Math.min(...those) };
  });
}
