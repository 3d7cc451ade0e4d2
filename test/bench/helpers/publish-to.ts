import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "../../../bench/results.mts";

/** Writes the report, in a process of its own, since Jest cannot load Vega. Returns the paths of what it wrote. */
export function publishTo(folder: string, given: Results): string[] {
  const script = join(__dirname, "publish.mts");
  const run = spawnSync(process.execPath, [script, folder], {
    input: JSON.stringify(given),
    encoding: "utf8",
  });
  // Vega warns of what does not fit together in a chart.
  if (run.status !== 0 || run.stderr !== "") throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** What charts a folder's report has, by the names of their files. */
export function chartsIn(folder: string): Record<string, string> {
  const names = readdirSync(join(folder, "charts"))
    .filter((name) => !name.endsWith(".mts"))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, "charts", name), "utf8")]));
}
