import { Command, Option } from "commander";
import { ownCommand } from "../../own-command";
import type { CommandContext } from "../command-context";
import { exitCodes } from "../exit-codes";
import { withProjectOptions } from "../stack/options";
import type { SendOptions } from "./send";

const after = `
Each line of the file is a JSON object with the arguments of IntegrationLog. The names of Pinterest's API (client_timestamp, event_type, …) work
too. clientTimestamp, in milliseconds since 1970, eventType and logLevel are required:

  {"clientTimestamp": 1767225600000, "eventType": "APP", "logLevel": "ERROR", "message": "The feed was not found."}

The command sends the lines in order, up to 250 per request, and waits for rate limits. It rejects lines that are not JSON, exceed a limit,
or look like they contain a token. Memory use does not depend on the length of the file.

The journal records how much of the file was sent, and nothing of its entries. Run the same command again to continue where it stopped, and to
send lines that were added. To send the whole file again, delete the journal.

If the answer to a request is lost, Pinterest may have recorded its lines. If they were sent again, it would keep both copies. The command stops
and names the lines. Choose with --resend-unknown or --skip-unknown. If two answers in a row are lost, the command stops in any case.

The journal also records rejected and skipped lines. While it contains such lines, every run on the file names them and exits with ${exitCodes.error}. The JSON
result counts them as rejectedEarlier and unknownEarlier.

To send rejected entries again, correct them in another file:
  $ ${ownCommand} logs send app.log --rejected rejected.log
  $ jq -c .entry rejected.log > corrected.log
  $ ${ownCommand} logs send corrected.log

Examples:
  $ ${ownCommand} logs send app.log --dry-run
  $ ${ownCommand} logs send app.log --account shop-a
  $ zcat app.log.gz | ${ownCommand} logs send - --skip-unknown --json

Exit codes: ${exitCodes.ok} Pinterest accepted all entries of the file; ${exitCodes.error} entries were rejected or skipped in any run, or the command stopped; ${exitCodes.usage} a
wrong command line; ${exitCodes.interrupted} interrupted.`;

/** `pulumi-pinterest logs` */
export function logsCommand({ terminal, end }: CommandContext): Command {
  const send = withProjectOptions(
    new Command("send")
      .description(
        "Send a file of log entries to Pinterest's integration log, and continue where an earlier run stopped.",
      )
      .argument("<file>", "a file of JSON lines; - is standard input")
      .option(
        "-a, --account <name>",
        "the account whose token sends the entries, by its name in the configuration (default: the default account)",
      ),
  )
    .option(
      "--journal <file>",
      "where to record the progress (default: the file's name and .sent; none for -)",
    )
    .option(
      "--rejected <file>",
      "write rejected entries to this file, as JSON lines {line, field, reason, entry} (default: print the first 20)",
    )
    .addOption(
      new Option("--resend-unknown", "send entries again that Pinterest may have recorded already").conflicts(
        "skipUnknown",
      ),
    )
    .option("--skip-unknown", "skip entries that Pinterest may have recorded already")
    .option("--dry-run", "check all lines, but send nothing")
    .option(
      "--json",
      "print {sent, rejected, unknown, skipped, rejectedEarlier, unknownEarlier, ended} as JSON",
    )
    .addHelpText("after", after)
    .action(async (file: string, options: SendOptions) => {
      const { sendLogs } = await import("./send.js");
      end(await sendLogs(file, options, terminal));
    });
  return new Command("logs").description("Send entries to Pinterest's integration log.").addCommand(send);
}
