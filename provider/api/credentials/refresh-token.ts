import { waitFor } from "../../base/async";
import { type Credentials, renewalDue, type TokenOrigin } from "../credentials";
import { processEnding, requestTokens } from "./in-progress";
import { type ExchangeOptions, TokenExchange } from "./token-exchange";
import {
  type AccessToken,
  type ExchangeRecord,
  mergeEntries,
  type TokenEntry,
  type TokenFile,
} from "./token-file";

interface RefreshTokenOptions extends ExchangeOptions {
  readonly from?: TokenOrigin | undefined;
  /** Keeps the latest tokens, and shares them with other processes. @default none */
  readonly file?: TokenFile | undefined;
}

type RenewalReason = "expires soon" | { readonly rejectedAccessToken: string };

/** How long an access token counts as just issued. */
const justIssuedMs = 60_000;

/** Wait after a failed renewal, while the current access token is still valid. */
const retryRenewalMs = 60_000;

/**
 * Credentials that get access tokens with a refresh token. The rules:
 *
 * - A request gets the current access token until its renewal is due, some minutes before it expires. Then a renewal starts.
 * - If a renewal fails while the current access token is valid, requests get this token. The next renewal starts after a minute, or as soon as the
 *   token expires or Pinterest rejects it.
 * - If Pinterest rejects an access token, a renewal starts, unless Pinterest issued this token to this process within the last minute.
 * - A renewal looks for tokens that another process has saved. If there are none, it exchanges the refresh token while no other process does.
 * - Concurrent callers share one renewal. A caller that cancels does not cancel it.
 */
export class RefreshToken implements Credentials {
  readonly remedy =
    "Run again in a minute: the provider renews this access token with a refresh token (pinterest:refreshToken, or the account's entry in " +
    "pinterest:accounts), but not within a minute of the last renewal. If Pinterest still rejects the token, have the account's owner " +
    "authorize the app again, and set the new refresh token.";
  readonly from: TokenOrigin | undefined;
  private readonly exchange: TokenExchange;
  /** The last access token that this process received from Pinterest. */
  private issued: AccessToken | undefined;
  private renewal: Promise<AccessToken> | undefined;
  private retryRenewalAt = 0;

  constructor(private readonly options: RefreshTokenOptions) {
    this.from = options.from;
    this.exchange = new TokenExchange(options);
  }

  async accessToken(signal?: AbortSignal): Promise<string> {
    const now = this.options.clock.now();
    const current = this.exchange.tokens.access;
    // A token that is due for renewal stays valid for some minutes, in which a failed renewal does not matter.
    const isValid = current !== undefined && now < current.expiresAt;
    if (isValid && (now < renewalDue(current) || now < this.retryRenewalAt)) return current.accessToken;
    try {
      return (await waitFor(this.renewOnce("expires soon"), signal)).accessToken;
    } catch (error) {
      if (!isValid || signal?.aborted) throw error;
      return current.accessToken;
    }
  }

  async renew(rejected: string, signal?: AbortSignal): Promise<boolean> {
    // A renewal in progress may have another reason, and keep the rejected token.
    if (this.renewal !== undefined) await waitFor(this.renewal, signal);
    const { accessToken } = await waitFor(this.renewOnce({ rejectedAccessToken: rejected }), signal);
    return accessToken !== rejected;
  }

  /** Starts a renewal, or joins the one in progress. */
  private renewOnce(reason: RenewalReason): Promise<AccessToken> {
    this.renewal ??= this.renewTokens(reason).finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async renewTokens(reason: RenewalReason): Promise<AccessToken> {
    const { file, refresh, clock } = this.options;
    try {
      // Most processes find tokens that another one has renewed. This needs no lock.
      this.addTokens(file?.get(refresh.refreshToken));
      return this.usableToken(reason) ?? (await requestTokens(() => this.exchangeAlone(reason)));
    } catch (error) {
      this.retryRenewalAt = clock.now() + retryRenewalMs;
      throw error;
    }
  }

  /** Takes over stored tokens if they are newer. */
  private addTokens(stored: TokenEntry | undefined): void {
    const { exchange } = this;
    exchange.tokens = mergeEntries(stored, exchange.tokens);
  }

  /** The newest access token, if it can be used without an exchange. */
  private usableToken(reason: RenewalReason): AccessToken | undefined {
    const { access } = this.exchange.tokens;
    if (access === undefined) return undefined;
    const isRejected = reason !== "expires soon" && reason.rejectedAccessToken === access.accessToken;
    // Pinterest would also reject the token of another exchange if it has rejected one that it just issued. Then `renew` returns false.
    if (isRejected) return this.wasJustIssued(access) ? access : undefined;
    const isDue = this.options.clock.now() >= renewalDue(access);
    return isDue ? undefined : access;
  }

  private wasJustIssued({ accessToken }: AccessToken): boolean {
    const { issued } = this;
    if (accessToken !== issued?.accessToken) return false;
    return this.options.clock.now() - issued.obtainedAt < justIssuedMs;
  }

  /** Exchanges the refresh token while no other process does. */
  private async exchangeAlone(reason: RenewalReason): Promise<AccessToken> {
    const { file, refresh } = this.options;
    if (file === undefined) return await this.exchangeTokens();
    return await file.exclusively(
      refresh.refreshToken,
      async (stored, record) => {
        // Another process may have renewed the tokens while this one waited.
        this.addTokens(stored);
        return this.usableToken(reason) ?? (await this.exchangeTokens(record));
      },
      processEnding,
    );
  }

  private async exchangeTokens(record?: ExchangeRecord): Promise<AccessToken> {
    this.issued = await this.exchange.run(record);
    return this.issued;
  }
}
