// The way from a specification to an SVG, which takes neither a browser nor a canvas.
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { type ChartSpec, looks } from "./chart.mts";

export interface Chart {
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

export async function draw({ file, alt, spec }: ChartSpec): Promise<Chart> {
  const view = new View(parse(compile({ padding: 14, ...spec, config: looks }).spec), { renderer: "none" });
  try {
    return { file, alt, svg: `${await view.toSVG()}\n` };
  } finally {
    view.finalize();
  }
}
