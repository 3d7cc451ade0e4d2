import { accountInWords } from "../message-text";
import { type RetryWait, retryNotice } from "../retry";

/** Expiry of a token that the provider cannot renew without the user. */
export interface ExpiryEvent {
  /** Missing for the default account. */
  readonly account?: string | undefined;
  readonly token: "access token" | "refresh token";
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What to do about a token that expires. */
const expiryRemedies = {
  "access token": "replace it before that date",
  "refresh token": "if no update renews it before that date, the merchant must connect to the app again",
} as const;

/** Limit for the accounts that messages name for each kind of notice. */
const namedAccounts = 5;

/** Notices about the tokens of accounts. Each is printed once per account, for at most five accounts. */
export class TokenNotices {
  readonly #printed = new Map<string, Set<string | undefined>>();

  /** @param onExpiry receives expiries instead of `notify`. */
  constructor(
    private readonly notify: (message: string) => void,
    private readonly now: () => number,
    private readonly onExpiry?: (event: ExpiryEvent) => void,
  ) {}

  /** Reports a new refresh token that is lost, because no token file is configured. */
  refreshTokenNotSaved(account: string | undefined): void {
    const key = account === undefined ? "pinterest:refreshToken" : "pinterest:accounts";
    this.#print(
      "not saved",
      account,
      `Pinterest issued a new refresh token for ${accountInWords(account)}, which is not saved. Set pinterest:tokenFile ` +
        `(PINTEREST_TOKEN_FILE) to a file that keeps it, before the one in ${key} expires.`,
    );
  }

  /** Reports the expiry of a token that the provider cannot renew without the user. */
  expires(account: string | undefined, token: ExpiryEvent["token"], expiresAt: number): void {
    if (this.onExpiry !== undefined) {
      this.onExpiry({ account, token, expiresAt });
      return;
    }
    const notice = expiryNotice(expiresAt, this.now());
    if (notice === undefined) return;
    this.#print(
      token,
      account,
      `The ${token} of ${accountInWords(account)} ${notice}: ${expiryRemedies[token]}.`,
    );
  }

  /** Reports a wait before the next request to the token endpoint. */
  waits(account: string | undefined, wait: RetryWait, reason: string): void {
    const notice = retryNotice(wait, `getting an access token for ${accountInWords(account)}`, reason);
    if (notice !== undefined) this.#print("waits", account, notice);
  }

  #print(topic: string, account: string | undefined, message: string): void {
    const accounts = this.#printed.get(topic) ?? new Set();
    this.#printed.set(topic, accounts);
    if (accounts.has(account)) return;
    accounts.add(account);
    if (accounts.size <= namedAccounts) this.notify(message);
    else if (accounts.size === namedAccounts + 1) {
      this.notify(`${message} There are more accounts with this problem, which are not listed.`);
    }
  }
}

const dayMs = 86_400_000;

/**
 * Describes the expiry of a token that has expired or expires within seven days, as a predicate; otherwise returns undefined.
 *
 * @param expiresAt in milliseconds since 1970.
 */
export function expiryNotice(expiresAt: number, now: number): string | undefined {
  const left = expiresAt - now;
  if (left > 7 * dayMs) return undefined;
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  if (left <= 0) return `expired on ${day}`;
  const days = Math.round(left / dayMs);
  return `expires on ${day}, ${days === 0 ? "in less than a day" : days === 1 ? "in a day" : `in ${days} days`}`;
}
