import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";

const bench = resolve(__dirname, "../../bench");

/** Draws the charts of the published results in another process, because Jest cannot load Vega. */
function draw(): Record<"time" | "memory", string> {
  const script = `
    const { draw, memoryChart, timeChart } = await import("${bench}/charts.mts");
    const results = JSON.parse(await import("node:fs").then((fs) => fs.readFileSync("${bench}/results.json", "utf8")));
    console.log(JSON.stringify({ time: await draw(timeChart(results)), memory: await draw(memoryChart(results)) }));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  return JSON.parse(output);
}

test("the published charts show the published results on an opaque background", () => {
  for (const [name, svg] of Object.entries(draw())) {
    expect(svg).toBe(readFileSync(`${bench}/charts/${name}.svg`, "utf8"));
    const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    expect(svg).toContain(`<rect width="${width}" height="${height}" fill="#ffffff"/>`);
    // A page on GitHub is at most 850 px wide. It does not scale narrower charts, so their fonts keep their size.
    expect(Number(width)).toBeLessThanOrEqual(850);
    for (const label of [
      "pulumi-pinterest",
      "straightforward",
      "dynamic provider",
      "plugin",
      "does nothing",
    ]) {
      expect(svg).toContain(`>${label}</text>`);
    }
  }
});
