import { Command } from "commander";
import { ownCommand } from "../../provider/base/own-package";
import { exitCodes } from "../../stack/exit-codes";
import { fitted, labelLines } from "../help";
import { withProjectOptions } from "../options";
import type { Run } from "../terminal";

const description = `Show what the next \`pulumi up\` would do with integrations that it creates.

A preview shows every new integration as a plain create. This command runs the preview and checks, with the program's own credentials, which of them exist at Pinterest already. It only reads: neither Pinterest nor state changes.`;

const outcomes = [
  [
    "will be created",
    "It does not exist. If it replaces another integration, the table names that one, and whether the update deletes it.",
  ],
  [
    "will be adopted",
    "It exists and equals the program. The update writes partner tokens and e-mail, which cannot be compared.",
  ],
  ["will be imported", "The resource option `import` names it. The preview fails if it is missing."],
  ["will be OVERWRITTEN", "It exists and differs, and the resource has `adopt: true`."],
  [
    "REFUSED",
    "The update fails for one of these reasons: it exists and differs; it belongs to another owner; its resource in state was renamed and is protected; " +
      "it replaces an integration, and pinterest:deleteLimit or pinterest:onDelete forbids the deletion.",
  ],
  ["not known before the update", "Its ID, or a value to compare, is an output that is not known yet."],
  ["NOT CHECKED", "The account is revoked, has no token, or cannot be reached."],
] as const;

const after = `
Possible outcomes:
${labelLines(outcomes)}

If an integration differs, the command prints the values of the program and of Pinterest. With --json, long values are complete. Secrets are
not printed.

The command compares the number of deletions with pinterest:deleteLimit. It does not check updates: for them, use \`${ownCommand} drift\`
and \`doctor\`. Pinterest can still reject a create that the command expects to succeed, for example because of an invalid value.

Examples:
  $ ${ownCommand} preflight
  $ ${ownCommand} preflight --cwd shops --stack production
  $ ${ownCommand} preflight --json | jq '.creates[] | select(.verdict == "refused") | .externalBusinessId'

Exit codes: ${exitCodes.ok} nothing would be refused; ${exitCodes.error} a create or deletion would be refused, a check failed, or the preview failed;
${exitCodes.usage} invalid arguments.`;

export function preflightCommand(run: Run): Command {
  return withProjectOptions(new Command("preflight"))
    .summary("Show what the next `pulumi up` would adopt, overwrite or refuse")
    .description(description)
    .option("--json", "print the report as JSON")
    .addHelpText("after", fitted(after))
    .action(run(async () => (await import("./render.js")).runPreflight));
}
