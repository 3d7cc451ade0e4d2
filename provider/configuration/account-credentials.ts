import { type Clock, type Credentials, staticToken, systemClock } from "../pinterest";
import { parseApiUrl } from "../pinterest/address";
import { AccountCommand } from "../pinterest/credentials/account-command";
import { type ExpiryEvent, TokenNotices } from "../pinterest/credentials/notices";
import { type ExchangeEvent, RefreshToken } from "../pinterest/credentials/refresh-token";
import { type Command, runCommand } from "../pinterest/credentials/run-command";
import type { RefreshCredentials } from "../pinterest/credentials/token-endpoint";
import { TokenFile } from "../pinterest/credentials/token-file";
import { environmentSink } from "../pinterest/debug";
import { harmless } from "../pinterest/listener";
import { retryBucketOf } from "../pinterest/retry/buckets";
import { userAgent } from "../pinterest/version";
import { commandFor, sourceOf } from "./account-source";
import type { Configuration } from "./configuration";

/** Which other accounts the program wants, asked right before the command is asked for these. */
export type AlsoWanted = (asked: readonly string[]) => readonly string[];

/** Who is told of tokens as they come. What they throw is lost. */
export interface CredentialsListeners {
  readonly onExchange?: (event: ExchangeEvent) => void;
  /** Told of tokens' ends in place of the person at the terminal. */
  readonly onExpiry?: (event: ExpiryEvent) => void;
}

/** Makes the credentials of accounts. They share a command, a token file and what was said to the person at the terminal. */
export class AccountCredentials {
  private readonly notices: TokenNotices;
  private readonly store: TokenFile | undefined;
  /** By refresh token and app: two names of one must not use up each other's. */
  private readonly refreshed = new Map<string, Credentials>();
  private command: AccountCommand | undefined;

  /** @param notify tells the person at the terminal something that is no error. */
  constructor(
    private readonly configuration: Configuration,
    notify: (message: string) => void,
    private readonly clock: Clock = systemClock,
    private readonly alsoWanted: AlsoWanted = () => [],
    private readonly listeners: CredentialsListeners = {},
  ) {
    const { onExpiry } = listeners;
    this.notices = new TokenNotices(notify, () => clock.now(), onExpiry && harmless(onExpiry));
    const { tokenFile, operationTimeoutMs } = configuration;
    this.store =
      tokenFile === undefined
        ? undefined
        : new TokenFile({ path: tokenFile, clock, notify, exchangeMs: operationTimeoutMs });
  }

  /**
   * The credentials of a named account, or of the default account.
   *
   * @throws Error when nothing is configured for it, as {@link sourceOf} does.
   */
  of(account: string | undefined): Credentials {
    const source = sourceOf(this.configuration, account);
    if ("refreshToken" in source) {
      const key = JSON.stringify([source.appId, source.refreshToken]);
      const credentials = this.refreshed.get(key) ?? this.refreshing(account, source);
      this.refreshed.set(key, credentials);
      return credentials;
    }
    return "command" in source
      ? this.commandOf(source.command).credentials(source.account)
      : staticToken(source.accessToken);
  }

  /** Names an account that will be wanted, as far as is known: a command that is asked for others is asked for it too. Does no I/O. */
  expect(account: string): void {
    const command = commandFor(this.configuration, account);
    if (command !== undefined) {
      this.commandOf(command).expect(account);
    }
  }

  private commandOf(command: Command): AccountCommand {
    const { clock, notices } = this;
    const timeoutMs = this.configuration.accountCommandTimeoutMs;
    this.command ??= new AccountCommand({
      run: (input) => runCommand(command, input, timeoutMs),
      alsoWanted: (asked) => this.alsoWanted(asked).filter((name) => commandFor(this.configuration, name)),
      clock,
      notices,
    });
    return this.command;
  }

  private refreshing(account: string | undefined, grant: RefreshCredentials): Credentials {
    const { apiUrl, requestTimeoutMs, operationTimeoutMs, maxAttempts } = this.configuration;
    const { clock, notices, store } = this;
    const { onExchange } = this.listeners;
    const address = parseApiUrl(apiUrl);
    return new RefreshToken({
      endpoint: {
        address,
        userAgent: userAgent(),
        timeoutMs: requestTimeoutMs,
        debug: environmentSink(),
        clock,
      },
      refresh: grant,
      account,
      clock,
      notices,
      file: store,
      onExchange: onExchange && harmless(onExchange),
      retry: { maxAttempts, timeoutMs: operationTimeoutMs, bucket: retryBucketOf(address.origin, clock) },
    });
  }
}
