// npm run bench: measures the product beside what users would have otherwise, and publishes what came of it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { full } from "./full.mts";
import { endOnSignals, interruption } from "./interruption.mts";
import { parseOptions } from "./options.mts";
import { publish } from "./publish.mts";
import { quick } from "./quick.mts";
import { withFigures } from "./report/figures.mts";
import { summary } from "./report/summary.mts";
import type { Results } from "./results.mts";
import { readResults } from "./results-file.mts";
import { otherCodes } from "./select.mts";
import { code } from "./step.mts";
import { verdictsOn } from "./verdicts.mts";

const options = parseOptions();
const folder = options.publish ? import.meta.dirname : join(import.meta.dirname, "own");
const file = join(folder, "results.json");
const page = join(import.meta.dirname, "../docs/performance.md");

endOnSignals();
try {
  if (options.code) console.log(code);
  else if (!options.report && process.platform !== "linux") {
    throw new Error(
      `it measures on Linux only, where it reads processor time and memory from /proc; this is ${process.platform} (--report prints what was measured)`,
    );
  } else if (options.quick) await quick();
  else await writeReport(options.report ? present() : await full(options, file));
} catch (error) {
  // What ends a process in which something was measured is told by its own error, which says less.
  const { message } = interruption.aborted ? interruption.reason : (error as Error);
  console.error(`bench: ${message}`);
  process.exitCode ??= 1;
}

async function writeReport(results: Results): Promise<void> {
  console.log(`\n${summary(verdictsOn(results))}`);
  for (const path of await publish(results, folder)) console.log(path);
  if (options.publish) writeFileSync(page, withFigures(readFileSync(page, "utf8"), results));
}

function present(): Results {
  const results = readResults(file);
  if (results === undefined) {
    const published = options.publish ? "" : ", or report on what is published by --report --publish";
    throw new Error(`There is no ${file} to report on: run the bench first${published}`);
  }
  const others = otherCodes(results, code);
  if (others.length > 0) {
    console.error(`bench: these results are of other code (${others.join(", ")}) than is here (${code})`);
  }
  return results;
}
