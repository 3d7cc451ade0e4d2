import { Command } from "commander";
import { ownCommand } from "../../own-command";
import { type AccountOptions, withAccountOptions } from "../accounts/choice";
import type { CommandContext } from "../command-context";
import { exitCodes } from "../exit-codes";
import { type ProjectOptions, withProjectOptions } from "../stack/options";
import { checkIds } from "./check";

interface DoctorOptions extends ProjectOptions, AccountOptions {
  json?: boolean;
  verbose?: boolean;
}

const description =
  "Says what is wrong before an update does: Node.js, Pulumi, the project, its configuration, the way to Pinterest, and every account's token.";

const after = `
Pinterest is only read: once without a token, then one integration of each account's list, which is one request of the account's
rate limit (an app with Trial access has 1,000 a day for all of its accounts together). A refresh token is exchanged where an
update would exchange it, and the token file keeps what comes of it; an account command is run once for all accounts. Whether a
token has ads:write no reading shows.
Without a project or a stack the environment alone is looked at. Tokens of explicit providers are not.

Examples:
  $ ${ownCommand} doctor                         this project, its selected stack, and all of its accounts
  $ ${ownCommand} doctor -s prod -a north        one account of a stack
  $ ${ownCommand} doctor --json                  for a program: {"checks": [{id, group, account?, status, found, remedy?}], "summary"}

Checks, by the ids that --json has; the status of each is ok, warning or error:
${Object.entries(checkIds)
  .map(([id, { about }]) => `  ${id.padEnd(17)}${about}`)
  .join("\n")}

Exit codes: ${exitCodes.ok} nothing is wrong (there may be warnings), ${exitCodes.error} something is wrong, ${exitCodes.usage} a wrong command line.`;

/** `pulumi-pinterest doctor` */
export function doctorCommand({ terminal, end }: CommandContext): Command {
  return withAccountOptions(withProjectOptions(new Command("doctor")))
    .description(description)
    .option(
      "--verbose",
      "a line for every check of every account (default: of more than three accounts only what is wrong)",
    )
    .option("--json", "print a JSON document")
    .addHelpText("after", after)
    .action(async ({ json = false, verbose = false, ...options }: DoctorOptions) => {
      const { examine } = await import("./examine.js");
      const { reportOf } = await import("./report.js");
      const { renderReport } = await import("./render.js");
      const checks = await examine({
        ...options,
        notify: (message) => terminal.note(message),
        onProgress: (text) => terminal.progress(text),
      });
      const report = reportOf(checks);
      terminal.out(json ? JSON.stringify(report, undefined, 2) : renderReport(report, terminal, verbose));
      end(report.summary.errors > 0 ? exitCodes.error : exitCodes.ok);
    });
}
