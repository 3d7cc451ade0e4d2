import type { Credentials } from "../../../../provider/api";
import { TokenNotices } from "../../../../provider/api/credentials";
import { AccountCommand } from "../../../../provider/api/credentials/account-command";
import { TestClock } from "./test-clock";

export interface CommandSetting {
  /** Accounts of each run. */
  readonly runs: string[][];
  readonly clock: TestClock;
  readonly notes: string[];
  readonly command: AccountCommand;
  of(account: string): Credentials;
}

/**
 * A fake command.
 *
 * @param print returns the output for the accounts and the number of the run, from 1. Anything but a string is printed as JSON.
 */
export function commanded(
  print: (names: string[], run: number) => unknown,
  furtherAccounts: (asked: readonly string[]) => readonly string[] = () => [],
): CommandSetting {
  const runs: string[][] = [];
  const clock = new TestClock();
  const notes: string[] = [];
  const command = new AccountCommand({
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
  return { runs, clock, notes, command, of: (account) => command.credentials(account) };
}

/** Prints a token for each account. */
export function vault(names: string[], run: number): object {
  return Object.fromEntries(names.map((name) => [name, `pina_5ecret_${name}_${run}`]));
}
