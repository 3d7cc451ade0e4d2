import { CredentialsError, type ExpiryEvent, TokenFile, TokenNotices } from "../api";
import { systemClock } from "../base/clock";
import { sourceOf } from "./account-source";
import type { Configuration } from "./configuration";

/** Expiry of a token that the provider cannot renew without the user. */
type KnownExpiry = Omit<ExpiryEvent, "account">;

/**
 * The expiry of an account's token, from the configuration and the token file. Sends no request and runs no command.
 *
 * @throws CredentialsError if the configuration does not contain the account.
 */
export function knownExpiry(
  configuration: Configuration,
  account: string | undefined,
  file = tokenFileOf(configuration),
): KnownExpiry | undefined {
  const source = sourceOf(configuration, account);
  if ("command" in source) return undefined;
  const isRefresh = "refreshToken" in source;
  const expiresAt = isRefresh ? file?.get(source.refreshToken)?.refreshTokenExpiresAt : source.expiresAt;
  return expiresAt === undefined
    ? undefined
    : { token: isRefresh ? "refresh token" : "access token", expiresAt };
}

/** The token file of a configuration. Undefined if none is configured. @param notify prints warnings. @default ignores them */
export function tokenFileOf(
  { tokenFile: path, operationTimeoutMs: exchangeMs, host: { baseDirectory } }: Configuration,
  notify: (message: string) => void = () => {},
): TokenFile | undefined {
  return path === undefined
    ? undefined
    : new TokenFile({ path, baseDirectory, clock: systemClock, notify, exchangeMs });
}

/**
 * Warns in a preview if an update would have no access token, or if a token expires soon. The preview itself needs no token, for example for
 * pull requests without secrets. Sends no request and runs no command.
 */
export class TokenWarnings {
  private readonly file: TokenFile | undefined;
  private readonly notices: TokenNotices;

  constructor(
    private readonly configuration: Configuration,
    private readonly warn: (message: string) => void,
    /** The accounts whose missing token has been reported. */
    private readonly warned = new Set<string | undefined>(),
  ) {
    this.file = tokenFileOf(configuration);
    this.notices = new TokenNotices(warn, Date.now);
  }

  /** Warns once about the token of a named account, or of the default account (undefined). */
  of(account: string | undefined): void {
    try {
      const expiry = knownExpiry(this.configuration, account, this.file);
      if (expiry !== undefined) this.notices.expires(account, expiry.token, expiry.expiresAt);
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      const { summary, remedy } = error;
      if (this.warned.has(account)) return;
      this.warned.add(account);
      this.warn(`${summary}. Drift checks and updates need a token. ${remedy}.`);
    }
  }
}
