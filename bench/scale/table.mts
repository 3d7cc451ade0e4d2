import { table } from "../report/markdown.mts";
import { whole } from "../text.mts";
import type { Figures } from "./check.mts";
import type { Order, Scenario } from "./scenarios.mts";

/** A check and what it came to. */
export interface Row {
  readonly scenario: Scenario;
  readonly figures: Figures;
}

type Column = readonly [heading: string, text: (row: Row) => string];

const columns: readonly Column[] = [
  ["access", ({ scenario }) => scenario.access],
  [
    "accounts × integrations",
    ({ scenario }) => `${whole(scenario.accounts)} × ${whole(scenario.integrationsEach)}`,
  ],
  ["reads", ({ scenario }) => readsOf(scenario)],
  ["requests", ({ figures: { lists, gets } }) => whole(lists + gets)],
  ["lists", ({ figures }) => whole(figures.lists)],
  ["single", ({ figures }) => whole(figures.gets)],
  ["virtual time", ({ figures }) => span(figures.virtualMs)],
  ["429", ({ figures }) => whole(figures.refused)],
  ["failed reads", ({ figures }) => whole(figures.failed)],
  ["drift found", ({ figures }) => whole(figures.drifted)],
  ["held each", ({ figures }) => `${whole(Math.round(figures.heldBytesEach))} B`],
  ["peak", ({ figures }) => `${whole(Math.round(figures.peakBytes / 1e6))} MB`],
  ["real time", ({ figures }) => span(figures.realMs)],
];

const ordered: Readonly<Record<Order, string>> = {
  list: "in its order",
  reversed: "reversed",
  shuffled: "shuffled",
};

/** How a scenario's integrations are read. One by one there is no list that an order could differ from. */
export function readsOf({ way, order }: Scenario): string {
  return way === "one by one" ? way : `${way}, ${ordered[order]}`;
}

/** The rows as a table of Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const head = columns.map(([heading]) => heading);
  return table(
    head,
    rows.map((row) => columns.map(([, text]) => text(row))),
    3,
  );
}

/** Between them stand the figures in README.md. */
export const scaleMarks = [
  "<!-- figures: written by the program -->",
  "<!-- end of the figures -->",
] as const;

/** A span of milliseconds, in seconds up to two minutes. */
function span(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
}
