import { waitFor } from "../../base/async";
import type { Clock } from "../../base/clock";
import { withRequestId } from "../../base/message-text";
import {
  AccountRevoked,
  type Credentials,
  renewalDue,
  type TokenNotices,
  type TokenSource,
} from "../credentials";
import { Retries, type RetryPolicy } from "../retry";
import { processEnding, requestTokens } from "./in-progress";
import {
  ExchangeError,
  exchangeRefreshToken,
  type IssuedTokens,
  type RefreshCredentials,
  type TokenEndpoint,
} from "./token-endpoint";
import { type AccessToken, type ExchangeRecord, newest, type TokenEntry, type TokenFile } from "./token-file";

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
  readonly from?: TokenSource | undefined;
  readonly clock: Clock;
  readonly notices: TokenNotices;
  /** Keeps the latest tokens between processes. @default none */
  readonly file?: TokenFile | undefined;
  readonly onExchange?: ((event: ExchangeEvent) => void) | undefined;
  readonly retry: Pick<RetryPolicy, "maxAttempts" | "timeoutMs" | "budget">;
}

/** If Pinterest rejects a token this soon after this process received it, no other one is requested, because Pinterest would reject that one too. */
const freshMs = 60_000;

/** Wait after a failed renewal, while the current token is still valid. */
const retryRenewalMs = 60_000;

type UsableEntry = TokenEntry & { readonly access: AccessToken };

/** For exchanges without a token file. */
const noRecord: ExchangeRecord = { save: async () => {}, saveResult: async () => {} };

/**
 * Credentials that exchange a refresh token for access tokens: when a request needs the first one, before it expires, and when Pinterest
 * rejects it. Concurrent callers share one exchange, and a caller that cancels does not cancel it.
 */
export class RefreshToken implements Credentials {
  readonly remedy =
    "Run again in a minute: the provider renews this access token with a refresh token (pinterest:refreshToken, or the account's entry in " +
    "pinterest:accounts), but not within a minute of the last renewal. If Pinterest still rejects the token, have the account's owner " +
    "authorize the app again, and set the new refresh token.";
  readonly from: TokenSource | undefined;
  private entry: TokenEntry | undefined;
  /** The last access token that this process received from Pinterest. */
  private issued: AccessToken | undefined;
  private renewal: Promise<AccessToken> | undefined;
  private retryRenewalAt = 0;
  /** Refresh tokens that Pinterest rejected, which are not sent again. */
  private readonly rejected = new Map<string, ExchangeError>();

  constructor(private readonly options: RefreshTokenOptions) {
    this.from = options.from;
  }

  async accessToken(signal?: AbortSignal): Promise<string> {
    const now = this.options.clock.now();
    const current = this.entry?.access;
    const isValid = current !== undefined && now < current.expiresAt;
    if (isValid && (now < renewalDue(current) || now < this.retryRenewalAt)) return current.accessToken;
    try {
      return (await waitFor(this.renewOnce(undefined), signal)).accessToken;
    } catch (error) {
      if (!isValid || signal?.aborted) throw error;
      return current.accessToken;
    }
  }

  async renew(rejected: string, signal?: AbortSignal): Promise<boolean> {
    if (this.renewal !== undefined) await waitFor(this.renewal, signal);
    const { accessToken } = await waitFor(this.renewOnce(rejected), signal);
    return accessToken !== rejected;
  }

