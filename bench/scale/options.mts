// The command line of bench/scale.
import { Command } from "commander";
import { choice } from "../choice.mts";
import { positiveWholeNumber, wholeNumber } from "../numbers.mts";
import { type Access, accesses } from "./limits.mts";
import { type Order, orders, type SpreadName, spreads } from "./scenarios.mts";

export interface Options {
  readonly spread: SpreadName[];
  readonly access: Access[];
  readonly order: Order[];
  readonly parallel: number;
  readonly latency: number;
  readonly seed: number;
  readonly write?: true;
}

/** Ends the process where they are wrong, or only ask for help. */
export function parseOptions(): Options {
  return scaleCommand().parse().opts<Options>();
}

export function scaleCommand(): Command {
  return new Command("node bench/scale/main.mts")
    .description(
      "Simulates drift checks of very many integrations against Pinterest's published limits, in virtual time, with the built product.",
    )
    .addOption(
      choice(
        "--spread <name...>",
        "accounts: 1,000 accounts with 100 integrations each; account: one with 100,000; merchants: 3,000 with one each",
        Object.keys(spreads),
      ),
    )
    .addOption(choice("--access <name...>", "whose published limits", accesses))
    .addOption(choice("--order <name...>", "in which order integrations are read", orders))
    .option(
      "--parallel <number>",
      "how many reads the engine has under way at a time; 8 is its default on two cores",
      positiveWholeNumber,
      8,
    )
    .option("--latency <ms>", "from a request to its answer", wholeNumber, 100)
    .option("--seed <number>", "of the shuffled order", wholeNumber, 1)
    .option("--write", "replace the table in README.md");
}
