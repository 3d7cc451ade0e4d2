import { type Access, openAccess } from "../../stacks/access";
import { chosenAccounts } from "../accounts/choice";
import { CommandError, UsageError } from "../command-error";
import { findStack } from "../stack/find";
import type { ProjectOptions } from "../stack/options";
import { firstOf } from "../text/listed";
import { stackOptions } from "../text/shell";

/** The account whose log is written, and the way to Pinterest. */
export interface LogAccount {
  readonly access: Access;
  /** Undefined for the default account. */
  readonly account: string | undefined;
}

/**
 * Finds the one account that entries are sent for: the one that is named, else the default account, else the only one there is.
 *
 * @param notify is told of waits and of tokens that end soon.
 * @throws CommandError when none is configured; UsageError where there are several to choose from.
 */
export async function openLogAccount(
  { account: named, cwd, stack: stackName }: ProjectOptions & { account?: string },
  notify: (message: string) => void,
): Promise<LogAccount> {
  const { stack } = await findStack({ cwd, stack: stackName });
  const access = await openAccess(stack, notify);
  const choice = chosenAccounts(
    access.configuration,
    { account: named === undefined ? [] : [named] },
    stackOptions({ directory: cwd, name: stackName }),
  );
  if (choice.length > 1 && choice[0] !== undefined) {
    const names = firstOf(choice.map(String));
    throw new UsageError(`${choice.length} accounts are configured: name one with --account (${names})`);
  }
  try {
    access.clients.client(choice[0]);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  return { access, account: choice[0] };
}
