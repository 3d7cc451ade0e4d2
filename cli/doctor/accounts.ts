import type { ResponseEvent } from "../../provider/api";
import { inParallel } from "../../provider/api/async";
import type { ExpiryEvent } from "../../provider/api/credentials/notices";
import type { ExchangeEvent } from "../../provider/api/credentials/refresh-token";
import { Clients, type Configuration } from "../../provider/config";
import { type AccountOptions, chosenAccounts } from "../accounts/choice";
import { ExplainedError } from "../command-error";
import { counted } from "../text/counted";
import { type AccountSurroundings, examineAccount } from "./account";
import { type Check, failureOf, ok, warning } from "./check";
import type { ConfigurationFindings } from "./configuration";
import type { StackFindings } from "./stack";

/** Number of accounts that are checked at a time. */
const accountsAtOnce = 8;

/** Time limit of an account that does not answer, in milliseconds. */
const operationTimeoutMs = 15_000;
const maxAttempts = 2;

export interface AccountsOptions extends AccountOptions {
  readonly known: Pick<ConfigurationFindings, "configuration" | "values">;
  readonly stack: Pick<StackFindings, "accounts" | "providers" | "unread">;
  /** Options of printed commands that select the stack. */
  readonly onStack: string;
  /** Whether tokens can be requested and sent. */
  readonly reached: boolean;
  readonly now: () => number;
  /** Receives messages that do not belong to an account. */
  readonly notify: (message: string) => void;
  readonly onProgress: (done: number, all: number) => void;
}

/**
 * Sends one read for each account: for the named ones or, by default, for those of the configuration and of the stack's integrations.
 *
 * @throws UsageError if the file of names cannot be read.
 */
export async function checkAccounts(options: AccountsOptions): Promise<Check[]> {
  const { known, stack, reached, now, notify, onProgress } = options;
  const configuration: Configuration = {
    ...known.configuration,
    operationTimeoutMs: Math.min(known.configuration.operationTimeoutMs, operationTimeoutMs),
    maxAttempts: Math.min(known.configuration.maxAttempts, maxAttempts),
  };
  const chosen = choose(configuration, options);
  if ("problem" in chosen) return [chosen.problem];
  const { accounts } = chosen;
  const answers = new Map<string | undefined, ResponseEvent>();
  const exchanges = new Map<string | undefined, ExchangeEvent>();
  const expiries = new Map<string | undefined, ExpiryEvent>();
  const clients = new Clients(configuration, notify, undefined, undefined, {
    onResponse: (event) => void answers.set(event.account, event),
    onExchange: (event) => void exchanges.set(event.account, event),
    onExpiry: (event) => void expiries.set(event.account, event),
  });
  const surroundings: AccountSurroundings = {
    configuration,
    values: known.values,
    clients: reached ? clients : undefined,
    answers,
    exchanges,
    expiries,
    now,
  };
  // Announce all names, so that the account command runs once.
  for (const account of accounts) {
    if (account !== undefined && reached) clients.expect(account);
  }
  let done = 0;
  const checks = await inParallel(accounts, accountsAtOnce, async (account) => {
    const found = await examineAccount(account, surroundings);
    onProgress(++done, accounts.length);
    return account === undefined ? found : found.map((check) => ({ ...check, account }));
  });
  return [overview(accounts, stack.providers, reached), ...checks.flat()];
}

function choose(
  configuration: Configuration,
  { account, accountsFile, stack, onStack }: AccountsOptions,
): { accounts: (string | undefined)[] } | { problem: Check } {
  const named = account.length > 0 || accountsFile !== undefined;
  const options = { account, ...(accountsFile === undefined ? {} : { accountsFile }) };
  if (named) return { accounts: sorted(chosenAccounts(configuration, options, onStack)) };
  try {
    return { accounts: sorted([...chosenAccounts(configuration, options, onStack), ...stack.accounts]) };
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return stack.accounts.size > 0
      ? { accounts: sorted([...stack.accounts]) }
      : { problem: noAccounts(stack, configuration, error) };
  }
}

function noAccounts(
  { providers, unread }: AccountsOptions["stack"],
  { accountCommand }: Configuration,
  error: ExplainedError,
): Check {
  if (unread) {
    const found =
      "not checked: the stack's configuration cannot be read, and the environment has no accounts";
    return warning("accounts", found, "Fix this, then run the command again.");
  }
  if (accountCommand !== undefined) {
    const found = "no token was checked: the account command prints tokens, but no list of accounts";
    return warning("accounts", found, "Name the accounts with --account or --accounts-file.");
  }
  return providers.size > 0
    ? ok("accounts", "only accounts of explicit providers, whose tokens are not checked")
    : failureOf("accounts", error);
}

/** The default account first, the others by name, each once. */
function sorted(accounts: readonly (string | undefined)[]): (string | undefined)[] {
  const names = [...new Set(accounts.filter((name) => name !== undefined))].sort();
  return [...(accounts.includes(undefined) ? [undefined] : []), ...names];
}

function overview(
  accounts: readonly (string | undefined)[],
  providers: ReadonlySet<string>,
  reached: boolean,
): Check {
  const count = counted(accounts.length, "account");
  const unchecked =
    providers.size === 0
      ? ""
      : `; the tokens of explicit providers (${[...providers].join(", ")}) are not checked`;
  return reached
    ? ok("accounts", count + unchecked)
    : warning(
        "accounts",
        `${count}, not checked because Pinterest cannot be reached${unchecked}`,
        "Fix this, then run the command again.",
      );
}
