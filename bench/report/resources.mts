// What else a stack takes: state, requests, memory and processes.
import { type Cell, isFloor, type Results, type Workload, workloads } from "../results.mts";
import {
  largestCommonCount,
  passesOf,
  peakOf,
  peersIn,
  type Situation,
  situationsOf,
  stateOf,
} from "../select.mts";
import { median } from "../statistics.mts";
import { integrations, notMeasured, quantityOrNone, whole } from "../text.mts";
import { section, table } from "./markdown.mts";
import { countsIn, title } from "./situations.mts";

export function stateSection(results: Results): string {
  return section(
    "## State",
    results.passes.length === 0 ? undefined : "Bytes a resource, as JSON without white space, after `up`.",
    ...byCount(results, (cell) => quantityOrNone(stateOf(results, cell), "bytes")),
  );
}

export function memorySection(results: Results): string {
  return section(
    "## Memory",
    results.passes.length === 0
      ? undefined
      : "Of the largest provider process, at its peak over all commands; without the program's own process.",
    ...byCount(results, (cell) => quantityOrNone(peakOf(results, cell), "bytes")),
  );
}

/** A table for each situation, with the counts as rows and the peers as columns. */
function byCount(results: Results, text: (cell: Cell) => string): string[] {
  return withoutLatency(results).map((situation) => {
    const peers = peersIn(results, situation);
    const rows = countsIn(results, situation).map((count) => [
      whole(count),
      ...peers.map((peer) => text({ peer, count, ...situation })),
    ]);
    return section(`### ${title(situation)}`, table(["integrations", ...peers], rows));
  });
}

/** Latency changes none of what is told here. */
function withoutLatency(results: Results): readonly Situation[] {
  return situationsOf(results).filter(({ latencyMs }) => latencyMs === 0);
}

export function requestsSection(results: Results): string {
  const tables = withoutLatency(results).map((situation) => requestsTable(results, situation));
  return section("## Requests", ...tables);
}

/** At the largest count that all peers which make requests were measured at. */
function requestsTable(results: Results, situation: Situation): string {
  const peers = peersIn(results, situation).filter((peer) => !isFloor(peer));
  const count = largestCommonCount(results, peers, situation);
  if (count === undefined) return "";
  const rows = workloads.map((workload) => [
    workload,
    ...peers.map((peer) => operations(results, { peer, count, ...situation }, workload)),
  ]);
  return section(`### ${title(situation)}, ${integrations(count)}`, table(["command", ...peers], rows));
}

/** "get 1,000, list 4": the medians, the most frequent first. */
function operations(results: Results, cell: Cell, workload: Workload): string {
  const requests = passesOf(results, cell).map((pass) => pass.commands[workload].requests);
  if (requests.length === 0) return notMeasured;
  const names = [...new Set(requests.flatMap((each) => Object.keys(each)))];
  const counted = names
    .map((name) => ({ name, count: median(requests.map((each) => each[name] ?? 0)) ?? 0 }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  return counted.map(({ name, count }) => `${name} ${whole(count)}`).join(", ") || "none";
}
