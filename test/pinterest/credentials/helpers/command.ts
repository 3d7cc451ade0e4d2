import type { Credentials } from "../../../../provider/pinterest";
import { AccountCommand } from "../../../../provider/pinterest/credentials/account-command";
import { TokenNotices } from "../../../../provider/pinterest/credentials/notices";
import { TestClock } from "./test-clock";

export interface CommandSetting {
  /** The names of each run so far. */
  readonly runs: string[][];
  readonly clock: TestClock;
  readonly notes: string[];
  readonly command: AccountCommand;
  of(account: string): Credentials;
}

/**
 * A command that prints what the function makes of the names, as JSON if it is no text; told the number of the run, from 1.
 *
 * @param alsoWanted names what else is wanted, right before a run.
 */
export function commanded(
  print: (names: string[], run: number) => unknown,
  alsoWanted: (asked: readonly string[]) => readonly string[] = () => [],
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
    alsoWanted,
    clock,
    notices: new TokenNotices(
      (message) => notes.push(message),
      () => clock.now(),
    ),
  });
  return { runs, clock, notes, command, of: (account) => command.credentials(account) };
}

/** What a vault says: a token for each name, of the run's number. */
export function vault(names: string[], run: number): object {
  return Object.fromEntries(names.map((name) => [name, `pina_5ecret_${name}_${run}`]));
}
