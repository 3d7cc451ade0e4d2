// How wall times grow with the number of integrations.
import { type Peer, type Results, type Workload, workloads } from "../results.mts";
import { commonCounts, countsOf, medianOf, peersIn, plain, wallMs } from "../select.mts";
import { growthExponent, leastCountOfGrowth, leastPoints } from "../statistics.mts";
import { notMeasured, whole, wholes } from "../text.mts";
import { section, table } from "./markdown.mts";
import { countsIn } from "./situations.mts";

export function growthSection(results: Results): string {
  if (results.passes.length === 0) return "";
  const peers = peersIn(results, plain);
  return section("## Growth", fitted(results, peers), atTheEnd(results, peers));
}

/**
 * By the sizes in common of all peers that have enough: a larger one, where state weighs more, would have who has it seem to grow faster.
 */
function fitted(results: Results, peers: readonly Peer[]): string {
  const large = (counts: readonly number[]) => counts.filter((count) => count >= leastCountOfGrowth);
  const those = peers.filter((peer) => large(countsOf(results, peer, plain)).length >= leastPoints);
  const counts = large(commonCounts(results, those, plain));
  const of = (peer: Peer, workload: Workload) => growthExponent(pointsOf(results, peer, workload, counts));
  const rows = exponents(peers, of);
  if (rows.length === 0) {
    return `Not fitted: that takes three sizes of ${leastCountOfGrowth} integrations and more.`;
  }
  const explained =
    `The exponent e with which wall time grows as integrationsᵉ, fitted to the logarithms of the medians at ${wholes(counts)} integrations of one account, ` +
    "each size with the same weight. 1 is in proportion; less than 1 is where the command's start counts, which is in the time.";
  return `${explained}\n\n${table(["command", ...peers], rows)}`;
}

/** The engine's rewriting of state shows at the largest sizes only. */
function atTheEnd(results: Results, peers: readonly Peer[]): string | undefined {
  const [smaller, largest] = countsIn(results, plain).slice(-2);
  if (smaller === undefined || largest === undefined || smaller < leastCountOfGrowth) return undefined;
  const of = (peer: Peer, workload: Workload) => {
    const [before, after] = [smaller, largest].map((count) =>
      medianOf(results, { peer, count, ...plain }, workload, wallMs),
    );
    if (before === undefined || after === undefined) return undefined;
    return Math.log(after / before) / Math.log(largest / smaller);
  };
  const rows = exponents(peers, of);
  const explained = `From ${whole(smaller)} to ${whole(largest)} integrations alone, where what the engine does at each step of a longer state shows most:`;
  return `${explained}\n\n${table(["command", ...peers], rows)}`;
}

/** A row a command that anything is known of. */
function exponents(
  peers: readonly Peer[],
  of: (peer: Peer, workload: Workload) => number | undefined,
): string[][] {
  return workloads
    .map((workload) => ({ workload, values: peers.map((peer) => of(peer, workload)) }))
    .filter(({ values }) => values.some((value) => value !== undefined))
    .map(({ workload, values }) => [workload, ...values.map((value) => value?.toFixed(2) ?? notMeasured)]);
}

function pointsOf(results: Results, peer: Peer, workload: Workload, counts: readonly number[]) {
  return counts.map((count) => ({
    count,
    value: medianOf(results, { peer, count, ...plain }, workload, wallMs) ?? 0,
  }));
}
