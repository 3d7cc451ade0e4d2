import { waitFor } from "../async";
import type { Clock } from "../clock";
import { AccountRevoked, type Credentials, renewalDue, type TokenNotices } from "../credentials";
import { withRequestId } from "../message-text";
import { type RetryPolicy, retrying } from "../retry";
import {
  ExchangeError,
  exchangeRefreshToken,
  type RefreshCredentials,
  type TokenEndpoint,
} from "./token-endpoint";
import type { StoredTokens, TokenFile } from "./token-file";

/** A successful exchange. Contains no token. */
export interface ExchangeEvent {
  /** Missing for the default account. If accounts share a refresh token, the first one that needed it. */
  readonly account?: string | undefined;
  /** Scopes of the access token, if the response contained them. */
  readonly scopes?: readonly string[] | undefined;
  /** Whether Pinterest issued a new refresh token. */
  readonly renewed: boolean;
}

interface RefreshTokenOptions {
  readonly endpoint: TokenEndpoint;
  readonly refresh: RefreshCredentials;
  /** Name of the account, for notices. Undefined for the default account. */
  readonly account: string | undefined;
  readonly clock: Clock;
  readonly notices: TokenNotices;
  /** Keeps the latest tokens between processes. @default none */
  readonly file?: TokenFile | undefined;
  readonly onExchange?: ((event: ExchangeEvent) => void) | undefined;
  readonly retry: Pick<RetryPolicy, "maxAttempts" | "timeoutMs" | "budget">;
}

/** A token that is rejected this soon after its exchange is not exchanged again, because Pinterest would reject the next one too. */
const freshMs = 60_000;

/** Wait after a failed renewal, while the current token is still valid. */
const retryRenewalMs = 60_000;

/**
 * Credentials that exchange a refresh token for access tokens: when a request needs the first one, before it expires, and when Pinterest
 * rejects it. Concurrent callers share one exchange, and a caller that cancels does not cancel it.
 */
export class RefreshToken implements Credentials {
  readonly remedy =
    "The provider renews this access token with a refresh token (pinterest:refreshToken, or the account's entry in pinterest:accounts), " +
    "but not within a minute of the last renewal. Run again later. If Pinterest still rejects the token, have the account's owner " +
    "authorize the app again, and set the new refresh token.";
  #tokens: StoredTokens | undefined;
  #renewal: Promise<StoredTokens> | undefined;
  #retryRenewalAt = 0;
  /** Refresh tokens that Pinterest rejected, which are not sent again. */
  readonly #rejected = new Map<string, ExchangeError>();

  constructor(private readonly options: RefreshTokenOptions) {}

  async accessToken(signal?: AbortSignal): Promise<string> {
    const now = this.options.clock.now();
    const current = this.#tokens;
    const isValid = current !== undefined && now < current.expiresAt;
    if (isValid && (now < renewalDue(current) || now < this.#retryRenewalAt)) return current.accessToken;
    try {
      return (await waitFor(this.#renewOnce(undefined), signal)).accessToken;
    } catch (error) {
      if (!isValid || signal?.aborted) throw error;
      return current.accessToken;
    }
  }

  async renew(rejected: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#renewal !== undefined) await waitFor(this.#renewal, signal);
    const { accessToken } = await waitFor(this.#renewOnce(rejected), signal);
    return accessToken !== rejected;
  }

  #renewOnce(rejected: string | undefined): Promise<StoredTokens> {
    this.#renewal ??= this.#renew(rejected).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(rejected: string | undefined): Promise<StoredTokens> {
    const { file, refresh, clock } = this.options;
    // The file has newer tokens if another process renewed them, and older ones if the last write failed.
    const newer = (stored: StoredTokens | undefined): StoredTokens | undefined =>
      stored === undefined || stored.obtainedAt < (this.#tokens?.obtainedAt ?? 0) ? this.#tokens : stored;
    const isUsable = (tokens: StoredTokens | undefined): tokens is StoredTokens =>
      tokens !== undefined &&
      (tokens.accessToken === rejected
        ? // The clock of the machine that wrote the file can be ahead.
          Math.abs(clock.now() - tokens.obtainedAt) < freshMs
        : clock.now() < renewalDue(tokens));
    const useOrExchange = async (stored: StoredTokens | undefined): Promise<StoredTokens> => {
      const latest = newer(stored);
      return isUsable(latest) ? latest : await this.#exchange(latest);
    };
    try {
      const latest = newer(file?.get(refresh.refreshToken));
      if (isUsable(latest)) this.#tokens = latest;
      else if (file === undefined) this.#tokens = await useOrExchange(undefined);
      else this.#tokens = await file.update(refresh.refreshToken, useOrExchange);
      return this.#tokens;
    } catch (error) {
      this.#retryRenewalAt = clock.now() + retryRenewalMs;
      throw error;
    }
  }

  /** Exchanges the latest refresh token. If Pinterest rejects it, the file may be an old copy: then exchanges the configured one. */
  async #exchange(latest: StoredTokens | undefined): Promise<StoredTokens> {
    const configured = this.options.refresh.refreshToken;
    let rejection: ExchangeError | undefined;
    for (const refreshToken of new Set([latest?.refreshToken ?? configured, configured])) {
      rejection = this.#rejected.get(refreshToken);
      if (rejection !== undefined) continue;
      try {
        return await this.#exchangeOne(refreshToken, latest);
      } catch (error) {
        if (!(error instanceof ExchangeError && error.isTokenRejected)) throw error;
        this.#rejected.set(refreshToken, error);
        rejection = error;
      }
    }
    const { summary = "Pinterest rejected the refresh token", remedy, requestId } = rejection ?? {};
    throw new AccountRevoked(summary, remedy, requestId);
  }

  async #exchangeOne(refreshToken: string, latest: StoredTokens | undefined): Promise<StoredTokens> {
    const { endpoint, refresh, account, clock, notices, file, retry, onExchange } = this.options;
    const { scopes, ...issued } = await retrying(
      () => exchangeRefreshToken(endpoint, { ...refresh, refreshToken }, clock),
      {
        ...retry,
        clock,
        onWait: (wait) => {
          const { summary, requestId } = wait.error as ExchangeError;
          notices.waits(account, wait, withRequestId(summary, requestId));
        },
      },
    );
    const renewed = issued.refreshToken !== undefined && issued.refreshToken !== refreshToken;
    const refreshTokenExpiresAt =
      issued.refreshTokenExpiresAt ?? (renewed ? undefined : latest?.refreshTokenExpiresAt);
    onExchange?.({ account, scopes, renewed });
    if (renewed && file === undefined) notices.refreshTokenNotSaved(account);
    if (refreshTokenExpiresAt !== undefined) {
      notices.expires(account, "refresh token", refreshTokenExpiresAt);
    }
    return {
      ...issued,
      refreshToken: issued.refreshToken ?? refreshToken,
      ...(refreshTokenExpiresAt === undefined ? {} : { refreshTokenExpiresAt }),
    };
  }
}
