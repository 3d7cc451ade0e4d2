// What charts have in common: their form and their looks.
import type { TopLevelSpec } from "vega-lite";
import { type Peer, peers } from "../results.mts";

export interface ChartSpec {
  /** The name of its file. */
  readonly file: string;
  /** What it shows, for who does not see it. */
  readonly alt: string;
  readonly spec: TopLevelSpec;
}

/** Of Okabe and Ito's palette, which colour-blind readers can tell apart. */
const colours: Readonly<Record<Peer, string>> = {
  straightforward: "#D55E00",
  "straightforward-package": "#E69F00",
  dynamic: "#0072B2",
  plugin: "#009E73",
  nothing: "#5F5F5F",
  "nothing-dynamic": "#A0A0A0",
};

/** The same colour for a peer in all charts, whichever peers it has. */
export function peerColours(of: readonly Peer[] = peers) {
  return { domain: [...of], range: of.map((peer) => colours[peer]) };
}

const ink = "#24292f";

/** Opaque, so that it reads the same on a dark page. */
export const looks: NonNullable<TopLevelSpec["config"]> = {
  background: "#ffffff",
  font: "Helvetica, Arial, sans-serif",
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 0,
    labelColor: ink,
    titleColor: ink,
    titleFontWeight: "normal",
    gridColor: "#d8dee4",
    domainColor: ink,
    tickColor: ink,
  },
  header: { labelFontSize: 13, labelFontWeight: "bold", labelColor: ink },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 0,
    labelColor: ink,
    titleColor: ink,
    symbolSize: 90,
  },
  title: { fontSize: 14, color: ink, subtitleFontSize: 12, subtitleColor: ink, anchor: "start", offset: 12 },
  text: { fontSize: 12, color: ink },
};
