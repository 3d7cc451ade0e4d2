// npm run bench: compares this package's providers with their alternatives.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureEngine } from "../scripts/engine/ensure.mts";
import { draw, memoryChart, timeChart } from "./charts.mts";
import { fullPlan, measure, type Plan, quickPlan } from "./measure.mts";
import { targetsText, withResults, withTargets } from "./report.mts";
import { type Results, resultsText } from "./results.mts";
import { quickFailures, verdicts } from "./targets.mts";

const resultsFile = join(import.meta.dirname, "results.json");
const chartsDirectory = join(import.meta.dirname, "charts");
const page = join(import.meta.dirname, "../docs/performance.md");
const readme = join(import.meta.dirname, "README.md");

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    process.exitCode = 128 + constants.signals[signal];
    interruption.abort(new Error(`interrupted by ${signal}`));
  });
}

try {
  const { values } = parseArgs({ options: { quick: { type: "boolean" }, report: { type: "boolean" } } });
  if (values.quick) await quick();
  else await publish(values.report ? JSON.parse(readFileSync(resultsFile, "utf8")) : await run(fullPlan));
} catch (error) {
  console.error(`bench: ${(interruption.signal.reason ?? error).message}`);
  process.exitCode ??= 1;
}

async function run(plan: Plan): Promise<Results> {
  if (process.platform !== "linux") {
    throw new Error(`It runs on Linux only, because it reads /proc. This is ${process.platform}.`);
  }
  return measure(await ensureEngine(), plan, interruption.signal);
}

/** @throws Error if a target is missed that a busy machine cannot explain. */
async function quick(): Promise<void> {
  const failures = quickFailures(await run(quickPlan));
  if (failures.length > 0) throw new Error(failures.join("\n"));
  console.log("All providers work, and requests, state and processor time are within their limits.");
}

async function publish(results: Results): Promise<void> {
  writeFileSync(resultsFile, resultsText(results));
  mkdirSync(chartsDirectory, { recursive: true });
  writeFileSync(join(chartsDirectory, "time.svg"), await draw(timeChart(results)));
  writeFileSync(join(chartsDirectory, "memory.svg"), await draw(memoryChart(results)));
  writeFileSync(page, withResults(readFileSync(page, "utf8"), results));
  writeFileSync(readme, withTargets(readFileSync(readme, "utf8"), results));
  console.log(targetsText(verdicts(results)));
}
