import { Command, Option } from "commander";
import { ownCommand } from "../../provider/base/own-package";
import { exitCodes } from "../../stack/exit-codes";
import { fitted } from "../help";
import { integerFrom, repeated } from "../options";
import type { Run } from "../terminal";

const description = `Compare every integration with Pinterest, and report each property that differs. The command only reads, unless you add --fix, --adopt or --accept.`;

const after = `
The command runs a preview with refresh. A difference is drift if Pinterest has changed since the last update. It is pending if only the program
has changed. If a pending change creates an integration, the report has the outcome, as \`${ownCommand} preflight\` predicts it: create, adopt,
overwrite or refuse. If an account is revoked or cannot be reached, the report names it, and the command checks the other accounts.

\`pulumi preview\` shows the same drift in its plan, unless pinterest:detectDrift is "refresh". In addition, this command separates drift from
changes of the program, fails if an account cannot be read, writes reports, and finds integrations that no program manages.

A difference is still drift after a failed update and after \`pulumi refresh\`, which write Pinterest's values into state. With --strict,
the command also exits with ${exitCodes.drift} if changes are pending.

--fix writes the program's values back and recreates missing integrations, as \`pulumi up --refresh\` does. It skips a stack if the update would
also deploy pending changes, unless you add --include-pending. Reports then show the state after the fix.

If several integrations have the same difference, the report prints it once, with the ID of the change. The ID is the same in later reports.
--fix and --adopt apply to all drift or, with --only, to one change or integration. --accept requires --only, and writes the file
accepted-drift.yaml. Accepted drift has a section of its own. It counts as drift again after its last day, or if the value changes again.

--adopt writes Pinterest's values into YAML programs, and into TypeScript and JavaScript programs that set them as literals of
\`new CommerceIntegration("name", {…})\`. It prints the edits, and the changes that you have to make yourself. It writes neither to
Pinterest nor to state.

Examples:
  $ ${ownCommand} drift
  $ ${ownCommand} drift --all-stacks --json drift.json --html drift.html
  $ ${ownCommand} drift -C shops/eu -C shops/us -s prod --unmanaged
  $ ${ownCommand} drift --fix --yes
  $ ${ownCommand} drift --fix --only 3f2a91c0
  $ ${ownCommand} drift --accept --only 3f2a91c0 --reason "Test of a new tag" --until 2026-12-31
  $ ${ownCommand} drift --baseline yesterday.json --new-only
  $ ${ownCommand} drift --adopt

Exit codes: ${exitCodes.ok} no drift that counts (none, only accepted drift, or with --new-only nothing new); ${exitCodes.error} something failed or could not be checked; ${exitCodes.usage} invalid arguments; ${exitCodes.drift} drift;
${exitCodes.driftAndErrors} drift and failures.`;

export function driftCommand(run: Run): Command {
  return new Command("drift")
    .description(description)
    .option("-C, --cwd <directory>", "the project's directory; can be repeated (default: .)", repeated)
    .option("-s, --stack <name>", "a stack; can be repeated (default: the selected one)", repeated)
    .addOption(new Option("--all-stacks", "all stacks of the project").conflicts("stack"))
    .option("--unmanaged", "also list integrations that no program manages")
    .option("--strict", "count pending changes as drift, as Pulumi's --expect-no-changes does")
    .option("--json [file]", "write the report as JSON, to standard output without a file or with -")
    .option("--markdown [file]", "write the report as Markdown, for a pull request or a job summary")
    .option(
      "--pull-request",
      "let the Markdown report describe the deployment after the merge, instead of commands to run",
    )
    .option("--html <file>", "write the report as an HTML page")
    .option(
      "--baseline <file>",
      "compare with an earlier report of --json: mark new findings, and list resolved ones",
    )
    .addOption(
      new Option(
        "--new-only",
        "exit with an error only for findings that the baseline does not have; cannot be combined with --fix or --adopt",
      ).conflicts(["fix", "adopt"]),
    )
    .option("--accept", "accept the drift that --only names until a day, in the file accepted-drift.yaml")
    .option("--reason <text>", "why it is accepted")
    .option("--until <day>", "the last day on which it is accepted, such as 2026-12-31")
    .option("--by <name>", "who accepts it (default: the name in Git's configuration, or the user's name)")
    .option(
      "--only <change>",
      "with --fix, --adopt or --accept: the ID of a change in the report, or the name of a resource; can be repeated",
      repeated,
    )
    .option("--fix", "write the program's values back to Pinterest, and check again")
    .addOption(
      new Option("--adopt", "write Pinterest's values into the program, and check again").conflicts([
        "fix",
        "accept",
      ]),
    )
    .option("--include-pending", "also fix stacks with pending changes, and deploy those changes")
    .option("-y, --yes", "fix or adopt without confirmation")
    .option("-p, --parallel <number>", "number of stacks at a time", integerFrom(1, 64), 2)
    .addHelpText("after", fitted(after))
    .action(run(async () => (await import("./run.js")).runDrift));
}
