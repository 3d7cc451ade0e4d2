import { Command, Option } from "commander";
import { ownCommand } from "../../own-command";
import type { CommandContext } from "../command-context";
import { exitCodes } from "../exit-codes";
import { withProjectOptions } from "../stack/options";
import type { SendOptions } from "./send";

const after = `
Each line of the file is one entry, a JSON object with the fields of IntegrationLog, by the names of this package
(clientTimestamp, eventType, logLevel, …) or by those of Pinterest's API (client_timestamp, event_type, log_level, …). These three
are required: the time too, in milliseconds since 1970, which the resource IntegrationLog may leave out:

  {"clientTimestamp": 1767225600000, "eventType": "APP", "logLevel": "ERROR", "message": "The feed was not found."}

Lines go to Pinterest in their order, 250 at most in a request, and a file of any length takes the same memory. A line that is no
JSON, exceeds a limit or holds what looks like a token is not sent. Rate limits are waited for.

The journal keeps how far the file is sent, and nothing of its entries: the same command goes on where the last one stopped, whatever
stopped it, and sends what was added to the file since. When all is sent it stays, so that nothing is sent twice; delete it to
send the file again. Where an answer is lost, nobody knows whether Pinterest has recorded those lines, and it keeps both where
an entry is sent twice: the command stops and names them, and --resend-unknown or --skip-unknown decides. Two answers lost one
after the other stop it in any case.

The journal also keeps which lines were rejected or passed over: while there are any, every run on the file ends with ${exitCodes.error}, names
them, and counts them apart from its own (rejectedEarlier, unknownEarlier).

To send rejected entries again, correct them in a file of their own:
  $ ${ownCommand} logs send app.log --rejected rejected.log
  $ jq -c .entry rejected.log > corrected.log
  $ ${ownCommand} logs send corrected.log

Examples:
  $ ${ownCommand} logs send app.log --dry-run
  $ ${ownCommand} logs send app.log --account shop-a
  $ zcat app.log.gz | ${ownCommand} logs send - --skip-unknown --json

Exit codes: ${exitCodes.ok} all entries of the file were taken, ${exitCodes.error} some were rejected or passed over, now or earlier, or it stopped,
${exitCodes.usage} a wrong command line, ${exitCodes.interrupted} stopped by Ctrl-C.`;

/** `pulumi-pinterest logs` */
export function logsCommand({ terminal, end }: CommandContext): Command {
  const send = withProjectOptions(
    new Command("send")
      .description(
        "Sends a file of log entries to Pinterest's log of integrations, and goes on where it was stopped.",
      )
      .argument("<file>", "JSON lines; - is standard input")
      .option(
        "-a, --account <name>",
        "the account whose log it is, by its name in the configuration (default: the default account)",
      ),
  )
    .option(
      "--journal <file>",
      "where to keep how far it is (default: the file's name and .sent; none for -)",
    )
    .option(
      "--rejected <file>",
      "a file for what is not taken, as JSON lines {line, field, reason, entry}; without it the first 20 are shown",
    )
    .addOption(
      new Option(
        "--resend-unknown",
        "send entries again of which nobody knows whether Pinterest has recorded them",
      ).conflicts("skipUnknown"),
    )
    .option("--skip-unknown", "pass over such entries")
    .option("--dry-run", "check all lines, and send nothing")
    .option(
      "--json",
      "print {sent, rejected, unknown, skipped, rejectedEarlier, unknownEarlier, ended} as JSON",
    )
    .addHelpText("after", after)
    .action(async (file: string, options: SendOptions) => {
      const { sendLogs } = await import("./send.js");
      end(await sendLogs(file, options, terminal));
    });
  return new Command("logs").description("Works with Pinterest's log of integrations.").addCommand(send);
}
