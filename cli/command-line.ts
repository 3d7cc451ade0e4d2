import { Command, CommanderError, type OutputConfiguration } from "commander";
import { sentence } from "../provider/base/message-text";
import { packageVersion } from "../provider/base/own-package";
import { assertNode } from "../provider/run/installation";
import { CommandError, ExplainedError } from "../stack/command-error";
import { type ExitCode, exitCodes } from "../stack/exit-codes";
import { doctorCommand } from "./doctor/command";
import { driftCommand } from "./drift/command";
import { emulatorCommand } from "./emulator/command";
import { fleetCommand } from "./fleet/command";
import { fitted, helpWidth, narrowestText } from "./help";
import { importCommand } from "./import/command";
import { logsCommand } from "./logs/command";
import { preflightCommand } from "./preflight/command";
import { type Run, type Terminal, visibleTerminal } from "./terminal";

/** All subcommands, in the order of the help. */
export const commands = [
  importCommand,
  driftCommand,
  preflightCommand,
  doctorCommand,
  logsCommand,
  fleetCommand,
  emulatorCommand,
];

const description = `Import Pinterest commerce integrations into Pulumi, and find and fix drift.`;

const after = `
Run a command in the directory of your Pulumi project. Tokens come from the stack's configuration (pinterest:accessToken, pinterest:accounts,
…), or else from the environment (PINTEREST_ACCESS_TOKEN, …).

Exit codes: ${exitCodes.ok} success; ${exitCodes.error} something failed; ${exitCodes.usage} invalid arguments; ${exitCodes.drift} drift; ${exitCodes.driftAndErrors} drift and failures; ${exitCodes.interrupted} interrupted.`;

/** Runs the command line, and returns the exit code. Prints all messages, and never throws. */
export async function runCommandLine(
  args: readonly string[],
  output: Terminal,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const terminal = visibleTerminal(output);
  let exitCode: ExitCode = exitCodes.ok;
  const run: Run =
    (load) =>
    async (...given) => {
      const action = (await load()) as (...given: unknown[]) => unknown;
      // The last argument is commander's object of the command.
      const result = await action(...given.slice(0, -1), { terminal, environment });
      exitCode = (result as ExitCode | undefined) ?? exitCodes.ok;
    };
  const configuration: OutputConfiguration = {
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.note(text.trimEnd()),
    getOutHelpWidth: () => helpWidth(terminal.width),
    getErrHelpWidth: () => helpWidth(terminal.width),
  };
  const program = new Command("pulumi-pinterest")
    .description(description)
    .version(packageVersion())
    .addHelpText("after", fitted(after))
    .helpCommand(true);
  for (const createCommand of commands) program.addCommand(createCommand(run));
  for (const command of [program, ...program.commands.flatMap((child) => [child, ...child.commands])]) {
    command
      .exitOverride()
      .configureOutput(configuration)
      .configureHelp({ minWidthToWrap: narrowestText })
      .showHelpAfterError("(add --help for more information)");
  }
  program.hook("preAction", () => {
    try {
      // An older version would make a library fail with an unhelpful message.
      assertNode();
    } catch (error) {
      throw new CommandError((error as Error).message);
    }
  });
  try {
    await program.parseAsync(args as string[], { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error, terminal);
  }
}

function explain(error: unknown, terminal: Terminal): ExitCode {
  // Commander has already printed its error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof ExplainedError) {
    // Several lines can end with the output of another program.
    const text = error.message.includes("\n") ? error.message : sentence(error.message);
    terminal.note(`error: ${text}`);
    return error instanceof CommandError ? error.exitCode : exitCodes.error;
  }
  terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.error;
}
