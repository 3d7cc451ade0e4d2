import {
  CredentialsError,
  type ExchangeEvent,
  type ExpiryEvent,
  expiryNotice,
  type OperationEvent,
  PinterestError,
  safetyNet,
} from "../../provider/api";
import { inParallel } from "../../provider/base/async";
import { formatDuration } from "../../provider/base/clock";
import { counted, figure } from "../../provider/base/words";
import {
  type AccountSource,
  Clients,
  type Configuration,
  type ConfigurationKey,
  configuredAccounts,
  environmentVariable,
  fullKey,
  knownExpiry,
  sourceOf,
} from "../../provider/config";
import { type AccountOptions, chosenAccounts, noAccount } from "../options";
import { type Check, failure, failureOf, ok, warning } from "./checks";
import { type ConfigurationFindings, setCommand } from "./configuration";
import type { UsedCredentials } from "./stack";

const concurrentAccounts = 8;

/** Time limit of an account that does not respond. */
const operationTimeoutMs = 15_000;
const maxAttempts = 2;

interface AccountsOptions extends AccountOptions {
  readonly known: Pick<ConfigurationFindings, "configuration" | "values" | "validAccounts">;
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

interface AccountEvents {
  readonly rate?: OperationEvent["rate"];
  readonly exchange?: ExchangeEvent;
  readonly expiry?: ExpiryEvent;
}

/**
 * Sends one read for each account: for the named ones or, by default, for those of the configuration and of the stack's integrations.
 *
 * @throws UsageError if the file of names cannot be read.
 */
export async function checkAccounts(options: AccountsOptions): Promise<Check[]> {
  const { known, isReachable, notify, onProgress } = options;
  if (!known.validAccounts) {
    return [warning("accounts", "not checked: the configuration of the accounts is not valid", fixThis)];
  }
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
    onOperation: ({ account, rate }) => record(account, { rate }),
    onExchange: (exchange) => record(exchange.account, { exchange }),
    onExpiry: (expiry) => record(expiry.account, { expiry }),
  });
  const context: AccountContext = {
    ...options,
    configuration,
    clients,
    eventsOf: (account) => events.get(account) ?? {},
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
  const hasAllScopes = accounts.every((account) => events.get(account)?.exchange?.scopes !== undefined);
  return [overview(options, accounts.length, hasAllScopes), ...commandNote(options), ...checks.flat()];
}

/** The default account first, the others by name, each once. */
function accountsToCheck(options: AccountsOptions): (string | undefined)[] {
  const { known, used, onStack } = options;
  const accounts = isNamed(options)
    ? chosenAccounts(known.configuration, options, onStack)
    : [...configuredAccounts(known.configuration), ...used.accounts];
  const names = [...new Set(accounts.filter((name) => name !== undefined))].sort();
  return [...(accounts.includes(undefined) ? [undefined] : []), ...names];
}

const fixThis = "Fix this, then run the command again.";

function withoutAccounts({ known, used, isUnreadable, onStack }: AccountsOptions): Check {
  if (isUnreadable) {
    const found = "the stack's configuration cannot be read, and the environment has no accounts";
    return warning("accounts", `not checked: ${found}`, fixThis);
  }
  if (known.configuration.accountCommand !== undefined) {
    const found = "no token was checked: the account command prints tokens, but no list of accounts";
    return warning("accounts", found, "Name the accounts with --account or --accounts-file.");
  }
  if (used.providers.size > 0) {
    return ok("accounts", "only accounts of explicit providers, whose tokens are not checked");
  }
  const { summary, remedy } = noAccount(onStack);
  const unlessExplicit =
    "A program with explicit providers only needs none: doctor cannot check for them before the first `pulumi up`.";
  return warning("accounts", summary, `${remedy}. ${unlessExplicit}`);
}

function overview({ used, isReachable }: AccountsOptions, count: number, hasAllScopes: boolean): Check {
  const accounts = counted(count, "account");
  const providers = [...used.providers].join(", ");
  const unchecked = providers && `; the tokens of explicit providers (${providers}) are not checked`;
  if (!isReachable) {
    const found = `${accounts}, not checked because the check of Pinterest's API failed`;
    return warning("accounts", found + unchecked, fixThis);
  }
  const unverified = hasAllScopes ? "" : `; doctor cannot verify the scope ${writeScope}`;
  return ok("accounts", accounts + unverified + unchecked);
}

/** Whether the command line names the accounts. */
function isNamed({ account, accountsFile }: AccountOptions): boolean {
  return account !== undefined || accountsFile !== undefined;
}

/** A warning that the account command did not run. Before the first update, only the program has the names of its accounts. */
function commandNote(options: AccountsOptions): Check[] {
  const { known, used } = options;
  if (known.configuration.accountCommand === undefined || isNamed(options) || used.accounts.size > 0)
    return [];
  const found = `${fullKey("accountCommand")} did not run: no account to check needs it`;
  const remedy =
    "Before the first `pulumi up`, only the program names its accounts, so `doctor` cannot check them. To check one, add `--account NAME`.";
  return [warning("accounts", found, remedy)];
}

interface AccountContext extends AccountsOptions {
  readonly configuration: Configuration;
  readonly clients: Pick<Clients, "client">;
  readonly eventsOf: (account: string | undefined) => AccountEvents;
}

