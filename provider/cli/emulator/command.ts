import { Command, Option } from "commander";
import type { Switches } from "../../../emulator";
import { ownCommand } from "../../own-command";
import type { CommandContext } from "../command-context";
import { CommandError, UsageError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { integerFrom, repeated } from "../option-values";
import { hearEndingSignals } from "../signals";
import { switchTable, valuesOfSwitch } from "./switch-help";

interface EmulatorCommandOptions {
  port: number;
  accounts: number;
  seed: number;
  rateLimits?: string;
  switch: string[];
  json?: true;
}

/** The most integrations that all accounts begin with together. */
const mostSeeded = 1_000_000;

const after = () => `
The first two lines that it prints are the environment that the provider reads. It listens on 127.0.0.1 only, and its data are gone
when it ends.

Switches, with their values, the default first:
${switchTable()}
What each does stands in node_modules/pulumi-pinterest/emulator/README.md; they can also be changed while it runs, at the
administrative address.

Examples:
  $ ${ownCommand} emulator --port 4010
  $ ${ownCommand} emulator --accounts 5 --seed 40        200 integrations to import
  $ ${ownCommand} emulator --rate-limits trial --switch generation=5.28

Exit codes: ${exitCodes.ok} ended by Ctrl-C or SIGTERM, ${exitCodes.error} it could not start, ${exitCodes.usage} a wrong command line.`;

/** `pulumi-pinterest emulator` */
export function emulatorCommand({ terminal }: CommandContext): Command {
  return new Command("emulator")
    .description("Runs a local Pinterest that programs can be tried against, until Ctrl-C.")
    .addOption(
      new Option("-p, --port <number>", "the port on 127.0.0.1; 0 is any free one")
        .argParser(integerFrom(0, 65_535))
        .default(0),
    )
    .addOption(
      new Option("--accounts <number>", "how many accounts there are: shop-1, shop-2, …")
        .argParser(integerFrom(1, 10_000))
        .default(2),
    )
    .addOption(
      new Option("--seed <number>", "how many integrations each account has to begin with")
        .argParser(integerFrom(0, 100_000))
        .default(0),
    )
    .addOption(
      new Option(
        "--rate-limits <kind>",
        "limit requests as Pinterest does (default: off, or what --switch says)",
      ).choices(["off", "standard", "trial"]),
    )
    .addOption(
      new Option("--switch <name=value>", "how this Pinterest behaves; may be repeated")
        .argParser(repeated)
        .default([], "none"),
    )
    .option("--json", "print one line of JSON in place of the text: url, administrationUrl, tokens, accounts")
    .addHelpText("after", after)
    .action(async (options: EmulatorCommandOptions) => {
      if (options.seed * options.accounts > mostSeeded) {
        throw new UsageError(
          `--seed ${options.seed} with --accounts ${options.accounts}: allowed are ${mostSeeded} in all`,
        );
      }
      const switches = await readSwitches(options);
      const { startEmulator } = await import("../../../emulator/index.js");
      const { greeting, greetingJson } = await import("./greeting.js");
      const { seedAccounts } = await import("./seed.js");
      const { port, accounts } = options;
      // Listens for the end first: one that comes while it starts is not lost.
      const ended = untilEnded();
      const emulator = await startEmulator({ port, accounts, switches }).catch((error: Error) => {
        throw new CommandError(error.message);
      });
      seedAccounts(emulator, options.seed);
      terminal.out(options.json ? greetingJson(emulator) : greeting(emulator));
      await ended;
      await emulator.stop();
    });
}

async function readSwitches(options: EmulatorCommandOptions): Promise<Partial<Switches>> {
  const { parseSwitch } = await import("../../../emulator/switches.js");
  const texts = [
    ...options.switch,
    ...(options.rateLimits === undefined ? [] : [`rateLimits=${options.rateLimits}`]),
  ];
  const parsed = texts.map((text) => {
    try {
      return parseSwitch(text);
    } catch (error) {
      const values = valuesOfSwitch(text.split("=")[0] ?? "");
      throw new UsageError(
        `--switch ${text}: ${(error as Error).message}${values === undefined ? "" : `; it takes: ${values}`}`,
      );
    }
  });
  return Object.assign({}, ...parsed);
}

/** Settles at Ctrl-C or SIGTERM. A second one ends the process at once. */
function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    const stop = hearEndingSignals(() => {
      stop();
      resolve();
    });
  });
}
