// Wall and processor times of all commands.
import { type Cell, type Results, type Workload, workloads } from "../results.mts";
import {
  cpuMs,
  type Figure,
  passesOf,
  peersIn,
  plain,
  providerCpuMs,
  type Situation,
  situationsOf,
  valuesOf,
  wallMs,
} from "../select.mts";
import { median } from "../statistics.mts";
import { notMeasured, quantityOrNone, whole } from "../text.mts";
import { section, table } from "./markdown.mts";
import { besideFloor } from "./over-floor.mts";
import { repeated } from "./repeated.mts";
import { countsIn, repetitions, title } from "./situations.mts";

export function wallSection(results: Results): string {
  const explained =
    "The median of the passes, the least and the most of them in brackets, and how many times as long as nothing it took in the same rounds, by the median of those. " +
    "Where there was one pass of each, differences of a quarter may be noise.";
  const tables = situationsOf(results).map((situation) => situationTable(results, situation, wallCell));
  return section("## Wall time", tables.length === 0 ? undefined : explained, ...tables);
}

export function processorSection(results: Results): string {
  const explained =
    "Of the engine and all processes that it started, user and system, without the emulator's, and in brackets the provider processes' own: the medians of the passes.";
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
  const time = repeated(valuesOf(results, cell, workload, wallMs), "milliseconds");
  return besideFloor(time, results, cell, workload);
}

/** "14.2 s (2.10 s)" */
function processorCell(results: Results, cell: Cell, workload: Workload): string {
  const of = (figure: Figure) =>
    quantityOrNone(median(valuesOf(results, cell, workload, figure)), "milliseconds");
  return passesOf(results, cell).length === 0 ? notMeasured : `${of(cpuMs)} (${of(providerCpuMs)})`;
}
