import {
  AccountCommand,
  type AmbientLimits,
  type Command,
  type Credentials,
  type ExchangeEvent,
  type ExpiryEvent,
  type Integration,
  listAll,
  type Network,
  type OperationEvent,
  PinterestClient,
  parseApiUrl,
  type RefreshCredentials,
  RefreshToken,
  RetryBudget,
  runCommand,
  staticToken,
  type TokenFile,
  TokenNotices,
} from "../api";
import { ignoreErrors, inParallel } from "../base/async";
import { systemClock } from "../base/clock";
import { commandFor, remedyForRejectedToken, sourceOf } from "./account-source";
import type { Configuration } from "./configuration";
import { tokenFileOf } from "./expiries";
import type { Host } from "./host";
import { environmentVariable, fullKey } from "./keys";
import { vocabularies } from "./vocabulary";

/** Functions for the clients. The errors of listeners (`on…`) are ignored. */
interface ClientsOptions {
  /** Prints messages for the user that are not errors. @default ignores them */
  readonly notify?: (message: string) => void;
  /** Receives every finished operation of any account. */
  readonly onOperation?: ((event: OperationEvent) => void) | undefined;
  /** Receives each exchange of a refresh token. */
  readonly onExchange?: (event: ExchangeEvent) => void;
  /** Receives each known expiry of a token, instead of the user. */
  readonly onExpiry?: (event: ExpiryEvent) => void;
  /** Returns further accounts that the program needs, right before the account command runs for these. @default none */
  readonly furtherAccounts?: (accounts: readonly string[]) => readonly string[];
  /** Receives why the account command failed, for all accounts that it was asked for. */
  readonly onCommandFailure?: ((message: string) => void) | undefined;
  /** Returns the name of the explicit provider, for messages. @default no explicit provider */
  readonly provider?: (() => string | undefined) | undefined;
  /** Returns further limits for a call. */
  readonly limits?: (() => AmbientLimits | undefined) | undefined;
}

