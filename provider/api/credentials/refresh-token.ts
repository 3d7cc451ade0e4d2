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

/** If Pinterest rejects an access token this soon after it was issued, it would reject another one too, and none is requested. */
const justIssuedMs = 60_000;

/** Wait after a failed renewal, while the current token is still valid. */
const retryRenewalMs = 60_000;

/** Why an access token is renewed: it expires soon, or Pinterest rejected it. */
type RenewalReason = "expiresSoon" | { readonly rejectedAccessToken: string };

type EntryWithAccess = TokenEntry & { readonly access: AccessToken };

const noEntry: TokenEntry = { sequence: 0, candidates: [] };

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
  /** The newest tokens that this process received, or read from the file. */
  private entry: TokenEntry | undefined;
  /** The last access token that this process received from Pinterest. */
  private issued: AccessToken | undefined;
  /** The renewal in progress. */
  private renewal: Promise<AccessToken> | undefined;
  private retryRenewalAt = 0;
  /** Whether Pinterest may have replaced a refresh token, and no process received the new one: an exchange was interrupted. */
  private mayHaveLostToken = false;
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
      return (await waitFor(this.renewOnce("expiresSoon"), signal)).accessToken;
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
    this.renewal ??= this.renewEntry(reason).finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async renewEntry(reason: RenewalReason): Promise<AccessToken> {
    try {
      const entry = await this.savedOrExchanged(reason);
      this.entry = entry;
      return entry.access;
    } catch (error) {
      this.retryRenewalAt = this.options.clock.now() + retryRenewalMs;
      throw error;
    }
  }

  /** Uses tokens that another process has saved, or else exchanges a refresh token. */
  private async savedOrExchanged(reason: RenewalReason): Promise<EntryWithAccess> {
    const { file, refresh } = this.options;
    // The first check needs no lock. Most processes find tokens that another one has renewed.
    const latest = newest(file?.get(refresh.refreshToken), this.entry);
    if (this.keepsAccess(latest, reason)) return latest;
    return await requestTokens(() => {
      if (file === undefined) return this.exchangeIfNeeded(undefined, noRecord, reason);
      return file.exclusively(
        refresh.refreshToken,
        (stored, record) => this.exchangeIfNeeded(stored, record, reason),
        processEnding,
      );
    });
  }

  private async exchangeIfNeeded(
    stored: TokenEntry | undefined,
    record: ExchangeRecord,
    reason: RenewalReason,
  ): Promise<EntryWithAccess> {
    // The file has newer tokens if another process renewed them, older ones if it was restored.
    const latest = newest(stored, this.entry) ?? noEntry;
    // Checked again, because another process may have renewed the tokens while this one waited for the lock.
    if (this.keepsAccess(latest, reason)) return latest;
    return await this.exchange(latest, record);
  }

  /** Whether an entry has an access token, and an exchange is not needed or would not help. */
  private keepsAccess(entry: TokenEntry | undefined, reason: RenewalReason): entry is EntryWithAccess {
    const access = entry?.access;
    if (access === undefined) return false;
    const now = this.options.clock.now();
    if (reason === "expiresSoon" || reason.rejectedAccessToken !== access.accessToken) {
      return now < renewalDue(access);
    }
    // Although Pinterest rejected it, a token that was just issued is kept. The caller compares it with the rejected one, and reports the rejection.
    return access.accessToken === this.issued?.accessToken && now - this.issued.obtainedAt < justIssuedMs;
  }

  /**
   * Exchanges the newest refresh token that Pinterest accepts.
   *
   * Saves an entry before the first request, so that the next process knows if this one was killed before it received the new refresh token.
   * Saves another one afterwards. Each has the next sequence number, because processes use the entry with the highest one.
   */
  private async exchange(latest: TokenEntry, record: ExchangeRecord): Promise<EntryWithAccess> {
    const configured = this.options.refresh.refreshToken;
    const tokens = [...new Set([...latest.candidates, configured])];
    this.mayHaveLostToken = latest.isExchanging ?? false;
    if (tokens.every((token) => this.rejected.has(token))) throw this.revoked();
    processEnding.throwIfAborted();

    const begun = { ...latest, sequence: latest.sequence + 1, isExchanging: true };
    // If it cannot be saved, nothing is sent.
    await record.save(begun);
    try {
      const { sent, issued } = await this.sendFirstAccepted(tokens, latest);
      const succeeded = {
        sequence: begun.sequence + 1,
        access: issued.access,
        candidates: candidatesAfter(tokens, sent, issued.refreshToken ?? sent, configured),
        refreshTokenExpiresAt: issued.refreshTokenExpiresAt,
      };
      this.issued = succeeded.access;
      // If the token file cannot be written, saves the tokens next to it: they must not be lost.
      await record.saveResult(succeeded);
      return succeeded;
    } catch (error) {
      const failed = { ...begun, sequence: begun.sequence + 1, isExchanging: this.mayHaveLostToken };
      this.entry = failed;
      // If a token may be lost, `begun` stays in the file as a record of that. The error of the exchange is more important than one of the file.
      if (!this.mayHaveLostToken) await record.save(failed).catch(() => {});
      throw error;
    }
  }

  /** Sends the tokens one after the other, until Pinterest accepts one. @throws AccountRevoked if it rejects all. */
  private async sendFirstAccepted(
    tokens: readonly string[],
    latest: TokenEntry,
  ): Promise<{ readonly sent: string; readonly issued: IssuedTokens }> {
    for (const sent of tokens) {
      if (this.rejected.has(sent)) continue;
      try {
        return { sent, issued: await this.request(sent, latest) };
      } catch (error) {
        this.noteOutcome(error);
        if (!(error instanceof ExchangeError && error.isTokenRejected)) throw error;
        this.rejected.set(sent, error);
      }
    }
    throw this.revoked();
  }

  /** Remembers if Pinterest may have replaced the refresh token in a request that failed. */
  private noteOutcome(error: unknown): void {
    this.mayHaveLostToken ||= error instanceof ExchangeError && error.isOutcomeUnknown;
  }

  /** Sends a refresh token, with retries. */
  private async request(refreshToken: string, latest: TokenEntry): Promise<IssuedTokens> {
    const { endpoint, refresh, account, clock, notices, file, retry, onExchange } = this.options;
    const retries = new Retries({
      ...retry,
      clock,
      signal: processEnding,
      onWait: (wait) => {
        this.noteOutcome(wait.error);
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

  /** The error if Pinterest has rejected all refresh tokens of the account. */
  private revoked(): AccountRevoked {
    const rejection = this.rejected.get(this.options.refresh.refreshToken);
    const { summary = "Pinterest rejected the refresh token", remedy, requestId } = rejection ?? {};
    if (!this.mayHaveLostToken) return new AccountRevoked(summary, remedy, requestId);
    return new AccountRevoked(
      `interrupted exchange: a process was killed, or lost its connection, before it received the new refresh token. For all earlier ones, ${summary}`,
      "The merchant must connect to the app again; then set the new refresh token",
      requestId,
    );
  }
}

/**
 * The refresh tokens that the next exchange tries before the configured one, after Pinterest accepted `sent` and issued `next`. For example, if
 * `tokens` are [c, b, a, configured], Pinterest rejected c, and it issued d for b, they are [d, b, c]:
 *
 * - b stays until d has worked.
 * - c is newer than b, but Pinterest rejected it, so it is tried last.
 * - a is dropped, because b, which is newer, has worked.
 */
function candidatesAfter(
  tokens: readonly string[],
  sent: string,
  next: string,
  configured: string,
): string[] {
  const newerButRejected = tokens.slice(0, tokens.indexOf(sent));
  const candidates = new Set([next, sent, ...newerButRejected]);
  candidates.delete(configured);
  return [...candidates];
}
