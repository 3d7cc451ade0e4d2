// Wall and processor times of all commands, and how they grow.
import { type Cell, type Peer, type Results, type Workload, workloads } from "../results.mts";
import {
  countsOf,
  cpuMs,
  peersIn,
  plain,
  ratioToFloor,
  type Situation,
  situationsOf,
  valuesOf,
  wallMs,
} from "../select.mts";
import { growthExponent, leastCountOfGrowth, median } from "../statistics.mts";
import { notMeasured, quantityOrNone, times, whole } from "../text.mts";
import { section, table } from "./markdown.mts";
import { repeated } from "./repeated.mts";
import { countsIn, repetitions, title } from "./situations.mts";

export function wallSection(results: Results): string {
  const explained =
    "The median of the passes, the least and the most of them in brackets, and how many times the median of nothing it is. " +
    "Where there was one pass of each, differences of a quarter may be noise.";
  const tables = situationsOf(results).map((situation) => situationTable(results, situation, wallCell));
  return section("## Wall time", tables.length === 0 ? undefined : explained, ...tables);
}

export function processorSection(results: Results): string {
  const explained =
    "Of the engine and all processes that it started, user and system, without the emulator's: the median of the passes.";
  const tables = situationsOf(results)
    .filter(({ latencyMs }) => latencyMs === plain.latencyMs)
    .map((situation) => situationTable(results, situation, processorCell));
  return section("## Processor time", tables.length === 0 ? undefined : explained, ...tables);
}

/** What stands in a table of a cell and a command. */
type Text = (results: Results, cell: Cell, workload: Workload) => string;

function situationTable(results: Results, situation: Situation, text: Text): string {
  const peers = peersIn(results, situation);
  const rows = workloads.flatMap((workload) =>
    countsIn(results, situation).map((count) => [
      workload,
      whole(count),
      repetitions(results, count, situation),
      ...peers.map((peer) => text(results, { peer, count, ...situation }, workload)),
    ]),
  );
  const head = ["command", "integrations", "passes", ...peers];
  return section(`### ${title(situation)}`, table(head, rows));
}

/** "12.3 s (12.1–12.6 s), 1.08×" */
function wallCell(results: Results, cell: Cell, workload: Workload): string {
  const text = repeated(valuesOf(results, cell, workload, wallMs), "milliseconds");
  const over = cell.peer === "nothing" ? undefined : ratioToFloor(results, cell, workload);
  return over === undefined ? text : `${text}, ${times(over)}`;
}

function processorCell(results: Results, cell: Cell, workload: Workload): string {
  return quantityOrNone(median(valuesOf(results, cell, workload, cpuMs)), "milliseconds");
}

export function growthSection(results: Results): string {
  const peers = peersIn(results, plain);
  const rows = workloads
    .map((workload) => ({ workload, grown: peers.map((peer) => exponentOf(results, peer, workload)) }))
    .filter(({ grown }) => grown.some((exponent) => exponent !== undefined))
    .map(({ workload, grown }) => [
      workload,
      ...grown.map((exponent) => exponent?.toFixed(2) ?? notMeasured),
    ]);
  if (results.passes.length === 0) return "";
  if (rows.length === 0) {
    return section(
      "## Growth",
      `Not fitted: that takes three sizes of ${leastCountOfGrowth} integrations and more.`,
    );
  }
  return section(
    "## Growth",
    `The exponent e with which wall time grows as integrationsᵉ, fitted to the logarithms of the medians at ${leastCountOfGrowth} integrations and more of one account, ` +
      "each size with the same weight. 1 is in proportion; less than 1 is where the command's start counts, which is in the time.",
    table(["command", ...peers], rows),
  );
}

function exponentOf(results: Results, peer: Peer, workload: Workload): number | undefined {
  const points = countsOf(results, peer, plain).map((count) => ({
    count,
    value: median(valuesOf(results, { peer, count, ...plain }, workload, wallMs)) ?? 0,
  }));
  return growthExponent(points);
}
