// The command line of npm run bench.
import { Command, InvalidArgumentError, Option } from "commander";
import { allCounts, latencies } from "./matrix.mts";
import { type Accounts, type Peer, peers } from "./results.mts";
import { distinct } from "./statistics.mts";

export interface Options {
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

/** What tells how to measure. */
const measuring: (keyof Options)[] = [
  "resume",
  "count",
  "peer",
  "accounts",
  "latency",
  "merchants",
  "repetitions",
  "hours",
];

/** Ends the process where they are wrong, or only ask for help. */
export function parseOptions(): Options {
  return benchCommand().parse().opts<Options>();
}

export function benchCommand(): Command {
  return new Command("npm run bench --")
    .description(
      "Measures the product beside what users would have otherwise: results.json, RESULTS.md and charts, in bench/own.",
    )
    .addOption(
      new Option("--quick", "a few minutes; writes nothing, and fails on what no noise can move").conflicts([
        ...measuring,
        "publish",
        "report",
        "code",
      ]),
    )
    .option("--publish", "in bench/, in place of the results that are published")
    .option(
      "--resume",
      "go on with results.json, with the options given now: what it has is not measured again",
    )
    .addOption(
      new Option("--report", "measure nothing; write the report of results.json anew").conflicts(measuring),
    )
    .addOption(
      new Option(
        "--code",
        "measure nothing; print the fingerprint of the code that would be, as results name it",
      ).conflicts([...measuring, "publish", "report"]),
    )
    .option("--count <number...>", `sizes of stacks (default: ${allCounts.join(", ")})`, sizes)
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
    .option("--merchants <number>", "of the sweep; 0 is none", wholeNumber, 3_000)
    .option(
      "--repetitions <number>",
      "of each situation (default: 3, from 2,000 integrations on 1)",
      positiveWholeNumber,
    )
    .option("--hours <number>", "begin nothing new after so many hours", positive);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    throw new InvalidArgumentError(
      `${JSON.stringify(text)} is no number; several stand with spaces between.`,
    );
  if (value < 0) throw new InvalidArgumentError(`${JSON.stringify(text)} is below 0.`);
  return value;
}

function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError("0 is too few.");
  return value;
}

function positiveWholeNumber(text: string): number {
  positive(text);
  return wholeNumber(text);
}

function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError(`${JSON.stringify(text)} is no whole number.`);
  return value;
}

function wholeNumbers(text: string, before: number[] = []): number[] {
  return distinct([...before, wholeNumber(text)]);
}

function sizes(text: string, before: number[] = []): number[] {
  positive(text);
  return wholeNumbers(text, before);
}
