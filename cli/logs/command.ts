import { Command } from "commander";
import { ownCommand } from "../../provider/base/own-package";
import { exitCodes } from "../../stack/exit-codes";
import { fitted, labelLines } from "../help";
import { integerFrom, withProjectOptions } from "../options";
import type { Run } from "../terminal";

const after = `
Each line of the file is a JSON object with the arguments of IntegrationLog. The names of Pinterest's API (client_timestamp, event_type, …) work
too. clientTimestamp, in milliseconds since 1970, eventType and logLevel are required:

  {"clientTimestamp": 1767225600000, "eventType": "APP", "logLevel": "ERROR", "message": "The feed was not found."}

The command sends the lines in order, up to 250 per request, and waits for rate limits. It rejects lines that are not JSON, exceed a limit,
or look like they contain a token. Memory use does not depend on the length of the file.

If an error or Ctrl-C stops the command, it prints the first line that Pinterest has not confirmed. To continue there, add --from-line. The
first Ctrl-C waits for the response to the request in progress; the second one exits at once.

If a response is lost, Pinterest may have recorded the lines of the request. The command stops, and prints the last of these lines. If you send
them again, Pinterest keeps both copies. To skip them, use a higher number.

Properties of the JSON result:
${labelLines([
  ["sent", "number of accepted entries (with --dry-run: valid, the number of valid lines)"],
  ["rejected", "number of rejected entries"],
  ["ended", "done, stopped or interrupted"],
  ["nextLine", "the line to continue at, unless ended is done"],
  ["unknownLines", "the first and last line that Pinterest may have recorded after a lost response"],
])}

To send rejected entries again, correct them in another file:
  $ ${ownCommand} logs send app.log --rejected rejected.log
  $ jq -c .entry rejected.log > corrected.log
  $ ${ownCommand} logs send corrected.log

Examples:
  $ ${ownCommand} logs send app.log --dry-run
  $ ${ownCommand} logs send app.log --account shop-a
  $ zcat app.log.gz | ${ownCommand} logs send - --json

Exit codes: ${exitCodes.ok} Pinterest accepted all entries; ${exitCodes.error} entries were rejected, or the command stopped; ${exitCodes.usage} invalid arguments;
${exitCodes.interrupted} interrupted.`;

export function logsCommand(run: Run): Command {
  const send = withProjectOptions(
    new Command("send")
      .description("Send a file of log entries to Pinterest's integration log.")
      .argument("<file>", "a file of JSON lines; - is standard input")
      .option(
        "-a, --account <name>",
        "the account whose token sends the entries, by its name in the configuration (default: the default account)",
      ),
  )
    .option(
      "--from-line <number>",
      "start at this line (default: 1)",
      integerFrom(1, Number.MAX_SAFE_INTEGER),
    )
    .option(
      "--rejected <file>",
      "write rejected entries to this file, as JSON lines {line, field, reason, entry}, and append them with --from-line (default: print the first 20)",
    )
    .option("--dry-run", "check all lines, but send nothing")
    .option("--json", "print the result as JSON: {sent, rejected, ended, nextLine, unknownLines}")
    .addHelpText("after", fitted(after))
    .action(run(async () => (await import("./send.js")).sendLogs));
  return new Command("logs").description("Send entries to Pinterest's integration log.").addCommand(send);
}
