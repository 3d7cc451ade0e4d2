import { Command, Option } from "commander";
import { ownCommand } from "../../provider/base/own-package";
import { exitCodes } from "../../stack/exit-codes";
import { fitted } from "../help";
import { withAccountOptions, withProjectOptions } from "../options";
import type { Run } from "../terminal";

const after = `
If an ID that you name cannot be imported, the command writes nothing. If an account fails, the command reports it and continues with the
others. If a run failed or was interrupted, run the same command again.

If pinterest-integrations.ts exists, for example after an earlier import, the command writes pinterest-integrations-2.ts, and so on. Import both
into your program. The command also keeps an existing import file, and writes another one.

Paths are relative to the project's directory. The import file and the file of partner secrets can contain partner tokens in plaintext. Only you
can read them. Delete them afterwards. With --run, the command deletes them.

Examples:
  $ ${ownCommand} import                              choose integrations from a list
  $ ${ownCommand} import my-shop-1 my-shop-2          import these two
  $ ${ownCommand} import --all --run                  import everything of all configured accounts into the stack
  $ ${ownCommand} import --prefix de- -a north        import the IDs of one account that start with de-

Exit codes: ${exitCodes.ok} success, or nothing to import; ${exitCodes.error} an ID was refused, or an account or the import failed; ${exitCodes.usage} invalid
arguments; ${exitCodes.interrupted} interrupted.`;

export function importCommand(run: Run): Command {
  const command = new Command("import")
    .summary("Import existing integrations")
    .description(
      "Import existing integrations: write a program that declares them, and the file for `pulumi import --file`. The command does not change Pinterest.",
    )
    .argument("[ids...]", "external business IDs")
    .option("--all", "all integrations of the accounts")
    .option("--prefix <text>", "integrations whose external business ID starts with this text")
    .option("--merchant <id>", "integrations with this connectedMerchantId")
    .option("--advertiser <id>", "integrations that are connected to this advertiser")
    .option("--tag <id>", "integrations that are connected to this tag; several filters must all match");
  return withProjectOptions(withAccountOptions(command))
    .option(
      "--file <path>",
      "the file for `pulumi import --file` (default: pinterest-import.json, or the next free name)",
    )
    .option(
      "--program <path>",
      "the program; its extension .ts, .js, .cjs, .mjs or .yaml selects the language (default: pinterest-integrations or the next free name, next to your program and in its language)",
    )
    .option(
      "--native",
      "write a program for the plugin: `pulumi-pinterest/native` or YAML (default: detected from the stack and Pulumi.yaml)",
    )
    .option("--no-native", "write a program for the dynamic provider: `pulumi-pinterest`")
    .addOption(
      new Option(
        "--secrets <where>",
        "read partner tokens and e-mail from the stack's configuration, or leave them unmanaged",
      )
        .choices(["config", "omit"])
        .default("config"),
    )
    .option(
      "--protect",
      "write `protect: true` into the program, so that the integrations stay protected from deletion (default: the next `pulumi up` removes the protection)",
    )
    .option(
      "--run",
      "run `pulumi import` on the stack, and delete the import file (default: only write the files)",
    )
    .option(
      "--overwrite",
      "replace existing files (default: refuse files that you name, and take the next free name for others)",
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", fitted(after))
    .action(run(async () => (await import("./import.js")).importIntegrations));
}
