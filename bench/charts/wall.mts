// Wall times against the number of integrations, a panel a command, with an account each and of one account.
import { type Accounts, type Cell, type Peer, peers, type Results } from "../results.mts";
import {
  countsOf,
  largestCommonCount,
  medianOf,
  peersIn,
  plain,
  type Situation,
  wallMs,
  withoutLatency,
} from "../select.mts";
import { distinct } from "../statistics.mts";
import { duration, spreadOver, whole } from "../text.mts";
import { type ChartSpec, peerColours } from "./chart.mts";

const commands = ["up", "preview", "destroy"] as const;

/** The usual case first. */
const rows: readonly Accounts[] = ["each", "one"];

/** Lines that lie on each other are to show each other. */
const dashes: Readonly<Record<Peer, readonly number[]>> = {
  straightforward: [1, 0],
  "straightforward-package": [10, 3, 2, 3],
  dynamic: [1, 0],
  plugin: [8, 4],
  nothing: [2, 4],
  "nothing-dynamic": [6, 3, 1, 3],
};

/** One for colour, shape and dashes, without the dashes around its symbols. */
const legend = { title: null, orient: "bottom", columns: 3, symbolStrokeWidth: 0 } as const;

const decades = [0.1, 1, 10, 100, 1000, 10_000];

export function wallChart(results: Results): ChartSpec | undefined {
  const values = withoutLatency.flatMap((situation) =>
    peers.flatMap((peer) =>
      cellsOf(results, peer, situation).flatMap((cell) =>
        commands.map((command) => ({
          peer,
          count: cell.count,
          command,
          accounts: spreadOver[situation.accounts],
          seconds: (medianOf(results, cell, command, wallMs) ?? 0) / 1000,
        })),
      ),
    ),
  );
  if (values.length === 0) return undefined;
  const measured = peers.filter((peer) => values.some((value) => value.peer === peer));
  const counts = distinct(values.map(({ count }) => count));
  return {
    file: "wall-time.svg",
    alt: describe(results),
    spec: {
      title: "Wall time by the number of integrations",
      data: { values },
      facet: {
        column: { field: "command", type: "nominal", sort: [...commands], title: null },
        row: {
          field: "accounts",
          type: "nominal",
          sort: rows.map((accounts) => spreadOver[accounts]),
          title: null,
        },
      },
      spec: {
        width: 205,
        height: 190,
        mark: { type: "line", point: { size: 45, filled: true }, strokeWidth: 2 },
        encoding: {
          x: {
            field: "count",
            type: "quantitative",
            title: "integrations",
            scale: { type: "log", nice: false, padding: 8 },
            axis: { values: counts, grid: false, format: "~s", labelOverlap: "greedy" },
          },
          y: {
            field: "seconds",
            type: "quantitative",
            title: "seconds",
            scale: { type: "log" },
            axis: { values: [...decades], format: "~g" },
          },
          color: {
            field: "peer",
            type: "nominal",
            scale: peerColours(measured),
            legend,
          },
          shape: {
            field: "peer",
            type: "nominal",
            scale: { domain: [...measured] },
            legend,
          },
          strokeDash: {
            field: "peer",
            type: "nominal",
            scale: { domain: [...measured], range: measured.map((peer) => [...dashes[peer]]) },
            legend,
          },
        },
      },
    },
  };
}

/** What a line is of. One integration is the same in both kinds of accounts, and measured once. */
function cellsOf(results: Results, peer: Peer, situation: Situation): Cell[] {
  const single = countsOf(results, peer, plain)
    .filter((count) => count === 1)
    .map((count): Cell => ({ peer, count, ...plain }));
  const others = countsOf(results, peer, situation).filter((count) => count > 1);
  return [...single, ...others.map((count): Cell => ({ peer, count, ...situation }))];
}

function describe(results: Results): string {
  const what =
    "Wall time of up, preview and destroy against the number of integrations, with an account each and of one account.";
  const said = rows.map((accounts) => atLargest(results, { ...plain, accounts }));
  return [what, ...said.filter((text) => text !== undefined)].join(" ");
}

/** "At 1,000, an account each: dynamic up 30.0 s, …": the largest count that all have in common. */
function atLargest(results: Results, situation: Situation): string | undefined {
  const measured = peersIn(results, situation);
  const count = largestCommonCount(results, measured, situation);
  if (count === undefined) return undefined;
  const said = measured.map((peer) => {
    const each = commands.map((command) => {
      const median = medianOf(results, { peer, count, ...situation }, command, wallMs) ?? 0;
      return `${command} ${duration(median)}`;
    });
    return `${peer} ${each.join(", ")}`;
  });
  return `At ${whole(count)}, ${spreadOver[situation.accounts]}: ${said.join("; ")}.`;
}
