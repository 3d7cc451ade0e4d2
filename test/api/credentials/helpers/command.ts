import type { Credentials } from "../../../../provider/api";
import { TokenNotices } from "../../../../provider/api/credentials";
import { AccountCommand } from "../../../../provider/api/credentials/account-command";
import { TestClock } from "./test-clock";

export interface CommandSetup {
  /** Accounts of each run. */
  readonly runs: string[][];
  readonly clock: TestClock;
  readonly notes: string[];
  readonly command: AccountCommand;
  credentialsOf(account: string): Credentials;
}

/**
 * Set up a fake account command.
 *
 * @param print returns the output for the accounts and the number of the run, from 1. A value other than a string is printed as JSON.
 */
export function setUpCommand(
  print: (names: string[], run: number) => unknown,
  furtherAccounts: (asked: readonly string[]) => readonly string[] = () => [],
): CommandSetup {
  const runs: string[][] = [];
  const clock = new TestClock();
  const notes: string[] = [];
  const command = new AccountCommand({
    setting: "pinterest:accountCommand",
    run: async (input) => {
      const { accounts } = JSON.parse(input) as { accounts: string[] };
      runs.push(accounts);
      const printed = await print(accounts, runs.length);
      return typeof printed === "string" ? printed : JSON.stringify(printed);
    },
    furtherAccounts,
    clock,
    notices: new TokenNotices(
      (message) => notes.push(message),
      () => clock.now(),
    ),
  });
  return { runs, clock, notes, command, credentialsOf: (account) => command.credentials(account) };
}

/** Prints a token for each account. */
export function printTokens(names: string[], run: number): object {
  return Object.fromEntries(names.map((name) => [name, `pina_5ecret_${name}_${run}`]));
}
