import { systemClock } from "../api/clock";
import { CredentialsError, type ExpiryEvent, TokenNotices } from "../api/credentials";
import { TokenFile } from "../api/credentials/token-file";
import { sourceOf } from "./accounts";
import type { Configuration } from "./configuration";

/** Expiry of a token that the provider cannot renew without the user. */
type KnownExpiry = Omit<ExpiryEvent, "account">;

/** Expiries of tokens from the configuration and the token file. Sends no request and runs no command. */
export class KnownExpiries {
  private readonly file: TokenFile | undefined;

  constructor(private readonly configuration: Configuration) {
    const { tokenFile: path } = configuration;
    if (path === undefined) return;
    this.file = new TokenFile({ path, clock: systemClock, notify: () => {}, exchangeMs: 0 });
  }

  /** @throws CredentialsError if the configuration does not contain the account. */
  of(account: string | undefined): KnownExpiry | undefined {
    const source = sourceOf(this.configuration, account);
    if ("command" in source) return undefined;
    const isRefresh = "refreshToken" in source;
    const expiresAt = isRefresh
      ? this.file?.get(source.refreshToken)?.refreshTokenExpiresAt
      : source.expiresAt;
    return expiresAt === undefined
      ? undefined
      : { token: isRefresh ? "refresh token" : "access token", expiresAt };
  }
}

/**
 * Warns in a preview if an update would have no access token, or if a token expires soon. The preview itself needs no token, for example for
 * pull requests without secrets. Sends no request and runs no command.
 */
export class TokenWarnings {
  private readonly expiries: KnownExpiries;
  private readonly printed = new Set<string>();
  private readonly notices: TokenNotices;

  constructor(
    configuration: Configuration,
    private readonly warn: (message: string) => void,
  ) {
    this.expiries = new KnownExpiries(configuration);
    this.notices = new TokenNotices(warn, Date.now);
  }

  /** Warns once about the token of a named account, or of the default account (undefined). */
  of(account: string | undefined): void {
    try {
      const expiry = this.expiries.of(account);
      if (expiry !== undefined) this.notices.expires(account, expiry.token, expiry.expiresAt);
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      const { summary, remedy } = error;
      if (this.printed.has(summary)) return;
      this.printed.add(summary);
      this.warn(`${summary}. An update needs it. ${remedy}.`);
    }
  }
}
