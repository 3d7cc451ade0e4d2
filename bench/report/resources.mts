// What else a stack takes: state, requests, memory and processes. Latency changes none of it.
import { type Cell, isFloor, type Peer, type Results, type Workload, workloads } from "../results.mts";
import {
  largestCommonCount,
  medianOf,
  passesOf,
  peakOf,
  peersIn,
  providerProcesses,
  type Situation,
  stateOf,
  withoutLatency,
} from "../select.mts";
import { median } from "../statistics.mts";
import { bytes, integrations, notMeasured, quantityOrNone, whole } from "../text.mts";
import { section, table } from "./markdown.mts";
import { countsIn, title } from "./situations.mts";

export function stateSection(results: Results): string {
  return section(
    "## State",
    results.passes.length === 0
      ? undefined
      : "Bytes a resource, as JSON without white space, after `up`, and in brackets the provider's text, which is part of them twice: counted once here.",
    ...byCount(results, stateText),
  );
}

/** "1,312 bytes (58 bytes)" */
function stateText(results: Results, cell: Cell): string {
  const all = quantityOrNone(stateOf(results, cell), "bytes");
  const text = median(passesOf(results, cell).map(({ state }) => state.providerTextBytes));
  return text ? `${all} (${bytes(text)})` : all;
}

export function memorySection(results: Results): string {
  return section(
    "## Memory",
    results.passes.length === 0
      ? undefined
      : "Of the largest provider process, at its peak over all commands; without the program's own process.",
    ...byCount(results, (_, cell) => quantityOrNone(peakOf(results, cell), "bytes")),
  );
}

/** A table for each situation, with the counts as rows and the peers as columns. */
function byCount(results: Results, text: (results: Results, cell: Cell) => string): string[] {
  return withoutLatency.map((situation) => {
    const peers = peersIn(results, situation);
    if (peers.length === 0) return "";
    const rows = countsIn(results, situation).map((count) => [
      whole(count),
      ...peers.map((peer) => text(results, { peer, count, ...situation })),
    ]);
    return section(`### ${title(situation)}`, table(["integrations", ...peers], rows));
  });
}

export function requestsSection(results: Results): string {
  const asking = (situation: Situation) => peersIn(results, situation).filter((peer) => !isFloor(peer));
  const tables = withoutLatency.map((situation) =>
    byCommand(results, situation, asking(situation), (cell, workload) => operations(results, cell, workload)),
  );
  return section("## Requests", ...tables);
}

export function processesSection(results: Results): string {
  const tables = withoutLatency.map((situation) =>
    byCommand(results, situation, peersIn(results, situation), (cell, workload) =>
      quantityOrNone(medianOf(results, cell, workload, providerProcesses), "processes"),
    ),
  );
  const explained =
    "How many the engine started during a command. For `preview --refresh`, which refreshes and then previews, it starts each provider twice, one after the other.";
  return section("## Provider processes", results.passes.length === 0 ? undefined : explained, ...tables);
}

/** A table with the commands as rows, at the largest count that all of the peers were measured at. */
function byCommand(
  results: Results,
  situation: Situation,
  peers: readonly Peer[],
  text: (cell: Cell, workload: Workload) => string,
): string {
  const count = largestCommonCount(results, peers, situation);
  if (count === undefined) return "";
  const rows = workloads.map((workload) => [
    workload,
    ...peers.map((peer) => text({ peer, count, ...situation }, workload)),
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
