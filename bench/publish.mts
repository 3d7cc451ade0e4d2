// Writes what is read of the results: RESULTS.md and its charts.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { chartsOf } from "./charts.mts";
import { resultsPage } from "./report/page.mts";
import type { Results } from "./results.mts";
import { verdictsOn } from "./verdicts.mts";

/**
 * Into a directory: RESULTS.md, and charts/*.svg instead of those that are there.
 * Returns the paths of what it wrote.
 */
export async function publish(results: Results, directory: string): Promise<readonly string[]> {
  const folder = join(directory, "charts");
  mkdirSync(folder, { recursive: true });
  const charts = await chartsOf(results);
  for (const old of readdirSync(folder).filter((file) => file.endsWith(".svg"))) rmSync(join(folder, old));
  for (const { file, svg } of charts) writeFileSync(join(folder, file), svg);
  const pictures = charts.map(({ file, alt }) => ({ file: `charts/${file}`, alt }));
  const path = join(directory, "RESULTS.md");
  const guide = relative(directory, join(import.meta.dirname, "README.md"));
  writeFileSync(path, resultsPage(results, verdictsOn(results), pictures, guide));
  return [path, ...charts.map(({ file }) => join(folder, file))];
}
