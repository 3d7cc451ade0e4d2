// npm run bench: measures the product beside what users would have otherwise, and publishes what came of it.
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { ensureEngine } from "../engine/ensure.mts";
import { codeFingerprint } from "./code.mts";
import { pass } from "./engine/pass.mts";
import { sweep } from "./engine/sweep.mts";
import { efforts, measureFigures } from "./figures/figures.mts";
import { isSameMachine, thisMachine } from "./machine.mts";
import { allCounts, cells, latencies, outstanding, quickCells } from "./matrix.mts";
import { publish } from "./publish.mts";
import { summary } from "./report/summary.mts";
import {
  type Accounts,
  type Cell,
  type Machine,
  type Origin,
  type Peer,
  peers,
  type Results,
} from "./results.mts";
import { readResults, writeResults } from "./results-file.mts";
import { codesOf } from "./select.mts";
import { failures, verdictsOn } from "./verdicts.mts";

interface Options {
  readonly quick?: true;
  readonly publish?: true;
  readonly resume?: true;
  readonly report?: true;
  readonly code?: true;
  readonly count?: number[];
  readonly peer: Peer[];
  readonly accounts: Accounts[];
  readonly latency?: number[];
  readonly merchants: number;
  readonly repetitions?: number;
  readonly hours?: number;
}

/** What --quick does not heed. */
const notWithQuick = [
  "publish",
  "resume",
  "report",
  "code",
  "count",
  "peer",
  "accounts",
  "latency",
  "merchants",
  "repetitions",
  "hours",
];

const options = new Command("npm run bench --")
  .description(
    "Measures the product beside what users would have otherwise: results.json, RESULTS.md and charts, in bench/own.",
  )
  .addOption(
    new Option("--quick", "a few minutes; writes nothing, and fails on what no noise can move").conflicts(
      notWithQuick,
    ),
  )
  .option("--publish", "in bench/, in place of the results that are published")
  .option("--resume", "go on with results.json: what it has is not measured again")
  .option("--report", "measure nothing; write the report of results.json anew")
  .option("--code", "measure nothing; print the fingerprint of the code that would be, as results name it")
  .option("--count <number...>", `sizes of stacks (default: ${allCounts.join(", ")})`, wholeNumbers)
  .addOption(new Option("--peer <name...>", "what is compared").choices(peers).default([...peers], "all"))
  .addOption(
    new Option("--accounts <kind...>", "one account, or one each")
      .choices(["one", "each"])
      .default(["one", "each"], "both"),
  )
  .option(
    "--latency <ms...>",
    `how long the emulator waits with each answer (default: ${latencies.join(", ")})`,
    wholeNumbers,
  )
  .option("--merchants <number>", "of the sweep; 0 is none", number, 3_000)
  .option(
    "--repetitions <number>",
    "of each situation (default: 3, from 2,000 integrations on 1)",
    wholeNumber,
  )
  .option("--hours <number>", "begin nothing new after so many hours", number)
  .parse()
  .opts<Options>();

const folder = options.publish ? import.meta.dirname : join(import.meta.dirname, "own");
const file = join(folder, "results.json");
const code = codeFingerprint();

try {
  if (options.code) console.log(code);
  else if (options.quick) await quick();
  else if (options.report) await writeReport(present() ?? missing());
  else await full(options);
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function quick(): Promise<void> {
  const engine = await ensureEngine();
  let results = nothingOf(thisMachine(engine));
  results = { ...results, figures: await step("figures", () => measureFigures(efforts.quick)) };
  results = { ...results, sweeps: [await step("sweep of 300 merchants", () => sweep(engine, 300))] };
  for (const cell of quickCells) {
    results = { ...results, passes: [...results.passes, await step(nameOf(cell), () => pass(engine, cell))] };
  }
  const verdicts = verdictsOn(results);
  console.log(`\n${summary(verdicts)}`);
  const failed = failures(verdicts);
  if (failed.length > 0) {
    console.error(
      `bench: ${failed.length} targets are missed that no noise can move: ${failed.map(({ name }) => name).join("; ")}`,
    );
    process.exitCode = 1;
  }
}

async function full({
  resume,
  count,
  peer,
  accounts,
  latency,
  merchants,
  repetitions,
  hours = Number.POSITIVE_INFINITY,
}: Options): Promise<void> {
  const end = performance.now() + hours * 3_600_000;
  const engine = await ensureEngine();
  const machine = thisMachine(engine);
  let results: Results = (resume && present()) || nothingOf(machine);
  if (!isSameMachine(results.machine, machine)) {
    throw new Error(
      `${file} was measured on another machine or with other versions: begin anew, without --resume`,
    );
  }
  const others = codesOf(results).filter((other) => other !== code);
  if (others.length > 0) {
    throw new Error(
      `${file} was measured of other code (${others.join(", ")}, and this is ${code}): begin anew, without --resume`,
    );
  }
  const keep = (more: Partial<Results>): void => {
    results = { ...results, ...more };
    writeResults(file, results);
  };
  const wanted = cells({
    counts: count ?? allCounts,
    peers: peer,
    accounts,
    latencies: latency ?? latencies,
  });
  if (wanted.length === 0) {
    throw new Error(
      "there is nothing of that to measure: peers that do nothing have one account, and no latency",
    );
  }
  if (results.figures === undefined) {
    keep({ figures: await step("figures", () => measureFigures(efforts.full)) });
  }
  if (merchants > 0 && !results.sweeps.some((made) => made.merchants === merchants)) {
    const made = await step(`sweep of ${merchants} merchants`, () => sweep(engine, merchants));
    keep({ sweeps: [...results.sweeps, made] });
  }
  const cellsToCome = outstanding(
    wanted,
    results.passes,
    repetitions === undefined ? undefined : () => repetitions,
  );
  for (const [index, cell] of cellsToCome.entries()) {
    if (performance.now() > end) {
      console.log(`Out of time: ${cellsToCome.length - index} passes are left; --resume goes on with them.`);
      break;
    }
    const made = await step(`${index + 1} of ${cellsToCome.length}: ${nameOf(cell)}`, () =>
      pass(engine, cell),
    );
    keep({ passes: [...results.passes, made] });
  }
  await writeReport(results);
}

async function writeReport(results: Results): Promise<void> {
  console.log(`\n${summary(verdictsOn(results))}`);
  for (const path of await publish(results, folder)) console.log(path);
}

/** Does a part of the measurements, and says when, how long, and of what. */
async function step<T extends object>(name: string, work: () => Promise<T>): Promise<T & Origin> {
  const startedAt = new Date().toISOString();
  const from = performance.now();
  const result = await work();
  console.log(`${name}: ${((performance.now() - from) / 1_000).toFixed(1)} s`);
  return { startedAt, code, ...result };
}

function nothingOf(machine: Machine): Results {
  return { version: 2, machine, passes: [], sweeps: [] };
}

function nameOf({ peer, count, accounts, latencyMs }: Cell): string {
  return `${peer}, ${count} of ${accounts === "one" ? "one account" : "an account each"}, ${latencyMs} ms`;
}

function present(): Results | undefined {
  return readResults(file);
}

function missing(): never {
  throw new Error(`There is no ${file} to report on: run the bench first`);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0))
    throw new InvalidArgumentError(`${JSON.stringify(text)} is no number.`);
  return value;
}

function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError(`${JSON.stringify(text)} is no whole number.`);
  return value;
}

function wholeNumbers(text: string, before: number[] = []): number[] {
  return [...before, wholeNumber(text)];
}