/** Checks an account's configuration, and lists one of its integrations. */
async function checkAccount(account: string | undefined, context: AccountContext): Promise<Check[]> {
  const { configuration, isReachable, eventsOf } = context;
  let source: AccountSource;
  try {
    source = sourceOf(configuration, account);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return [failureOf("account-access", error)];
  }
  const access = isReachable ? [await checkAccess(account, source, context)] : [];
  const { exchange, rate } = eventsOf(account);
  return [
    ...access,
    ...checkScopes(exchange?.scopes),
    // After the request, because an exchange can change the expiry.
    ...checkExpiry(account, source, context),
    ...(rate === undefined || access[0]?.status === "error" ? [] : [checkLimits(rate)]),
  ];
}

async function checkAccess(
  account: string | undefined,
  source: AccountSource,
  context: AccountContext,
): Promise<Check> {
  const { operationTimeoutMs, accountCommandTimeoutMs, tokenFile } = context.configuration;
  // An account command has its own time limit in addition.
  const timeout = operationTimeoutMs + ("command" in source ? accountCommandTimeoutMs : 0);
  try {
    await context.clients.client(account).listIntegrations({ pageSize: 1 }, { operationTimeoutMs: timeout });
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    const check = failureOf("account-access", error);
    const isRefusedToken = "accessToken" in source && error.status === 401 && error.code === 2;
    if (!isRefusedToken) return check;
    return { ...check, remedy: `${check.remedy} Set it with ${setTokenCommand(account, context)}.` };
  }
  const found = `Pinterest accepts the ${tokenOf(account, source, context)}`;
  const isUnsaved = context.eventsOf(account).exchange?.renewed && tokenFile === undefined;
  if (!isUnsaved) return ok("account-access", found);
  return warning(
    "account-access",
    `${found}, and issued a new refresh token, which is not saved`,
    "Set pinterest:tokenFile (PINTEREST_TOKEN_FILE) to a file for new tokens, before the configured one expires.",
  );
}

/** The token of an account, and where it comes from. */
function tokenOf(account: string | undefined, source: AccountSource, { known }: AccountContext): string {
  const nameOf = (key: ConfigurationKey) =>
    known.values.get(key)?.from === "environment" ? environmentVariable(key) : fullKey(key);
  if ("command" in source) return `access token from ${nameOf("accountCommand")}`;
  const isRefresh = "refreshToken" in source;
  const key = account !== undefined ? "accounts" : isRefresh ? "refreshToken" : "accessToken";
  return `${isRefresh ? "refresh" : "access"} token in ${nameOf(key)}`;
}

/** The command that sets an access token of the configuration, as code. */
function setTokenCommand(
  account: string | undefined,
  { known: { values }, onStack }: AccountContext,
): string {
  return account === undefined
    ? setCommand("accessToken", values, onStack)
    : `${setCommand("accounts", values, onStack)}, with the tokens of all accounts`;
}

const writeScope = "ads:write";

/** The scopes of an access token are unknown. Only the exchange of a refresh token reports them. */
function checkScopes(scopes: readonly string[] | undefined): Check[] {
  if (scopes === undefined) return [];
  const found = scopes.join(", ");
  if (scopes.includes(writeScope)) return [ok("account-scopes", found)];
  const remedy =
    "The token can only read. Let the account's owner authorize the app with ads:write, and set the new token.";
  return [warning("account-scopes", `${found}, without ${writeScope}`, remedy)];
}

function checkExpiry(account: string | undefined, source: AccountSource, context: AccountContext): Check[] {
  const { configuration, eventsOf, now } = context;
  const expiry = eventsOf(account).expiry ?? knownExpiry(configuration, account);
  if (expiry === undefined) return [];
  const { token, expiresAt } = expiry;
  const notice = expiryNotice(expiresAt, now());
  if (notice === undefined) {
    const date = new Date(expiresAt).toISOString().slice(0, 10);
    return [ok("account-expiry", `the ${token} expires on ${date}`)];
  }
  const remedy =
    token === "refresh token"
      ? "Renew it before it expires. Otherwise, the merchant must connect to the app again."
      : `Create a new one, and set it${"command" in source ? "" : ` with ${setTokenCommand(account, context)}`}.`;
  return [(expiresAt <= now() ? failure : warning)("account-expiry", `the ${token} ${notice}`, remedy)];
}

const dayMs = 86_400_000;

/** Reports the app's kind of access and its limits, from the headers of a response. They name the remaining requests of one limit only. */
function checkLimits({ limits, nearest }: NonNullable<OperationEvent["rate"]>): Check {
  if (limits.length === 0) return ok("account-limits", "Pinterest's response contains no rate limits");
  const texts = limits.map((limit) => {
    const { name, quota, widthMs } = limit;
    const period = widthMs === dayMs ? "a day" : `in ${formatDuration(widthMs)}`;
    const left = nearest?.limit === limit ? ` (${figure(nearest.remaining)} left)` : "";
    return `${figure(quota)} requests${name === "" || name === safetyNet ? "" : ` of ${name}`} ${period}${left}`;
  });
  const found = texts.join(", ");
  if (limits.every(({ widthMs }) => widthMs < dayMs))
    return ok("account-limits", `Standard access: ${found}`);
  const unknown =
    nearest?.limit.widthMs === dayMs
      ? ""
      : "Pinterest reports how many requests of the day are left only when they are nearly used up. ";
  const remedy = `All accounts of the app share the daily limit. ${unknown}To get a higher one, ask Pinterest for Standard access.`;
  return warning("account-limits", `Trial access: ${found}`, remedy);
}
