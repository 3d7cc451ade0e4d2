import { ignoreErrors } from "../../base/async";
import type { Clock } from "../../base/clock";
import { withRequestId } from "../../base/message-text";
import { AccountRevoked, type TokenNotices } from "../credentials";
import { Retries, type RetryPolicy } from "../retry";
import { processEnding } from "./in-progress";
import {
  ExchangeError,
  exchangeRefreshToken,
  type IssuedTokens,
  type RefreshCredentials,
  type TokenEndpoint,
} from "./token-endpoint";
import type { AccessToken, ExchangeRecord, TokenEntry } from "./token-file";

/** A successful exchange. Contains no token. */
export interface ExchangeEvent {
  /** Missing for the default account. If accounts share a refresh token, the first one that needed it. */
  readonly account?: string | undefined;
  /** Scopes of the access token, if the response contained them. */
  readonly scopes?: readonly string[] | undefined;
  /** Whether Pinterest issued a new refresh token. */
  readonly renewed: boolean;
}

export interface ExchangeOptions {
  readonly endpoint: TokenEndpoint;
  /** The refresh token in the configuration, and its app. */
  readonly refresh: RefreshCredentials;
  /** Name of the account, for notices. Undefined for the default account. */
  readonly account: string | undefined;
  readonly clock: Clock;
  readonly notices: TokenNotices;
  readonly onExchange?: ((event: ExchangeEvent) => void) | undefined;
  readonly retry: Pick<RetryPolicy, "maxAttempts" | "budget"> & { readonly timeoutMs: number };
}

/** The refresh token that Pinterest accepted, and the tokens that it issued for it. */
interface AcceptedToken {
  readonly sent: string;
  readonly issued: IssuedTokens;
}

/**
 * Exchanges refresh tokens of an account for access tokens. Pinterest may replace the refresh token in each exchange, and a process that is
 * killed may lose the new one. Therefore it tries all refresh tokens that may be valid, from the newest one to the configured one.
 */
export class TokenExchange {
  /** The newest tokens that this process received, or read from the file. */
  tokens: TokenEntry = { sequence: 0, candidates: [] };
  /** Pinterest's rejections of refresh tokens, which are not sent again. */
  private readonly rejections = new Map<string, ExchangeError>();
  /**
   * Whether Pinterest may have replaced a refresh token, and no process received the new one, because an exchange was interrupted. Its first value
   * is that of the entry in the file, and {@link send} sets it at each lost response, because a later attempt can end with another error.
   */
  private mayHaveLostToken = false;

  constructor(private readonly options: ExchangeOptions) {}

  /**
   * Exchanges the newest refresh token that Pinterest accepts, and saves the new tokens. During an exchange that
   * succeeds, the token file has these entries in turn:
   *
   *     { sequence: 4, candidates: ["b"] }                       before the exchange
   *     { sequence: 5, candidates: ["b"], isExchanging: true }   if this process is killed, the next one knows that "b" may be replaced
   *     { sequence: 6, candidates: ["c", "b"], access: … }       Pinterest issued "c"; "b" stays until an exchange of "c" has succeeded
   *
   * If the exchange fails, the last entry depends on whether Pinterest may have replaced "b":
   *
   *     { sequence: 6, candidates: ["b"], isExchanging: false }  no: each request was refused, or not sent, and no earlier response was lost
   *     { sequence: 5, candidates: ["b"], isExchanging: true }   perhaps: a response was lost, so the second entry stays
   *
   * @param record saves tokens with the next sequence numbers. Undefined without a token file.
   * @throws AccountRevoked if Pinterest has rejected all refresh tokens. Otherwise, the error of the last request or of the token file.
   */
  async run(record: ExchangeRecord | undefined): Promise<AccessToken> {
    const { refresh, account, notices, onExchange } = this.options;
    const latest = this.tokens;
    const configured = refresh.refreshToken;
    const refreshTokens = [...new Set([...latest.candidates, configured])];
    this.mayHaveLostToken = latest.isExchanging ?? false;
    if (refreshTokens.every((token) => this.rejections.has(token))) throw this.revoked();
    processEnding.throwIfAborted();

    const begun = { ...latest, sequence: latest.sequence + 1, isExchanging: true };
    await record?.save(begun);
    const sequence = begun.sequence + 1;
    let accepted: AcceptedToken;
    try {
      accepted = await this.sendUntilAccepted(refreshTokens);
    } catch (error) {
      this.tokens = { ...begun, sequence, isExchanging: this.mayHaveLostToken };
      // If a token may be lost, `begun` stays in the file. The error of the exchange is more important than one of the file.
      if (!this.mayHaveLostToken) await record?.save(this.tokens).catch(() => {});
      throw error;
    }
    const { sent, issued } = accepted;
    const next = issued.refreshToken ?? sent;
    const renewed = next !== sent;
    // A refresh token that stays valid keeps its expiry.
    const knownExpiry = renewed ? undefined : latest.refreshTokenExpiresAt;
    const refreshTokenExpiresAt = issued.refreshTokenExpiresAt ?? knownExpiry;
    const candidates = candidatesAfter(refreshTokens, sent, next, configured);
    this.tokens = { sequence, access: issued.access, candidates, refreshTokenExpiresAt };
    await record?.saveResult(this.tokens);
    // Reports never throw, because the caller would lose the tokens.
    ignoreErrors(onExchange)({ account, scopes: issued.scopes, renewed });
    if (renewed && record === undefined) notices.refreshTokenNotSaved(account);
    if (refreshTokenExpiresAt !== undefined) notices.expires(account, "refresh token", refreshTokenExpiresAt);
    return issued.access;
  }

