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
  private entry: TokenEntry | undefined;
  /** The last access token that this process received from Pinterest. */
  private issued: AccessToken | undefined;
  private renewal: Promise<AccessToken> | undefined;
  private retryRenewalAt = 0;
  /** Whether Pinterest may have replaced a refresh token, and no process received the new one. */
  private isInterrupted = false;
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
    const renew = async (stored: TokenEntry | undefined, record: ExchangeRecord) =>
      this.usableEntry(stored, rejected) ??
      (await this.exchange(newest(stored, this.entry) ?? noEntry, record));
    const renewAlone = () =>
      file === undefined
        ? renew(undefined, noRecord)
        : file.exclusively(refresh.refreshToken, renew, processEnding);
    try {
      const stored = file?.get(refresh.refreshToken);
      const entry = this.usableEntry(stored, rejected) ?? (await requestTokens(renewAlone));
      this.entry = entry;
      return entry.access;
    } catch (error) {
      this.retryRenewalAt = clock.now() + retryRenewalMs;
      throw error;
    }
  }

  /** The newest entry, if its access token need not be renewed. The file has newer tokens if another process renewed them, older ones if it was restored. */
  private usableEntry(stored: TokenEntry | undefined, rejected: string | undefined): UsableEntry | undefined {
    const now = this.options.clock.now();
    const { access, ...entry } = newest(stored, this.entry) ?? noEntry;
    if (access === undefined) return undefined;
    const isFresh = access.accessToken === this.issued?.accessToken && now - this.issued.obtainedAt < freshMs;
    const isUsable = access.accessToken === rejected ? isFresh : now < renewalDue(access);
    return isUsable ? { ...entry, access } : undefined;
  }

  /** Exchanges the newest refresh token that Pinterest accepts. Its predecessor stays in the entry until the new one has worked. */
  private async exchange(latest: TokenEntry, record: ExchangeRecord): Promise<UsableEntry> {
    const configured = this.options.refresh.refreshToken;
    const tokens = [...new Set([...latest.candidates, configured])];
    this.isInterrupted = latest.isExchanging ?? false;
    if (tokens.every((token) => this.rejected.has(token))) throw this.revoked();
    processEnding.throwIfAborted();
    const begun = { ...latest, sequence: latest.sequence + 1, isExchanging: true };
    await record.save(begun);
    try {
      const { sent, issued } = await this.sendFirstAccepted(tokens, latest);
      const { scopes: _, refreshToken: next = sent, ...entry } = issued;
      // The older ones are dropped, because this one has worked. The newer ones, which Pinterest has rejected, are tried last.
      const candidates = new Set([next, sent, ...tokens.slice(0, tokens.indexOf(sent))]);
      candidates.delete(configured);
      const ended = { ...entry, sequence: begun.sequence + 1, candidates: [...candidates] };
      this.issued = ended.access;
      await record.saveResult(ended);
      return ended;
    } catch (error) {
      this.entry = { ...begun, sequence: begun.sequence + 1, isExchanging: this.isInterrupted };
      // The error of the exchange is more important than one of the file.
      if (!this.isInterrupted) await record.save(this.entry).catch(() => {});
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

  private noteOutcome(error: unknown): void {
    this.isInterrupted ||= error instanceof ExchangeError && error.isOutcomeUnknown;
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
    if (!this.isInterrupted) return new AccountRevoked(summary, remedy, requestId);
    return new AccountRevoked(
      `interrupted exchange: a process was killed, or lost its connection, before it received the new refresh token. For all earlier ones, ${summary}`,
      "The merchant must connect to the app again; then set the new refresh token",
      requestId,
    );
  }
}
