// One bar a peer: state of a resource, requests of a refresh.
import { type Peer, peers, type Results } from "../results.mts";
import { largestCommonCount, medianOf, peersIn, plain, requestCount, stateOf } from "../select.mts";
import { integrations, whole } from "../text.mts";
import { type ChartSpec, peerColours } from "./chart.mts";

interface Bar {
  readonly peer: Peer;
  readonly value: number;
}

export function stateChart(results: Results): ChartSpec | undefined {
  return barsAtLargest(results, "state.svg", "bytes", "State a resource", (cell) => stateOf(results, cell));
}

export function requestsChart(results: Results): ChartSpec | undefined {
  return barsAtLargest(results, "refresh-requests.svg", "requests", "Requests of a refresh", (cell) =>
    medianOf(results, cell, "refresh", requestCount),
  );
}

/** At the largest count that all measured peers have in common. */
function barsAtLargest(
  results: Results,
  file: string,
  unit: string,
  what: string,
  value: (cell: { peer: Peer; count: number } & typeof plain) => number | undefined,
): ChartSpec | undefined {
  const measured = peersIn(results, plain);
  const count = largestCommonCount(results, measured, plain);
  if (count === undefined) return undefined;
  const bars = measured.map((peer): Bar => ({ peer, value: value({ peer, count, ...plain }) ?? 0 }));
  const said = bars.map(({ peer, value }) => `${peer} ${whole(value)}`);
  const title = `${what}, ${integrations(count)} of one account`;
  return { file, alt: `${title}, in ${unit}: ${said.join(", ")}.`, spec: barsSpec(title, unit, bars) };
}

function barsSpec(title: string, unit: string, bars: readonly Bar[]): ChartSpec["spec"] {
  const y = { field: "peer", type: "nominal", sort: [...peers], title: null } as const;
  const x = {
    field: "value",
    type: "quantitative",
    title: unit,
    axis: { tickCount: 5, format: ",d" },
  } as const;
  return {
    title,
    data: { values: bars.map((bar) => ({ ...bar, label: whole(bar.value) })) },
    width: 520,
    height: { step: 34 },
    layer: [
      {
        mark: { type: "bar" },
        encoding: {
          x,
          y,
          color: { field: "peer", type: "nominal", scale: peerColours(), legend: null },
        },
      },
      {
        mark: { type: "text", align: "left", dx: 5 },
        encoding: { x, y, text: { field: "label", type: "nominal" } },
      },
    ],
  };
}
