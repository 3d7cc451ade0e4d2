import { Command, Option } from "commander";
import { ownCommand } from "../../own-command";
import type { CommandContext } from "../command-context";
import { exitCodes } from "../exit-codes";
import { integerFrom, repeated } from "../option-values";
import { assertConsistent, type DriftOptions } from "./options";

const description = `Shows where Pinterest holds something else than the program says, merchant by merchant, and changes nothing.`;

const after = `
\`pulumi preview\` shows the same drift in its plan, unless pinterest:detectDrift is "refresh". In addition, this command separates drift from
changes of the program, fails if an account cannot be read, writes reports, and finds integrations that no program manages.

It runs the program in a preview with refresh. What differs is drift where Pinterest has changed since the last update; what the
program alone has changed since then is pending, and no drift. An account that is revoked, or cannot be reached, is told of
and holds up no other. Integrations that no program manages (--unmanaged) are told of, and are no drift either.

After a \`pulumi refresh\` state says what Pinterest holds, so that a change made there is pending from then on: --strict ends with
${exitCodes.drift} then too.

--heal writes what the program says over what drifted, and makes anew what is gone, as \`pulumi up --refresh\` does. A stack where
that would bring up pending changes too is left alone, unless --include-pending is given. Reports then tell of the state after it.

Examples:
  $ ${ownCommand} drift
  $ ${ownCommand} drift --all-stacks --json drift.json --html drift.html
  $ ${ownCommand} drift -C shops/eu -C shops/us -s prod --unmanaged
  $ ${ownCommand} drift --heal --yes

Exit codes: ${exitCodes.ok} no drift, ${exitCodes.error} something failed or could not be asked, ${exitCodes.usage} a wrong command line, ${exitCodes.drift} drift (something differs
or is gone), ${exitCodes.driftAndErrors} drift, and something failed too.`;

/** `pulumi-pinterest drift` */
export function driftCommand({ terminal, end }: CommandContext): Command {
  return new Command("drift")
    .description(description)
    .addOption(
      new Option("-C, --cwd <directory>", "the project's directory; may be repeated")
        .argParser(repeated)
        .default([], "."),
    )
    .addOption(
      new Option("-s, --stack <name>", "a stack; may be repeated")
        .argParser(repeated)
        .default([], "the selected one"),
    )
    .option("--all-stacks", "all stacks of the project")
    .option("--unmanaged", "also list what the accounts hold and no program manages")
    .option("--strict", "count pending changes as drift, as the engine's --expect-no-changes does")
    .option("--json [file]", "the report as JSON, to standard output without a file or with -")
    .option("--markdown [file]", "the same as Markdown, for a pull request or a job's summary")
    .option("--html <file>", "the same as a page to keep or to send")
    .option("--heal", "afterwards bring Pinterest back to what the program says, and look again")
    .option("--include-pending", "heal stacks with pending changes too, and bring those up with it")
    .option("-y, --yes", "heal without asking")
    .addOption(
      new Option("-p, --parallel <number>", "how many stacks at the same time")
        .argParser(integerFrom(1, 64))
        .default(2),
    )
    .addHelpText("after", after)
    .action(async (options: DriftOptions) => {
      assertConsistent(options, terminal.interactive);
      const { runDrift } = await import("./run.js");
      end(await runDrift(options, terminal));
    });
}
