import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Configuration, called, configuredAccounts } from "../../provider/config";
import { CommandError, UsageError } from "../command-error";
import { exitCodes } from "../exit-codes";
import { repeated } from "../option-values";

/** Options that select accounts. */
export interface AccountOptions {
  account: string[];
  accountsFile?: string;
}

/** Adds the options that select accounts. */
export function withAccountOptions(command: Command): Command {
  return command
    .addOption(
      new Option("-a, --account <name>", "a named account of the configuration; can be repeated")
        .argParser(repeated)
        .default([], "all configured accounts"),
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
  { account, accountsFile }: AccountOptions,
  onStack: string,
): (string | undefined)[] {
  const named = [...account, ...(accountsFile === undefined ? [] : namesIn(accountsFile))];
  if (named.length > 0) {
    return [...new Set(named)];
  }
  const all = configuredAccounts(configuration);
  if (all.length > 0) {
    return all;
  }
  throw configuration.accountCommand === undefined
    ? noAccount(onStack)
    : new CommandError(
        `${called("accountCommand")} gives tokens but no list of accounts`,
        exitCodes.error,
        "Name them with --account or --accounts-file",
      );
}

/** The error of a configuration without an account. */
export function noAccount(onStack: string): CommandError {
  return new CommandError(
    "no account is configured",
    exitCodes.error,
    `Set ${called("accessToken")} with \`pulumi config set --secret pinterest:accessToken${onStack}\`, or ${called("accounts")}`,
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
  return lines
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("#"))
    .map((line) => line || undefined);
}