/** One API client per account, created on first use. They share the account command, the token file and the notices. */
export class Clients {
  private readonly clients = new Map<string | undefined, PinterestClient>();
  private readonly retryBudget = new RetryBudget();
  private readonly notify: (message: string) => void;
  private readonly notices: TokenNotices;
  private readonly file: TokenFile | undefined;
  /** The refresh tokens by token and app: accounts with the same token share its exchanges, which can replace it. */
  private readonly refreshTokens = new Map<string, RefreshToken>();
  private command: AccountCommand | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly options: ClientsOptions = {},
  ) {
    const { notify = () => {}, onExpiry } = options;
    this.notify = notify;
    this.notices = new TokenNotices(notify, systemClock.now, onExpiry);
    this.file = tokenFileOf(configuration, notify);
  }

  /**
   * Returns the client of a named account, or of the default account (undefined).
   *
   * @throws CredentialsError like {@link sourceOf}.
   */
  client(account: string | undefined): PinterestClient {
    let client = this.clients.get(account);
    if (client === undefined) {
      const { onOperation, limits, provider } = this.options;
      const { apiUrl, requestTimeoutMs, operationTimeoutMs, maxAttempts, requestsPerMinute, host } =
        this.configuration;
      client = new PinterestClient({
        apiUrl,
        requestTimeoutMs,
        operationTimeoutMs,
        maxAttempts,
        requestsPerMinute,
        gate: host.gate,
        network: networkOf(host),
        commands: vocabularies[host.declaredIn].commands,
        retryBudget: this.retryBudget,
        onWait: this.notify,
        onOperation,
        limits,
        account,
        provider,
        credentials: this.credentials(account),
      });
      this.clients.set(account, client);
    }
    return client;
  }

  /** Includes an account in the next run of the account command. Does no I/O. */
  expect(account: string): void {
    const command = commandFor(this.configuration, account);
    if (command !== undefined) this.accountCommand(command).expect(account);
  }

  /** @throws CredentialsError like {@link sourceOf}. */
  credentials(account: string | undefined): Credentials {
    const { configuration, options } = this;
    const source = sourceOf(configuration, account);
    if ("command" in source) return this.accountCommand(source.command).credentials(source.account);
    if ("accessToken" in source) {
      return {
        ...staticToken(source.accessToken),
        from: configuration.tokensFrom[account === undefined ? "accessToken" : "accounts"],
        get remedy() {
          return remedyForRejectedToken(configuration, account, options.provider?.());
        },
      };
    }
    const key = JSON.stringify([source.appId, source.refreshToken]);
    const credentials = this.refreshTokens.get(key) ?? this.refreshToken(account, source);
    this.refreshTokens.set(key, credentials);
    return credentials;
  }

  private accountCommand(command: Command): AccountCommand {
    const { configuration, notices } = this;
    const { furtherAccounts = () => [], onCommandFailure } = this.options;
    const { accountCommandTimeoutMs: timeoutMs, host } = configuration;
    const { environment, baseDirectory: directory } = host;
    const [key, variable] = [fullKey("accountCommand"), environmentVariable("accountCommand")];
    this.command ??= new AccountCommand({
      setting: host.declaredIn === "program" ? `${key} (${variable})` : variable,
      run: (input) => runCommand(command, input, { timeoutMs, directory, environment }),
      furtherAccounts: (accounts) =>
        furtherAccounts(accounts).filter((name) => commandFor(configuration, name)),
      onFailure: onCommandFailure && ignoreErrors(onCommandFailure),
      clock: systemClock,
      notices,
    });
    return this.command;
  }

  private refreshToken(account: string | undefined, refresh: RefreshCredentials): RefreshToken {
    const { apiUrl, requestTimeoutMs: timeoutMs, operationTimeoutMs, maxAttempts } = this.configuration;
    const { notices, file } = this;
    const { onExchange } = this.options;
    return new RefreshToken({
      endpoint: { address: parseApiUrl(apiUrl), timeoutMs, network: networkOf(this.configuration.host) },
      refresh,
      account,
      from: this.configuration.tokensFrom[account === undefined ? "refreshToken" : "accounts"],
      clock: systemClock,
      notices,
      file,
      onExchange,
      retry: { maxAttempts, timeoutMs: operationTimeoutMs, budget: this.retryBudget },
    });
  }
}

/** The proxy and the debug log in the environment. */
export function networkOf({ environment }: Pick<Host, "environment">): Network {
  return { proxyVariables: environment, debugLog: environment.PINTEREST_DEBUG };
}

/** All integrations of an account, or the error of listing them. */
export type AccountInventory = { readonly account: string | undefined } & (
  | { readonly integrations: readonly Integration[]; readonly error?: undefined }
  | { readonly integrations?: undefined; readonly error: unknown }
);

const concurrentAccounts = 8;

/** The progress of an inventory. */
interface InventoryProgress {
  /** Accounts that were listed or failed. */
  readonly accounts: number;
  readonly integrations: number;
}

/**
 * Lists all integrations of accounts, 8 accounts at a time. An error of one account does not affect the others.
 *
 * @param onProgress is called after every page and every account. Its errors are ignored.
 */
export function takeInventory(
  clients: Clients,
  accounts: readonly (string | undefined)[],
  onProgress?: (progress: InventoryProgress) => void,
): Promise<AccountInventory[]> {
  const report = ignoreErrors(onProgress);
  const progress = { accounts: 0, integrations: 0 };
  // Expects all accounts first, so that the account command runs once.
  for (const account of accounts) {
    if (account !== undefined) clients.expect(account);
  }
  return inParallel(accounts, concurrentAccounts, async (account): Promise<AccountInventory> => {
    try {
      const onPage = (integrations: number) => {
        progress.integrations += integrations;
        report(progress);
      };
      return { account, integrations: (await listAll(clients.client(account), { onPage })).items };
    } catch (error) {
      return { account, error };
    } finally {
      progress.accounts += 1;
      report(progress);
    }
  });
}
