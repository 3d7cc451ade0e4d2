import type { Clock } from "../clock";
import { AccountRevoked, type Credentials } from "../credentials";
import { type RetryPolicy, retrying } from "../retry/retrying";
import { waitFor } from "../wait-for";
import type { AppGrant } from "./app-grant";
import { ExchangeError } from "./exchange-error";
import type { ExchangeEvent } from "./exchange-event";
import { renewalDue } from "./expiry";
import type { HeldTokens, TokenStore } from "./held-tokens";
import type { TokenNotices } from "./notices";
import { exchangeRefreshToken, type TokenEndpoint } from "./token-endpoint";

export interface RefreshingTokenOptions {
  readonly endpoint: TokenEndpoint;
  readonly grant: AppGrant;
  /** The account's name, for notices; none for the default account. */
  readonly account: string | undefined;
  readonly clock: Clock;
  readonly notices: TokenNotices;
  /** Where the latest tokens are kept between processes. @default nowhere */
  readonly store?: TokenStore | undefined;
  /** Told of each exchange that succeeded. @default nobody */
  readonly onExchange?: ((event: ExchangeEvent) => void) | undefined;
  readonly retry?: Omit<RetryPolicy, "clock" | "onWait">;
}

/** A token that is refused so soon after it was given would be refused again. */
const freshMs = 60_000;

/** How long a token that is still valid is used before its renewal, having failed, is tried again. */
const retryRenewalMs = 60_000;

/**
 * Credentials out of a refresh token. An access token is asked for when it is first needed, before it ends, and when Pinterest
 * has refused it: once for all who wait for it at that moment. One caller that gives up ends nobody else's waiting.
 */
export function refreshingToken(options: RefreshingTokenOptions): Credentials {
  return new RefreshingToken(options);
}

class RefreshingToken implements Credentials {
  readonly remedy =
    "The access token came from the refresh token that is configured (pinterest:refreshToken, or the account's entry of pinterest:accounts). " +
    "One that is refused within a minute of its exchange is not exchanged again: run again later; if it stays so, have the " +
    "account's owner authorize the app again, and set the new refresh token.";
  #held: HeldTokens | undefined;
  #renewal: Promise<HeldTokens> | undefined;
  #renewableFrom = 0;
  /** Refresh tokens that Pinterest will not take: it is not asked about them again. */
  readonly #refused = new Map<string, ExchangeError>();

  constructor(private readonly options: RefreshingTokenOptions) {}

  atHand(): string | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    const usableUntil = Math.max(renewalDue(held), Math.min(this.#renewableFrom, held.expiresAt));
    return this.options.clock.now() < usableUntil ? held.accessToken : undefined;
  }

  async accessToken(signal?: AbortSignal): Promise<string> {
    const atHand = this.atHand();
    if (atHand !== undefined) return atHand;
    const held = this.#held;
    const now = this.options.clock.now();
    try {
      return (await waitFor(this.#renewed(undefined), signal)).accessToken;
    } catch (error) {
      // The margin before its end is there for this.
      if (held === undefined || now >= held.expiresAt || signal?.aborted) throw error;
      return held.accessToken;
    }
  }

  async renew(refused: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#renewal !== undefined) await waitFor(this.#renewal, signal);
    if (this.#held !== undefined && this.#held.accessToken !== refused) return true;
    const { accessToken } = await waitFor(this.#renewed(refused), signal);
    return accessToken !== refused;
  }

  #renewed(refused: string | undefined): Promise<HeldTokens> {
    this.#renewal ??= this.#renew(refused).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(refused: string | undefined): Promise<HeldTokens> {
    const { store, grant, clock } = this.options;
    const isUsable = (kept: HeldTokens | undefined): kept is HeldTokens =>
      kept !== undefined &&
      // The file may be of a machine whose clock is ahead.
      (kept.accessToken === refused
        ? Math.abs(clock.now() - kept.obtainedAt) < freshMs
        : clock.now() < renewalDue(kept));
    // Another process may have renewed it meanwhile; or what this one had could not be kept.
    const latest = (kept: HeldTokens | undefined): HeldTokens | undefined =>
      kept === undefined || kept.obtainedAt < (this.#held?.obtainedAt ?? 0) ? this.#held : kept;
    const orExchange = async (kept: HeldTokens | undefined): Promise<HeldTokens> => {
      const tokens = latest(kept);
      return isUsable(tokens) ? tokens : await this.#exchange(tokens);
    };
    try {
      const known = latest(store?.get(grant.refreshToken));
      if (isUsable(known)) this.#held = known;
      else if (store === undefined) this.#held = await orExchange(undefined);
      else this.#held = await store.update(grant.refreshToken, orExchange);
      return this.#held;
    } catch (error) {
      this.#renewableFrom = clock.now() + retryRenewalMs;
      throw error;
    }
  }

  /** With the latest refresh token, and with the configured one where that is refused: a kept one may be of a copy that is old. */
  async #exchange(kept: HeldTokens | undefined): Promise<HeldTokens> {
    const configured = this.options.grant.refreshToken;
    const candidates = new Set([kept?.refreshToken ?? configured, configured]);
    let failure: ExchangeError | undefined;
    for (const refreshToken of candidates) {
      failure = this.#refused.get(refreshToken);
      if (failure !== undefined) continue;
      try {
        return await this.#exchangeOne(refreshToken, kept);
      } catch (error) {
        if (!(error instanceof ExchangeError && error.grantRefused)) throw error;
        this.#refused.set(refreshToken, error);
        failure = error;
      }
    }
    throw new AccountRevoked(failure?.message ?? "the refresh token was refused");
  }

  async #exchangeOne(refreshToken: string, kept: HeldTokens | undefined): Promise<HeldTokens> {
    const { endpoint, grant, account, clock, notices, store, retry } = this.options;
    const issued = await retrying(() => exchangeRefreshToken(endpoint, { ...grant, refreshToken }), {
      ...retry,
      clock,
      retryable: (error) => error instanceof ExchangeError && error.transient,
      toldWaitMs: (error) => (error instanceof ExchangeError ? error.toldWaitMs : undefined),
      onWait: (wait) => notices.waits(account, wait),
    });
    const renewed = issued.refreshToken !== undefined && issued.refreshToken !== refreshToken;
    const refreshTokenExpiresAt =
      issued.refreshTokenExpiresAt ?? (renewed ? undefined : kept?.refreshTokenExpiresAt);
    this.options.onExchange?.({
      ...(account === undefined ? {} : { account }),
      ...(issued.scopes === undefined ? {} : { scopes: issued.scopes }),
      renewed,
    });
    if (renewed && store === undefined) notices.unkept(account);
    if (refreshTokenExpiresAt !== undefined) {
      notices.expires(account, "refresh token", refreshTokenExpiresAt);
    }
    return {
      accessToken: issued.accessToken,
      obtainedAt: issued.issuedAt,
      expiresAt: issued.expiresAt,
      refreshToken: issued.refreshToken ?? refreshToken,
      ...(refreshTokenExpiresAt === undefined ? {} : { refreshTokenExpiresAt }),
    };
  }
}
