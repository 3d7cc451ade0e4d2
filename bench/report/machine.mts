// On what it was measured, and how to measure it again.
import type { Results } from "../results.mts";
import { codesOf, measurements } from "../select.mts";
import { section, table } from "./markdown.mts";

/** What gives the results and the page. */
export const command = "npm run bench";

export function machineSection(results: Results): string {
  const { machine } = results;
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB of memory`;
  const cores = machine.cores === 1 ? "1 core" : `${machine.cores} cores`;
  const versions = Object.entries(machine.versions).map(([name, version]) => [name, version]);
  const codes = codesOf(results);
  const code = codes.length === 0 ? [] : [["code measured (`npm run bench -- --code`)", codes.join(", ")]];
  const days = measurements(results)
    .map(({ startedAt }) => startedAt.slice(0, 10))
    .sort();
  return section(
    "## Machine",
    `${machine.processor}, ${cores}, ${memory}, ${machine.system}.${measuredOn(days[0], days.at(-1))}`,
    table(["", "version"], [...versions, ...code]),
  );
}

function measuredOn(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return "";
  return first === last ? ` Measured on ${first}.` : ` Measured from ${first} to ${last}.`;
}
