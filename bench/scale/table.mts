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
    ({ scenario }) => `${count(scenario.accounts)} × ${count(scenario.integrationsEach)}`,
  ],
  ["reads", ({ scenario }) => readsOf(scenario)],
  ["requests", ({ figures: { lists, gets } }) => count(lists + gets)],
  ["lists", ({ figures }) => count(figures.lists)],
  ["single", ({ figures }) => count(figures.gets)],
  ["virtual time", ({ figures }) => span(figures.virtualMs)],
  ["429", ({ figures }) => count(figures.refused)],
  ["failed reads", ({ figures }) => count(figures.failed)],
  ["drift found", ({ figures }) => count(figures.drifted)],
  ["held each", ({ figures }) => `${count(Math.round(figures.heldBytesEach))} B`],
  ["peak", ({ figures }) => `${count(Math.round(figures.peakBytes / 1e6))} MB`],
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
  const lines = [
    columns.map(([heading]) => heading),
    columns.map((_, index) => (index < 3 ? "---" : "---:")),
    ...rows.map((row) => columns.map(([, text]) => text(row))),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const begin = "<!-- figures: written by the program -->";
const end = "<!-- end of the figures -->";

/**
 * A text with what stands between its two marks replaced.
 *
 * @throws Error when it lacks one of them.
 */
export function withFigures(text: string, figures: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`the file needs the marks '${begin}' and '${end}', in this order`);
  return `${text.slice(0, from + begin.length)}\n${figures}\n${text.slice(to)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A span of milliseconds, in seconds up to two minutes. */
function span(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
}
