import { Command } from "commander";
import { ownCommand } from "../../provider/base/own-package";
import { exitCodes } from "../../stack/exit-codes";
import { fitted, labelLines } from "../help";
import { withAccountOptions, withProjectOptions } from "../options";
import type { Run } from "../terminal";
import { checkIds } from "./checks";

const description =
  "Check Node.js, Pulumi, the project, its configuration, the network and every account's token, and print how to fix problems.";

const after = `
The command only reads from Pinterest: once without a token, then one integration of each account. An app with Trial access has 1,000 requests a
day for all of its accounts. Reads cannot verify the scope ads:write.

Unless you name the accounts, the command checks those of the configuration and of the stack's integrations. \`pulumi preview\` also reports
accounts that only the program names.

A refresh token is exchanged if an update would exchange it, and the token file keeps the new tokens. An account command runs once for all
accounts.

Without a project or a stack, the command checks the environment only. It does not check the tokens of explicit providers.

Examples:
  $ ${ownCommand} doctor                         the project, its selected stack, and all of its accounts
  $ ${ownCommand} doctor -s prod -a north        one account of a stack
  $ ${ownCommand} doctor --json                  {"checks": [{id, group, account?, status, found, remedy?}], "summary"}

IDs of the checks in --json; the status of a check is ok, warning or error:
${labelLines(Object.entries(checkIds).map(([id, { about }]) => [id, about]))}

Exit codes: ${exitCodes.ok} no errors (there can be warnings); ${exitCodes.error} errors; ${exitCodes.usage} invalid arguments.`;

export function doctorCommand(run: Run): Command {
  return withAccountOptions(withProjectOptions(new Command("doctor")))
    .description(description)
    .option(
      "--verbose",
      "print every check of every account (default: with more than three accounts, print equal checks once)",
    )
    .option("--json", "print the checks as JSON")
    .addHelpText("after", fitted(after))
    .action(run(async () => (await import("./doctor.js")).runDoctor));
}
