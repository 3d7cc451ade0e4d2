import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { type Configuration, called, configuredAccounts } from "../provider/config";
import { CommandError, UsageError } from "../stack/command-error";
import { exitCodes } from "../stack/exit-codes";

/**
 * Parses a whole number.
 *
 * @throws InvalidArgumentError if the number is outside the range.
 */
export function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Collects the values of an option that can be repeated. */
export function repeated(value: string, values: readonly string[] = []): string[] {
  return [...values, value];
}

/** Options that select a project and one of its stacks. */
export interface ProjectOptions {
  cwd: string;
  stack?: string;
}

export function withProjectOptions(command: Command): Command {
  return command
    .option("-C, --cwd <directory>", "the project's directory", ".")
    .option("-s, --stack <name>", "the stack (default: the selected one)");
}

/** Checks the directory and the kind of a file to write, before a long operation. Returns the problem. Undefined if there is none. */
export function problemWithFile(path: string): string | undefined {
  const directory = dirname(resolve(path));
  if (!isDirectory(directory)) return `there is no directory ${directory}`;
  if (isDirectory(path)) return `${path} is a directory: name a file`;
  return undefined;
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export interface AccountOptions {
  account?: readonly string[];
  accountsFile?: string;
}

export function withAccountOptions(command: Command): Command {
  return command
    .option(
      "-a, --account <name>",
      "a named account of the configuration; can be repeated (default: all configured accounts)",
      repeated,
    )
    .option(
      "--accounts-file <file>",
      "a file of account names, one per line; an empty line is the default account; - is standard input",
    );
}

/**
 * The accounts of a command; undefined is the default account.
 *
 * @param onStack options of printed commands that select the stack.
 * @throws CommandError if nothing is configured, or if the accounts of an account command are not named, because it cannot list them.
 */
export function chosenAccounts(
  configuration: Configuration,
  { account = [], accountsFile }: AccountOptions,
  onStack: string,
): (string | undefined)[] {
  const named = [...account, ...(accountsFile === undefined ? [] : namesIn(accountsFile))];
  if (named.length > 0) return [...new Set(named)];
  const all = configuredAccounts(configuration);
  if (all.length > 0) return all;
  if (configuration.accountCommand === undefined) throw noAccount(onStack);
  throw new CommandError(
    `${called("accountCommand", "program")} gives tokens but no list of accounts`,
    exitCodes.error,
    "Name them with --account or --accounts-file",
  );
}

/** The error of a configuration without an account. */
export function noAccount(onStack: string): CommandError {
  return new CommandError(
    "no account is configured",
    exitCodes.error,
    `Set ${called("accessToken", "program")} with \`pulumi config set --secret pinterest:accessToken${onStack}\`, or ${called("accounts", "program")}`,
  );
}

function namesIn(file: string): (string | undefined)[] {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`--accounts-file: ${(error as Error).message}`);
  }
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  const names = lines.map((line) => line.trim()).filter((line) => !line.startsWith("#"));
  return names.map((name) => name || undefined);
}
