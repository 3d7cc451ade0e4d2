// The command line of npm run bench.
import { Command, Option } from "commander";
import { choice } from "./choice.mts";
import { allCounts, latencies } from "./matrix.mts";
import { positive, positiveWholeNumber, sizes, wholeNumber, wholeNumbers } from "./numbers.mts";
import { type Accounts, type Peer, peers } from "./results.mts";

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
  readonly figures: boolean;
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
  "figures",
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
    .addOption(choice("--peer <name...>", "what is compared", peers))
    .addOption(choice("--accounts <kind...>", "one account, or one each", ["one", "each"], "both"))
    .option(
      "--latency <ms...>",
      `how long the emulator waits with each answer (default: ${latencies.join(", ")})`,
      wholeNumbers,
    )
    .option("--no-figures", "leave out what takes no engine: import, client, installed packages")
    .option("--merchants <number>", "of the sweep; 0 is none", wholeNumber, 3_000)
    .option(
      "--repetitions <number>",
      "of each situation (default: 3, from 2,000 integrations on 1)",
      positiveWholeNumber,
    )
    .option("--hours <number>", "begin no other round after so many hours", positive);
}
