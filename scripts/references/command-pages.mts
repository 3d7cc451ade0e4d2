import { Command, type Option } from "commander";
import type { commands } from "../../cli/command-line.ts";
import type { exitCodes } from "../../stack/exit-codes.ts";
import type { Declarations } from "../schema/declarations.mts";
import { code, either, helpText, page, prose, type Row, table } from "./markdown.mts";

type Commands = typeof commands;

/**
 * A page of each command, without those of fleets, and a page that lists them with the exit codes.
 *
 * @param sampleOf returns what a command prints, after the command line
 */
export function commandPages(
  commands: Commands,
  codes: typeof exitCodes,
  declarations: Declarations,
  sampleOf: (command: string) => string,
): Record<string, string> {
  const listed = programOf(commands).filter((command) => command.name() !== "fleet");
  const fileOf = (command: Command) => `command-${command.name()}.md`;
  const list = page(
    "Commands",
    prose(
      "This page is for users who search for a command or the meaning of an exit code. For how to use the commands, see [command " +
        "line](../command-line.md). `--help` prints the text of these pages. The commands of fleets are in [fleet commands](fleet-commands.md).",
    ),
    table(
      listed.map((command) => ({
        command: `[${command.name()}](${fileOf(command)})`,
        purpose: firstParagraph(command.description()),
      })),
    ),
    "## Exit codes",
    exitCodeTable(codes, declarations),
  );
  return {
    "commands.md": list,
    ...Object.fromEntries(listed.map((command) => [fileOf(command), commandPage(command, sampleOf)])),
  };
}

function commandPage(command: Command, sampleOf: (command: string) => string): string {
  const guide = guides[command.name()] ?? "[command line](../command-line.md)";
  const [description = "", ...help] = helpOf(command);
  return page(
    `pulumi-pinterest ${command.name()}`,
    description,
    prose(
      `This page is for users who need an option, an exit code or a sample of the output. For how to use the command, see ${guide}.`,
    ),
    ...help,
    ...command.commands.flatMap(section),
    "## Sample output",
    sampleBlock(sampleOf(command.name())),
  );
}

function sampleBlock(sample: string): string {
  return `\`\`\`console\n${sample.trimEnd()}\n\`\`\``;
}

const guides: Readonly<Record<string, string>> = {
  import: "[import](../import.md)",
  drift: "[drift](../drift.md)",
  emulator: "[emulator](../../emulator/README.md)",
};

function firstParagraph(text: string): string {
  return text.replace(/\n\n.*/s, "");
}

const fleetRunCommands = ["preview", "up", "drift", "destroy", "status", "results", "cancel"];

/**
 * The commands of fleets: those that run shards and show the runs, and all others.
 *
 * @param sampleOf returns what a command prints, after the command line
 */
export function fleetCommandPages(
  commands: Commands,
  sampleOf: (command: string) => string,
): Record<string, string> {
  const fleet = programOf(commands).find((command) => command.name() === "fleet");
  if (fleet === undefined) throw new Error("The command line has no command named fleet.");
  const commandsOf = (isRun: boolean) =>
    fleet.commands.filter((command) => fleetRunCommands.includes(command.name()) === isRun);
  const sectionsOf = (isRun: boolean) =>
    commandsOf(isRun).flatMap((command) => [
      ...section(command),
      foldedSample(sampleOf(`fleet-${command.name()}`)),
    ]);
  const introOf = (isRun: boolean, purpose: string) =>
    `This page has the options of the commands that ${purpose}: ${commandsOf(isRun)
      .map((command) => code(command.name()))
      .join(", ")}.`;
  const guide =
    "For how to use the commands, see [fleets](../fleet/README.md). `--help` prints the same text.";
  return {
    "fleet-commands.md": page(
      "Fleet commands",
      prose(
        `${introOf(false, "set up a fleet, change its merchants, run its workers and monitor it")} The commands that deploy and check the shards are in [fleet run commands](fleet-run-commands.md). ${guide}`,
      ),
      ...helpOf(fleet),
      ...sectionsOf(false),
    ),
    "fleet-run-commands.md": page(
      "Fleet run commands",
      prose(
        `${introOf(true, "deploy and check the shards of a fleet, and show or cancel runs")} The other commands are in [fleet commands](fleet-commands.md). ${guide}`,
      ),
      ...sectionsOf(true),
    ),
  };
}

function programOf(commands: Commands): readonly Command[] {
  const program = new Command("npx pulumi-pinterest");
  for (const make of commands) program.addCommand(make(() => async () => {}));
  return program.commands;
}

function exitCodeTable(codes: typeof exitCodes, declarations: Declarations): string {
  const { checker } = declarations;
  const symbol = declarations.exported("exitCodes");
  const meanings = checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)).map((property): Row => {
    const number = codes[property.name as keyof typeof codes];
    return { "exit code": String(number), meaning: declarations.text(property) };
  });
  return table(meanings);
}

function section(command: Command): string[] {
  return [`## ${namesOf(command).join(" ")}`, ...helpOf(command)];
}

/** The help of a command, without its name. */
function helpOf(command: Command): string[] {
  const help = command.createHelp();
  const usage = help.commandUsage(command);
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  const isGroup = command.commands.length > 0;
  return [
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
  ];
}

/** A long sample is folded, because the page has several commands. */
function foldedSample(sample: string): string {
  const block = sampleBlock(sample);
  return block.split("\n").length < 25
    ? `Sample output:\n\n${block}`
    : `<details>\n<summary>Sample output</summary>\n\n${block}\n\n</details>`;
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
    getOutHelpWidth: () => 120,
  });
  command.outputHelp();
  return text.slice(command.helpInformation().length);
}
