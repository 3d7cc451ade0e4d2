import { Command, type Option } from "commander";
import type { commands } from "../../cli/commands.ts";
import type { exitCodes } from "../../cli/exit-codes.ts";
import { textOf } from "../schema/descriptions.mts";
import type { Declarations } from "../schema/program.mts";
import { code, either, helpText, page, prose, type Row, table } from "./markdown.mts";

type Exports = { readonly commands: typeof commands; readonly exitCodes: typeof exitCodes };

/** The commands, without those of fleets, from commander's command tree. */
export function commandsPage({ commands, exitCodes }: Exports, declarations: Declarations): string {
  return page(
    "Commands",
    prose(
      "For how to use the commands, see [command line](../command-line.md). `--help` prints the same text. The commands of fleets are in " +
        "[fleet commands](fleet-commands.md).",
    ),
    "## Exit codes",
    exitCodeTable(exitCodes, declarations),
    ...programOf(commands)
      .filter((command) => command.name() !== fleet)
      .flatMap(sections),
  );
}

/** The commands of fleets. */
export function fleetCommandsPage({ commands }: Pick<Exports, "commands">): string {
  return page(
    "Fleet commands",
    prose("For how to use these commands, see [fleets](../fleet.md). `--help` prints the same text."),
    ...programOf(commands)
      .filter((command) => command.name() === fleet)
      .flatMap(sections),
  );
}

const fleet = "fleet";

function programOf(commands: Exports["commands"]): readonly Command[] {
  const program = new Command("npx pulumi-pinterest");
  const unused = undefined as never;
  for (const make of commands) program.addCommand(make({ terminal: unused, end: unused }));
  return program.commands;
}

function exitCodeTable(codes: Exports["exitCodes"], declarations: Declarations): string {
  const { checker } = declarations;
  const symbol = declarations.exported("exitCodes");
  const meanings = checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)).map((property): Row => {
    const number = codes[property.name as keyof typeof codes];
    return { "exit code": String(number), meaning: textOf(property, checker) };
  });
  return table(meanings);
}

/** A command and its subcommands, a section each. */
function sections(command: Command): string[] {
  const help = command.createHelp();
  const usage = help.commandUsage(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  const isGroup = command.commands.length > 0;
  return [
    `## ${namesOf(command).join(" ")}`,
    // Help texts quote commands with backticks, as Markdown does.
    prose(command.description()),
    ...(isGroup ? [] : [`\`\`\`text\n${usage}\n\`\`\``]),
    ...tableOf(
      command.registeredArguments.map((argument) => ({
        argument: code(argument.name()),
        required: argument.required ? "yes" : "",
        meaning: argument.description,
      })),
    ),
    ...tableOf(options.map(optionRow)),
    helpText(textAfterHelp(command)),
    ...command.commands.flatMap(sections),
  ];
}

/** The names of a command and of the groups that it is in. */
function namesOf(command: Command): string[] {
  return command.parent === null ? [] : [...namesOf(command.parent), command.name()];
}

function tableOf(rows: readonly Row[]): string[] {
  return rows.length === 0 ? [] : [table(rows)];
}

function optionRow({ flags, description, defaultValue, defaultValueDescription, argChoices }: Option): Row {
  const hasDefault = defaultValue !== undefined && typeof defaultValue !== "boolean";
  return {
    option: code(flags),
    meaning: description,
    values: argChoices === undefined ? "" : either(argChoices.map(code)),
    default: hasDefault ? (defaultValueDescription ?? code(String(defaultValue))) : "",
  };
}

/** The text that a command adds to its help. */
function textAfterHelp(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.slice(command.helpInformation().length);
}
