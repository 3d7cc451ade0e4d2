import { inParallel } from "../../provider/api/async";
import { Clients, type Configuration, configuredAccounts } from "../../provider/config";
import { type AccountOptions, chosenAccounts, noAccount } from "../options";
import { counted } from "../text/words";
import { type AccountContext, type AccountEvents, checkAccount } from "./account";
import { type Check, failureOf, ok, warning } from "./check";
import type { ConfigurationFindings } from "./configuration";
import type { UsedCredentials } from "./stack";

/** Number of accounts that are checked at a time. */
const concurrentAccounts = 8;

/** Time limit of an account that does not answer, in milliseconds. */
const operationTimeoutMs = 15_000;
const maxAttempts = 2;

interface AccountsOptions extends AccountOptions {
  readonly known: Pick<ConfigurationFindings, "configuration" | "values" | "validAccounts">;
  /** The credentials of the integrations in state and in the program. */
  readonly used: UsedCredentials;
  /** Whether the stack's configuration cannot be read. */
  readonly isUnreadable: boolean;
  /** Options of printed commands that select the stack. */
  readonly onStack: string;
  /** Whether tokens can be requested and sent. */
  readonly isReachable: boolean;
  readonly now: () => number;
  /** Receives messages that do not belong to an account. */
  readonly notify: (message: string) => void;
  readonly onProgress: (done: number, all: number) => void;
}

/**
 * Sends one read for each account: for the named ones or, by default, for those of the configuration, of the stack's integrations and of the
 * program.
 *
 * @throws UsageError if the file of names cannot be read.
 */
export async function checkAccounts(options: AccountsOptions): Promise<Check[]> {
  const { known, used, isReachable, onStack, now, notify, onProgress } = options;
  const accounts = accountsToCheck(options);
  if (accounts.length === 0) return [withoutAccounts(options)];
  const configuration: Configuration = {
    ...known.configuration,
    operationTimeoutMs: Math.min(known.configuration.operationTimeoutMs, operationTimeoutMs),
    maxAttempts: Math.min(known.configuration.maxAttempts, maxAttempts),
  };
  const events = new Map<string | undefined, AccountEvents>();
  const record = (account: string | undefined, event: AccountEvents) =>
    void events.set(account, { ...events.get(account), ...event });
  const clients = new Clients(configuration, {
    notify,
    onResponse: (response) => record(response.account, { response }),
    onExchange: (exchange) => record(exchange.account, { exchange }),
    onExpiry: (expiry) => record(expiry.account, { expiry }),
  });
  const context: AccountContext = {
    configuration,
    values: known.values,
    clients: isReachable ? clients : undefined,
    eventsOf: (account) => events.get(account) ?? {},
    now,
    onStack,
  };
  // Announce all names, so that the account command runs once.
  for (const account of accounts) {
    if (account !== undefined && isReachable) clients.expect(account);
  }
  let done = 0;
  const checks = await inParallel(accounts, concurrentAccounts, async (account) => {
    const found = await checkAccount(account, context);
    onProgress(++done, accounts.length);
    return account === undefined ? found : found.map((check) => ({ ...check, account }));
  });
  return [overview(accounts.length, used.providers, isReachable), ...checks.flat()];
}

/** The default account first, the others by name, each once. */
function accountsToCheck(options: AccountsOptions): (string | undefined)[] {
  const { account, accountsFile, known, used, onStack } = options;
  const isNamed = account.length > 0 || accountsFile !== undefined;
  const accounts = isNamed
    ? chosenAccounts(known.configuration, options, onStack)
    : [...configuredAccounts(known.configuration), ...used.accounts];
  const names = [...new Set(accounts.filter((name) => name !== undefined))].sort();
  return [...(accounts.includes(undefined) ? [undefined] : []), ...names];
}

function withoutAccounts({ known, used, isUnreadable, onStack }: AccountsOptions): Check {
  const fix = "Fix this, then run the command again.";
  if (isUnreadable) {
    const found = "the stack's configuration cannot be read, and the environment has no accounts";
    return warning("accounts", `not checked: ${found}`, fix);
  }
  if (!known.validAccounts) {
    return warning("accounts", "not checked: the configuration of the accounts is not valid", fix);
  }
  if (known.configuration.accountCommand !== undefined) {
    const found = "no token was checked: the account command prints tokens, but no list of accounts";
    return warning("accounts", found, "Name the accounts with --account or --accounts-file.");
  }
  return used.providers.size > 0
    ? ok("accounts", "only accounts of explicit providers, whose tokens are not checked")
    : failureOf("accounts", noAccount(onStack));
}

function overview(count: number, providers: ReadonlySet<string>, isReachable: boolean): Check {
  const accounts = counted(count, "account");
  const unchecked =
    providers.size === 0
      ? ""
      : `; the tokens of explicit providers (${[...providers].join(", ")}) are not checked`;
  return isReachable
    ? ok("accounts", accounts + unchecked)
    : warning(
        "accounts",
        `${accounts}, not checked because the check of Pinterest's API failed${unchecked}`,
        "Fix this, then run the command again.",
      );
}
