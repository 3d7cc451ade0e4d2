import { Command, Option } from "commander";
import { ownCommand } from "../../own-command";
import { withAccountOptions } from "../accounts/choice";
import type { CommandContext } from "../command-context";
import { exitCodes } from "../exit-codes";
import { withProjectOptions } from "../stack/options";
import type { ImportOptions } from "./options";

const after = `
Nothing is written when an id that you name cannot be imported. An account that fails is told, and the others go on. A run that failed
or was cut off goes on where it ended when the same command is given again within an hour.

Where pinterest-integrations.ts is there already, as after an earlier import, a further import writes pinterest-integrations-2.ts, and so
on; the program takes in both. Likewise an import file that was left over stays.

Paths are taken from the project's directory. The import file and the file of partner secrets hold what Pinterest shows of partner
tokens in clear: they are readable for you only, and to be removed afterwards (--run does so).

Examples:
  $ ${ownCommand} import                              tick integrations in a list
  $ ${ownCommand} import my-shop-1 my-shop-2          these two
  $ ${ownCommand} import --all --run                  everything of all configured accounts, into the stack
  $ ${ownCommand} import --prefix de- -a north        what begins so, of one account
  $ pulumi preview --import-file import.json && ${ownCommand} import --fill import.json
                                                         what the program declares already

Exit codes: ${exitCodes.ok} fine, also when nothing is left to import; ${exitCodes.error} an id was refused, or an account or the import failed; ${exitCodes.usage} a wrong command
line; ${exitCodes.interrupted} ended by Ctrl-C.`;

/** `pulumi-pinterest import` */
export function importCommand(context: CommandContext): Command {
  const command = new Command("import")
    .summary("bring integrations that exist at Pinterest under management")
    .description(
      "Brings integrations that exist at Pinterest under Pulumi's management: writes a program that declares them as they are, and the file for `pulumi import --file`.",
    )
    .argument("[ids...]", "external business ids")
    .option("--all", "everything that the accounts hold")
    .option("--prefix <text>", "what has an external business id that begins so")
    .option("--merchant <id>", "what is connected to this merchant")
    .option("--advertiser <id>", "what is connected to this advertiser")
    .option("--tag <id>", "what is connected to this tag; filters may be combined");
  return withProjectOptions(withAccountOptions(command))
    .option(
      "--file <path>",
      "the file for `pulumi import --file` (default: pinterest-import.json, or the next free name)",
    )
    .option(
      "--program <path>",
      "the program text: .ts is TypeScript, .js and .cjs CommonJS, .mjs an ES module, .yaml YAML (default: pinterest-integrations.ts, in a project of YAML pinterest-integrations.yaml, or the next free name)",
    )
    .option(
      "--native",
      "for programs that use the provider plugin (`pulumi-pinterest/native`, YAML; default: what the stack and Pulumi.yaml show)",
    )
    .option("--no-native", "for programs that import `pulumi-pinterest`, and need no plugin")
    .addOption(
      new Option(
        "--secrets <where>",
        "where the program has partner tokens and e-mail from: the stack's configuration, or nowhere, which leaves them unmanaged",
      )
        .choices(["config", "omit"])
        .default("config"),
    )
    .option(
      "--protect",
      "protect them against deletion in the program too (default: until the program declares them)",
    )
    .option("--run", "perform the import on the stack at once")
    .option("--fill <file>", "fill the file that `pulumi preview --import-file <file>` wrote")
    .option(
      "--overwrite",
      "replace files that exist (default: refuse those that are named, and take the next free name for the others)",
    )
    .option("--restart", "forget what an earlier run has listed")
    .option("--json", "print the result as JSON")
    .addHelpText("after", after)
    .action(async (ids: string[], options: ImportOptions) => {
      if (options.fill !== undefined) {
        const { fillFile } = await import("./fill-file.js");
        await fillFile(options.fill, ids, options, context);
        return;
      }
      const { importIntegrations } = await import("./import-integrations.js");
      await importIntegrations(ids, options, context);
    });
}