  /** @throws AccountRevoked if Pinterest rejects all refresh tokens. */
  private async sendUntilAccepted(refreshTokens: readonly string[]): Promise<AcceptedToken> {
    for (const sent of refreshTokens) {
      if (this.rejections.has(sent)) continue;
      try {
        return { sent, issued: await this.sendWithRetries(sent) };
      } catch (error) {
        if (!(error instanceof ExchangeError && error.isTokenRejected)) throw error;
        this.rejections.set(sent, error);
      }
    }
    throw this.revoked();
  }

  private sendWithRetries(refreshToken: string): Promise<IssuedTokens> {
    const { account, clock, notices, retry } = this.options;
    const retries = new Retries({
      ...retry,
      endsAt: clock.now() + retry.timeoutMs,
      clock,
      signal: processEnding,
      onRetry: (wait) => {
        const { summary, requestId } = wait.error as ExchangeError;
        notices.waits(account, wait, withRequestId(summary, requestId));
      },
    });
    return retries.run(() => this.send(refreshToken));
  }

  private async send(refreshToken: string): Promise<IssuedTokens> {
    const { endpoint, refresh, clock } = this.options;
    try {
      return await exchangeRefreshToken(endpoint, { ...refresh, refreshToken }, clock);
    } catch (error) {
      if (error instanceof ExchangeError && error.isOutcomeUnknown) this.mayHaveLostToken = true;
      throw error;
    }
  }

  /** The error if Pinterest has rejected all refresh tokens of the account. */
  private revoked(): AccountRevoked {
    const rejection = this.rejections.get(this.options.refresh.refreshToken);
    const { summary = "Pinterest rejected the refresh token", remedy, requestId } = rejection ?? {};
    if (!this.mayHaveLostToken) return new AccountRevoked(summary, remedy, requestId);
    return new AccountRevoked(
      `interrupted exchange: a process was killed, or lost its connection, before it received the new refresh token. Pinterest rejected all earlier ones. For the configured one, ${summary}`,
      "The merchant must connect to the app again; then set the new refresh token",
      requestId,
    );
  }
}

/**
 * The refresh tokens that the next exchange tries before the configured one, after Pinterest accepted `sent` and issued `next`. For example, if
 * `refreshTokens` are [c, b, a, configured], Pinterest rejected c, and it issued d for b, they are [d, b, c]:
 *
 * - b stays until d has worked.
 * - c is newer than b, but Pinterest rejected it, so it is tried last.
 * - a is dropped, because b, which is newer, has worked.
 */
function candidatesAfter(
  refreshTokens: readonly string[],
  sent: string,
  next: string,
  configured: string,
): string[] {
  const newerButRejected = refreshTokens.slice(0, refreshTokens.indexOf(sent));
  const candidates = new Set([next, sent, ...newerButRejected]);
  candidates.delete(configured);
  return [...candidates];
}
