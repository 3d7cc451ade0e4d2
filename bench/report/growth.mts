// How what is measured grows with the number of integrations.
import { type Peer, type Results, type Workload, workloads } from "../results.mts";
import {
  commonCounts,
  countsOf,
  cpuMs,
  type Figure,
  medianOf,
  peersIn,
  providerPeakBytes,
  requestCount,
  type Situation,
  stateOf,
  wallMs,
  withoutLatency,
} from "../select.mts";
import { growthExponent, leastCountOfGrowth, leastPoints } from "../statistics.mts";
import { notMeasured, whole, wholes } from "../text.mts";
import { type Row, section, table } from "./markdown.mts";
import { countsIn, title } from "./situations.mts";

const figures: readonly (readonly [name: string, Figure])[] = [
  ["wall time", wallMs],
  ["processor time", cpuMs],
  ["memory", providerPeakBytes],
  ["requests", requestCount],
];

export function growthSection(results: Results): string {
  if (results.passes.length === 0) return "";
  const explained =
    "The exponent e with which a figure grows as integrationsᵉ, fitted to the logarithms of the medians at several sizes, each with the same weight. " +
    "1 is in proportion, 0 is no growth; less than 1 is where the command's start counts, which is in it. A figure that is 0 at a size has no exponent.";
  return section(
    "## Growth",
    explained,
    ...withoutLatency.map((situation) => ofSituation(results, situation)),
  );
}

function ofSituation(results: Results, situation: Situation): string {
  const peers = peersIn(results, situation);
  if (peers.length === 0) return "";
  return section(
    `### ${title(situation)}`,
    fitted(results, peers, situation),
    atTheEnd(results, peers, situation),
  );
}

/**
 * By the sizes in common of all peers that have enough: a larger one, where state weighs more, would have who has it seem to grow faster.
 */
function fitted(results: Results, peers: readonly Peer[], situation: Situation): string {
  const large = (counts: readonly number[]) => counts.filter((count) => count >= leastCountOfGrowth);
  const those = peers.filter((peer) => large(countsOf(results, peer, situation)).length >= leastPoints);
  const counts = large(commonCounts(results, those, situation));
  const exponentBy = (valueAt: (count: number) => number | undefined) =>
    growthExponent(counts.map((count) => ({ count, value: valueAt(count) ?? 0 })));
  const rows = [
    ...figures.flatMap(([name, figure]) =>
      byCommand(name, peers, (peer, workload) =>
        exponentBy((count) => medianOf(results, { peer, count, ...situation }, workload, figure)),
      ),
    ),
    row(
      ["state a resource", "up"],
      peers.map((peer) => exponentBy((count) => stateOf(results, { peer, count, ...situation }))),
    ),
  ].filter(hasAny);
  if (rows.length === 0) {
    return `Not fitted: that takes three sizes of ${leastCountOfGrowth} integrations and more.`;
  }
  return `At ${wholes(counts)} integrations:\n\n${table(["figure", "command", ...peers], rows, 2)}`;
}

/** The engine's rewriting of state shows at the largest sizes only. */
function atTheEnd(results: Results, peers: readonly Peer[], situation: Situation): string | undefined {
  const [smaller, largest] = countsIn(results, situation).slice(-2);
  if (smaller === undefined || largest === undefined || smaller < leastCountOfGrowth) return undefined;
  const rows = byCommand("wall time", peers, (peer, workload) => {
    const [before, after] = [smaller, largest].map((count) =>
      medianOf(results, { peer, count, ...situation }, workload, wallMs),
    );
    if (before === undefined || after === undefined) return undefined;
    return Math.log(after / before) / Math.log(largest / smaller);
  }).filter(hasAny);
  if (rows.length === 0) return undefined;
  const explained = `From ${whole(smaller)} to ${whole(largest)} integrations alone, where what the engine does at each step of a longer state shows most:`;
  return `${explained}\n\n${table(["figure", "command", ...peers], rows, 2)}`;
}

function byCommand(
  figure: string,
  peers: readonly Peer[],
  of: (peer: Peer, workload: Workload) => number | undefined,
): Row[] {
  return workloads.map((workload) =>
    row(
      [figure, workload],
      peers.map((peer) => of(peer, workload)),
    ),
  );
}

/** What does not grow is fitted to a hair under 0 as often as over it: neither has a sign. */
const exponents = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "negative",
});

function row(
  names: readonly [figure: string, command: string],
  values: readonly (number | undefined)[],
): Row {
  return [...names, ...values.map((value) => (value === undefined ? notMeasured : exponents.format(value)))];
}

function hasAny([_figure, _command, ...values]: Row): boolean {
  return values.some((value) => value !== notMeasured);
}
