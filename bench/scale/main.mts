// Simulates drift checks of very many integrations against Pinterest's published limits, in virtual time.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { withMarked } from "../report/marked.mts";
import { check } from "./check.mts";
import { parseOptions } from "./options.mts";
import { type Scenario, scenarios } from "./scenarios.mts";
import { type Row, readsOf, scaleMarks, tableOf } from "./table.mts";

const readme = join(import.meta.dirname, "README.md");

const { spread, access, order, parallel, latency: latencyMs, seed, write } = parseOptions();
const rows: Row[] = [];
for (const scenario of scenarios(spread, access, order)) {
  const figures = await check(scenario, { parallel, latencyMs, seed });
  rows.push({ scenario, figures });
  say(scenario, figures.failure);
}
const machine = `Node.js ${process.versions.node} on ${cpus()[0]?.model ?? "an unknown processor"}`;
const command = ["node bench/scale/main.mts", ...process.argv.slice(2)].join(" ");
const made = `\`${command}\`: ${parallel} reads at a time, ${latencyMs} ms a request; memory and real time by ${machine}.`;
const text = `${tableOf(rows)}\n\n${made}`;
console.log(text);
if (write) writeFileSync(readme, withMarked(readFileSync(readme, "utf8"), scaleMarks, text));

function say(scenario: Scenario, failure: string | undefined): void {
  const { accounts, integrationsEach } = scenario;
  console.error(`${accounts} × ${integrationsEach}, ${scenario.access}, ${readsOf(scenario)}: done`);
  if (failure !== undefined) console.error(`  a read failed: ${failure}`);
}
