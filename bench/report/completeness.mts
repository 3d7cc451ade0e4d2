// How many of all passes were made: so that nobody takes a part for the whole.
import { allCounts, cells, latencies, repetitionsOf } from "../matrix.mts";
import { type Cell, peers, type Results } from "../results.mts";
import { passesOf } from "../select.mts";
import { whole, wholes } from "../text.mts";
import { title } from "./situations.mts";

const all = cells({ counts: allCounts, peers, accounts: ["one", "each"], latencies });

/** "41 of the 164 passes of a full run were measured, and 2 beyond." */
export function passesMade(results: Results): string {
  const sumOf = (count: (cell: Cell) => number) => all.reduce((sum, cell) => sum + count(cell), 0);
  const made = sumOf((cell) => Math.min(repetitionsOf(cell), passesOf(results, cell).length));
  const others = results.passes.length - made;
  const beside = others === 0 ? "" : `, and ${whole(others)} beyond`;
  return `${whole(made)} of the ${whole(sumOf(repetitionsOf))} passes of a full run were measured${beside}.`;
}

/** That, and what was measured less often or not at all, by situation. */
export function completeness(results: Results): string {
  const madeOf = (cell: Cell) => passesOf(results, cell).length;
  const fewer = all.filter((cell) => madeOf(cell) > 0 && madeOf(cell) < repetitionsOf(cell));
  const missing = all.filter((cell) => madeOf(cell) === 0);
  return [
    passesMade(results),
    ...(fewer.length === 0 ? [] : [`Measured fewer times than in a full run:\n\n${listed(fewer)}`]),
    ...(missing.length === 0 ? [] : [`Not measured at all:\n\n${listed(missing)}`]),
  ].join("\n\n");
}

function listed(missing: readonly Cell[]): string {
  const situations = Map.groupBy(missing, title);
  return [...situations].map(([situation, of]) => `- ${situation}: ${byPeer(of)}`).join("\n");
}

/** "plugin at 500 and 2,000" */
function byPeer(missing: readonly Cell[]): string {
  return [...Map.groupBy(missing, ({ peer }) => peer)]
    .map(([peer, of]) => `${peer} at ${wholes(of.map(({ count }) => count))}`)
    .join("; ");
}
