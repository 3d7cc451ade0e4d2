// The charts of docs/performance.md.
import type { TopLevelSpec } from "vega-lite";
import { duration, megabytes, peakBytes } from "./report.mts";
import {
  commands,
  floor,
  median,
  ownPeers,
  type Peer,
  peerLabels,
  peers,
  type Results,
  saves,
  select,
  sizesOf,
} from "./results.mts";

type Panels = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"][number];

/** What a provider stands for, and its color in the palette of Okabe and Ito, which color-blind readers can distinguish: https://jfly.uni-koeln.de/color/ */
const kinds = {
  own: { name: "pulumi-pinterest", color: "#0072B2" },
  other: { name: "a provider of your own", color: "#E69F00" },
  floor: { name: "Pulumi without requests", color: "#8A8A8A" },
};

const labels = peers.map((peer) => peerLabels[peer]);
const saveTitles = { "each step": "State saved at each step (default)", once: "State saved once" };
const ink = "#24292f";

/** Without a border, on an opaque background that dark pages keep. Every machine has the font. */
const config: NonNullable<TopLevelSpec["config"]> = {
  background: "#ffffff",
  padding: 14,
  font: "sans-serif",
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
  title: { fontSize: 14, color: ink, anchor: "start" },
  text: { fontSize: 12, color: ink },
  legend: {
    orient: "top",
    title: null,
    labelFontSize: 12,
    labelColor: ink,
    labelLimit: 0,
    symbolType: "square",
  },
};

interface Bar {
  readonly peer: string;
  readonly kind: string;
  /** The panel. */
  readonly panel: string;
  readonly value: number;
  readonly label: string;
}

interface Row {
  readonly title?: string;
  readonly bars: readonly Bar[];
}

/** Wall time of each command, at the largest measured size. */
export function timeChart(results: Results): TopLevelSpec {
  const [integrations = 0] = sizesOf(results);
  const rows = saves.map((save) => {
    const bars = commands.flatMap((command) =>
      peers.flatMap((peer): Bar[] => {
        const selected = select(results, { peer, integrations, command, save });
        const wallMs = median(selected.map((measurement) => measurement.wallMs));
        if (wallMs === undefined) return [];
        return [barOf(peer, command, wallMs / 1_000, duration(wallMs))];
      }),
    );
    return { title: saveTitles[save], bars };
  });
  return chart(`Wall time for ${integrations.toLocaleString("en-US")} integrations, in seconds`, rows, [
    ...commands,
  ]);
}

/** Peak memory of all processes, at each measured size. */
export function memoryChart(results: Results): TopLevelSpec {
  const sizes = sizesOf(results).reverse();
  const panels = sizes.map((integrations) => `${integrations.toLocaleString("en-US")} integrations`);
  const bars = sizes.flatMap((integrations, index) =>
    peers.flatMap((peer): Bar[] => {
      const bytes = peakBytes(results, { peer, integrations });
      return bytes === undefined ? [] : [barOf(peer, panels[index] ?? "", bytes / 1e6, megabytes(bytes))];
    }),
  );
  return chart("Peak memory of all processes, in MB", [{ bars }], panels);
}

function barOf(peer: Peer, panel: string, value: number, label: string): Bar {
  const isOwn = ownPeers.some((own) => own === peer);
  const kind = peer === floor ? kinds.floor : isOwn ? kinds.own : kinds.other;
  return { peer: peerLabels[peer], kind: kind.name, panel, value, label };
}

/** A chart of rows, each with a panel of bars for every name in `panels`. */
function chart(title: string, rows: readonly Row[], panels: string[]): TopLevelSpec {
  return {
    title: { text: title, subtitle: "Each panel has its own axis.", subtitleColor: ink, offset: 8 },
    config,
    spacing: 24,
    vconcat: rows.map((row) => chartRow(row, panels)),
  };
}

function chartRow({ title, bars }: Row, panels: string[]): Panels {
  // Each panel has its own axis, with space for the label of its longest bar.
  const longestIn = (panel: string) =>
    Math.max(...bars.filter((bar) => bar.panel === panel).map(({ value }) => value));
  const values = bars.map((bar) => ({ ...bar, end: 1.45 * longestIn(bar.panel) }));
  const y = { field: "peer", type: "nominal", sort: labels, title: null } as const;
  const x = {
    field: "value",
    type: "quantitative",
    title: null,
    scale: { nice: false },
    axis: { tickCount: 3 },
  } as const;
  const names = Object.values(kinds).map(({ name }) => name);
  const colors = Object.values(kinds).map(({ color }) => color);
  return {
    ...(title !== undefined && { title: { text: title, fontSize: 13, offset: 12 } }),
    data: { values },
    facet: { column: { field: "panel", type: "nominal", sort: panels, title: null } },
    spacing: 16,
    resolve: { scale: { x: "independent" } },
    spec: {
      width: panels.length > 2 ? 124 : 260,
      height: { step: 24 },
      layer: [
        {
          mark: "bar",
          encoding: {
            x,
            y,
            color: { field: "kind", type: "nominal", scale: { domain: names, range: colors } },
          },
        },
        { mark: { type: "text", align: "left", dx: 4 }, encoding: { x, y, text: { field: "label" } } },
        { mark: { type: "point", opacity: 0 }, encoding: { x: { ...x, field: "end" }, y } },
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
