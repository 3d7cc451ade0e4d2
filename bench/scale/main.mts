// Simulates drift checks of very many integrations against Pinterest's published limits, in virtual time.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check } from "./check.mts";
import { accesses } from "./limits.mts";
import { orders, type Scenario, type SpreadName, scenarios, spreads } from "./scenarios.mts";
import { type Row, readsOf, tableOf, withFigures } from "./table.mts";

const names = Object.keys(spreads) as SpreadName[];
const readme = join(import.meta.dirname, "README.md");

const help = `Usage: node bench/scale/main.mts [options]

  --spread NAME     accounts: 1,000 accounts with 100 integrations each
                    account: one account with 100,000 integrations
                    merchants: 3,000 accounts with one integration each
                    (default: all; may be repeated)
  --access NAME     whose published limits: standard or trial (default: both; may be repeated)
  --order NAME      in which order integrations are read: list, reversed or shuffled (default: all; may be repeated)
  --parallel N      how many reads the engine has under way at a time (default: 8, the engine's on two cores)
  --latency N       milliseconds from a request to its answer (default: 100)
  --seed N          of the shuffled order (default: 1)
  --write           replaces the table in README.md
  --help            this text

Needs the built product: node scripts/build.mjs
`;

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${option} takes a whole number of at least ${least}, not '${text}'`);
}

function oneOf<T extends string>(
  option: string,
  texts: readonly string[] | undefined,
  known: readonly T[],
): T[] {
  if (texts === undefined) return [...known];
  const wrong = texts.find((text) => !known.includes(text as T));
  if (wrong !== undefined) throw new Error(`--${option} takes ${known.join(", ")}, not '${wrong}'`);
  return known.filter((name) => texts.includes(name));
}

function say(scenario: Scenario, failure: string | undefined): void {
  const { accounts, integrationsEach } = scenario;
  process.stderr.write(`${accounts} × ${integrationsEach}, ${scenario.access}, ${readsOf(scenario)}: done\n`);
  if (failure !== undefined) process.stderr.write(`  a read failed: ${failure}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      spread: { type: "string", multiple: true },
      access: { type: "string", multiple: true },
      order: { type: "string", multiple: true },
      parallel: { type: "string", default: "8" },
      latency: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const circumstances = {
    parallel: wholeNumber("parallel", values.parallel, 1),
    latencyMs: wholeNumber("latency", values.latency, 0),
    seed: wholeNumber("seed", values.seed, 0),
  };
  const wanted = scenarios(
    oneOf("spread", values.spread, names),
    oneOf("access", values.access, accesses),
    oneOf("order", values.order, orders),
  );
  const rows: Row[] = [];
  for (const scenario of wanted) {
    const figures = await check(scenario, circumstances);
    rows.push({ scenario, figures });
    say(scenario, figures.failure);
  }
  const { parallel, latencyMs } = circumstances;
  const machine = `Node.js ${process.versions.node} on ${cpus()[0]?.model ?? "an unknown processor"}`;
  const command = ["node bench/scale/main.mts", ...process.argv.slice(2)].join(" ");
  const made = `\`${command}\`: ${parallel} reads at a time, ${latencyMs} ms a request; memory and real time by ${machine}.`;
  const text = `${tableOf(rows)}\n\n${made}`;
  process.stdout.write(`${text}\n`);
  if (values.write) writeFileSync(readme, withFigures(readFileSync(readme, "utf8"), `\n${text}\n`));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
