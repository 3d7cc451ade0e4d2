// The charts of docs/performance.md.
import type { TopLevelSpec } from "vega-lite";
import { duration, megabytes, peakBytes } from "./report.mts";
import { commands, median, peerLabels, peers, type Results, saves, select, sizesOf } from "./results.mts";

/** The palette of Okabe and Ito, which color-blind readers can distinguish: https://jfly.uni-koeln.de/color/ */
const colors = ["#D55E00", "#E69F00", "#0072B2", "#009E73", "#5F5F5F"];

const labels = peers.map((peer) => peerLabels[peer]);
const saveLabels = { "each step": "state saved at each step", once: "state saved once" };
const ink = "#24292f";

/** Without a border, on an opaque background that dark pages keep. */
const config: NonNullable<TopLevelSpec["config"]> = {
  background: "#ffffff",
  padding: 14,
  font: "Helvetica, Arial, sans-serif",
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 0,
    labelColor: ink,
    titleColor: ink,
    gridColor: "#d8dee4",
  },
  header: { labelFontSize: 13, labelFontWeight: "bold", labelColor: ink },
  title: { fontSize: 14, color: ink, anchor: "start", offset: 12 },
  text: { fontSize: 12, color: ink },
};

interface Bar {
  readonly peer: string;
  readonly column: string;
  readonly row: string;
  readonly value: number;
  readonly label: string;
}

/** Wall time of each command, at the largest measured size. */
export function timeChart(results: Results): TopLevelSpec {
  const [integrations = 0] = sizesOf(results);
  const bars = saves.flatMap((save) =>
    commands.flatMap((command) =>
      peers.flatMap((peer): Bar[] => {
        const selected = select(results, { peer, integrations, command, save });
        const wallMs = median(selected.map((measurement) => measurement.wallMs));
        if (wallMs === undefined) return [];
        const value = wallMs / 1_000;
        return [
          { peer: peerLabels[peer], column: command, row: saveLabels[save], value, label: duration(wallMs) },
        ];
      }),
    ),
  );
  const title = `Wall time for ${integrations.toLocaleString("en-US")} integrations, in seconds`;
  return barChart(title, bars, [...commands], Object.values(saveLabels));
}

/** Peak memory of all processes, at each measured size. */
export function memoryChart(results: Results): TopLevelSpec {
  const sizes = sizesOf(results).reverse();
  const columns = sizes.map((integrations) => `${integrations.toLocaleString("en-US")} integrations`);
  const bars = sizes.flatMap((integrations, index) =>
    peers.flatMap((peer): Bar[] => {
      const bytes = peakBytes(results, { peer, integrations });
      if (bytes === undefined) return [];
      const column = columns[index] ?? "";
      return [{ peer: peerLabels[peer], column, row: "", value: bytes / 1e6, label: megabytes(bytes) }];
    }),
  );
  return barChart("Peak memory of all processes, in MB", bars, columns, [""]);
}

function barChart(title: string, bars: readonly Bar[], columns: string[], rows: string[]): TopLevelSpec {
  const y = { field: "peer", type: "nominal", sort: labels, title: null } as const;
  // Space for the label of the longest bar.
  const longest = Math.max(...bars.map(({ value }) => value)) * 1.35;
  const scale = { domain: [0, longest], nice: false };
  const x = { field: "value", type: "quantitative", title: null, scale, axis: { tickCount: 3 } } as const;
  return {
    title,
    config,
    data: { values: [...bars] },
    facet: {
      column: { field: "column", type: "nominal", sort: columns, title: null },
      row: { field: "row", type: "nominal", sort: rows, title: null, header: rows.length > 1 ? {} : null },
    },
    spacing: { column: 16, row: 20 },
    spec: {
      width: columns.length > 2 ? 124 : 260,
      height: { step: 24 },
      layer: [
        {
          mark: "bar",
          encoding: {
            x,
            y,
            color: { field: "peer", type: "nominal", scale: { domain: labels, range: colors }, legend: null },
          },
        },
        { mark: { type: "text", align: "left", dx: 4 }, encoding: { x, y, text: { field: "label" } } },
      ],
    },
  };
}

/** Draws a chart as SVG, without a browser. */
export async function draw(spec: TopLevelSpec): Promise<string> {
  // Here, because Jest cannot load these ES modules.
  const [{ parse, View }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