  private renewOnce(rejected: string | undefined): Promise<AccessToken> {
    this.renewal ??= this.renewNow(rejected).finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async renewNow(rejected: string | undefined): Promise<AccessToken> {
    const { file, refresh, clock } = this.options;
    const isUsable = (entry: TokenEntry | undefined): entry is UsableEntry => {
      if (entry?.access === undefined) return false;
      const { access } = entry;
      if (access.accessToken !== rejected) return clock.now() < renewalDue(access);
      return rejected === this.issued?.accessToken && clock.now() - this.issued.obtainedAt < freshMs;
    };
    const useOrExchange = async (stored: TokenEntry | undefined, record: ExchangeRecord) => {
      // The file has newer tokens if another process renewed them, and older ones if it was restored.
      const latest = newest(stored, this.entry);
      return isUsable(latest)
        ? latest
        : await this.exchange(latest ?? { sequence: 0, candidates: [] }, record);
    };
    try {
      const latest = newest(file?.get(refresh.refreshToken), this.entry);
      const entry = isUsable(latest)
        ? latest
        : await requestTokens(
            async () =>
              await (file === undefined
                ? useOrExchange(undefined, noRecord)
                : file.exclusively(refresh.refreshToken, useOrExchange, processEnding)),
          );
      this.entry = entry;
      return entry.access;
    } catch (error) {
      this.retryRenewalAt = clock.now() + retryRenewalMs;
      throw error;
    }
  }

  /** Exchanges the newest refresh token that Pinterest accepts. Its predecessor stays in the entry until the new one has worked. */
  private async exchange(latest: TokenEntry, record: ExchangeRecord): Promise<UsableEntry> {
    const configured = this.options.refresh.refreshToken;
    const tokens = [...new Set([...latest.candidates, configured])];
    let { isExchanging: isInterrupted = false } = latest;
    if (tokens.every((token) => this.rejected.has(token))) {
      throw revoked(this.rejected.get(configured), { isInterrupted });
    }
    const begun = { ...latest, sequence: latest.sequence + 1, isExchanging: true };
    const onFailure = (error: unknown): void => {
      isInterrupted ||= error instanceof ExchangeError && error.isOutcomeUnknown;
    };
    processEnding.throwIfAborted();
    await record.save(begun);
    try {
      for (const [index, refreshToken] of tokens.entries()) {
        if (this.rejected.has(refreshToken)) continue;
        try {
          const {
            scopes: _,
            refreshToken: next = refreshToken,
            ...issued
          } = await this.request(refreshToken, latest, onFailure);
          // The older ones are dropped, because this one has worked. The newer ones, which Pinterest has rejected, are tried last.
          const candidates = new Set([next, refreshToken, ...tokens.slice(0, index)]);
          candidates.delete(configured);
          const entry = { ...issued, sequence: begun.sequence + 1, candidates: [...candidates] };
          this.issued = issued.access;
          await record.saveResult(entry);
          return entry;
        } catch (error) {
          onFailure(error);
          if (!(error instanceof ExchangeError && error.isTokenRejected)) throw error;
          this.rejected.set(refreshToken, error);
        }
      }
      throw revoked(this.rejected.get(configured), { isInterrupted });
    } catch (error) {
      this.entry = { ...begun, sequence: begun.sequence + 1, isExchanging: isInterrupted };
      // The error of the exchange is more important than one of the file.
      if (!isInterrupted) await record.save(this.entry).catch(() => {});
      throw error;
    }
  }

  /** Sends a refresh token, with retries. @param onFailure receives the errors of attempts that are repeated. */
  private async request(
    refreshToken: string,
    latest: TokenEntry,
    onFailure: (error: unknown) => void,
  ): Promise<IssuedTokens> {
    const { endpoint, refresh, account, clock, notices, file, retry, onExchange } = this.options;
    const retries = new Retries({
      ...retry,
      clock,
      signal: processEnding,
      onWait: (wait) => {
        onFailure(wait.error);
        const { summary, requestId } = wait.error as ExchangeError;
        notices.waits(account, wait, withRequestId(summary, requestId));
      },
    });
    const issued = await retries.run(() =>
      exchangeRefreshToken(endpoint, { ...refresh, refreshToken }, clock),
    );
    const renewed = issued.refreshToken !== undefined && issued.refreshToken !== refreshToken;
    const refreshTokenExpiresAt =
      issued.refreshTokenExpiresAt ?? (renewed ? undefined : latest.refreshTokenExpiresAt);
    onExchange?.({ account, scopes: issued.scopes, renewed });
    if (renewed && file === undefined) notices.refreshTokenNotSaved(account);
    if (refreshTokenExpiresAt === undefined) return issued;
    notices.expires(account, "refresh token", refreshTokenExpiresAt);
    return { ...issued, refreshTokenExpiresAt };
  }
}

/** The error if Pinterest has rejected all refresh tokens of an account. */
function revoked(
  rejection: ExchangeError | undefined,
  { isInterrupted }: { readonly isInterrupted: boolean },
): AccountRevoked {
  const { summary = "Pinterest rejected the refresh token", remedy, requestId } = rejection ?? {};
  if (!isInterrupted) return new AccountRevoked(summary, remedy, requestId);
  return new AccountRevoked(
    `interrupted exchange: a process was killed, or lost its connection, before it received the new refresh token. For all earlier ones, ${summary}`,
    "The merchant must connect to the app again; then set the new refresh token",
    requestId,
  );
}
