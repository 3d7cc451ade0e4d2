import { ignoreErrors } from "../base/async";
import { accountInWords, withRequestId } from "../base/message-text";
import { lazySchema } from "../base/schema";
import { type RetryWait, retryNotice } from "./retry";
import { minUnseparatedLength } from "./secret-patterns";

/** Source of the access tokens that a client sends. */
export interface Credentials {
  /**
   * Returns a valid access token. Called once per request.
   *
   * @param signal stops waiting for the token if the request is canceled.
   * @throws CredentialsError if there is none. {@link AccountRevoked} if only the merchant can restore access.
   */
  accessToken(signal?: AbortSignal): Promise<string>;
  /**
   * Replaces a token that Pinterest rejected (401, code 2). Credentials that cannot replace tokens omit this method.
   *
   * @returns whether there is another token, so that the client repeats the request.
   * @throws like {@link accessToken}.
   */
  renew?(rejected: string, signal?: AbortSignal): Promise<boolean>;
  /** Remedy if Pinterest also rejects the last token, in full sentences. */
  readonly remedy?: string | undefined;
  /** Origin of the token. State keeps a token of the configuration, so a command without the program uses that of the last update. */
  readonly from?: TokenOrigin | undefined;
}

/** Where a token comes from. Error messages and their remedies depend on it. */
export type TokenOrigin = "configuration" | "environment" | "command";

/** An error about credentials. Messages never contain a token, and there is no `cause`, which could. */
export class CredentialsError extends Error {
  override readonly name: string = "CredentialsError";

  /**
   * @param summary what failed and why, without the request ID, and without a period at the end.
   * @param remedy what to do next, without a period at the end: the message of the failed operation adds it.
   * @param requestId of the response from the token endpoint.
   */
  constructor(
    readonly summary: string,
    readonly remedy = "",
    readonly requestId?: string,
  ) {
    super([withRequestId(summary, requestId), remedy].filter(Boolean).join(". "));
  }
}

/** The merchant has withdrawn the access, and only the merchant can restore it. */
export class AccountRevoked extends CredentialsError {
  override readonly name = "AccountRevoked";
}

/** The configuration contains credentials of other accounts, but not of this one. */
export class UnconfiguredAccount extends CredentialsError {
  override readonly name = "UnconfiguredAccount";
}

/** Credentials that consist of one access token, without "Bearer", which is never renewed. */
export function staticToken(token: string): Credentials {
  return { accessToken: () => Promise.resolve(token) };
}

/**
 * Returns why a string cannot be a token, as a predicate ("is empty"), or undefined if it can be. Allows printable ASCII without spaces, of
 * which bearer tokens are a subset (https://www.rfc-editor.org/rfc/rfc6750#section-2.1).
 */
export function tokenTextProblem(text: string): string | undefined {
  if (/^[\x21-\x7e]+$/.test(text)) return undefined;
  return text === ""
    ? "is empty"
    : "contains whitespace, a line break or another character that is not allowed in a token";
}

const tokenAsName = new RegExp(
  String.raw`^pin[ar](?:[._][\w.~+/=%-]{16,}|-(?=.*\d)[\w.~+/=%-]{${minUnseparatedLength},})$`,
);

/**
 * Whether a string given as a name is a token of Pinterest. Messages show names, but never tokens. The separator after `pina` may vary. After
 * a hyphen, only a long word with a digit counts, so that `pina-colada-barcelona-1` is accepted as a name.
 */
export function looksLikeToken(text: string): boolean {
  return tokenAsName.test(text);
}

/** Accepted forms of an expiry, for messages. */
export const expiryForms = 'an ISO 8601 date such as "2027-01-31T12:00:00Z", or milliseconds since 1970';

/** An expiry in one of the {@link expiryForms}, parsed to milliseconds since 1970. */
export const expirySchema = lazySchema((z) => {
  const date = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:[T ]|$)/);
  // Smaller numbers are seconds: as milliseconds, they would be before April 1973. Larger ones exceed a JavaScript Date.
  const milliseconds = z.number().min(1e11).max(8.64e15);
  return z.union([milliseconds, date.transform(Date.parse).pipe(z.number())]);
});

/** The time in milliseconds since 1970 to renew a token: five minutes before it expires, or after 90 % of its lifetime if that is later. */
export function renewalDue({ obtainedAt, expiresAt }: { obtainedAt: number; expiresAt: number }): number {
  const lifetime = Math.max(0, expiresAt - obtainedAt);
  return expiresAt - Math.min(5 * 60_000, lifetime / 10);
}

/** Expiry of a token that the provider cannot renew without the user. */
export interface ExpiryEvent {
  /** Missing for the default account. */
  readonly account?: string | undefined;
  readonly token: "access token" | "refresh token";
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The remedy for a token that expires. */
const expiryRemedies = {
  "access token": "replace it before that date",
  "refresh token": "if no update renews it before that date, the merchant must connect to the app again",
} as const;

/** Limit for the accounts that messages name for each kind of notice. The last message says that no more follow. */
const maxNamedAccounts = 6;

/** Notices about the tokens of accounts. Each is printed once per account, for at most six accounts. */
export class TokenNotices {
  private readonly printed = new Map<string, Set<string | undefined>>();
  // Neither throws: a notice that cannot be printed must not lose tokens.
  private readonly notify: (message: string) => void;
  private readonly onExpiry: ((event: ExpiryEvent) => void) | undefined;

  /** @param onExpiry receives expiries instead of `notify`. */
  constructor(
    notify: (message: string) => void,
    private readonly now: () => number,
    onExpiry?: (event: ExpiryEvent) => void,
  ) {
    this.notify = ignoreErrors(notify);
    this.onExpiry = onExpiry && ignoreErrors(onExpiry);
  }

  /** Reports a new refresh token that is lost, because no token file is configured. */
  refreshTokenNotSaved(account: string | undefined): void {
    const key = account === undefined ? "pinterest:refreshToken" : "pinterest:accounts";
    this.print(
      "not saved",
      account,
      `Pinterest issued a new refresh token for ${accountInWords(account)}, which is not saved. Set pinterest:tokenFile ` +
        `(PINTEREST_TOKEN_FILE) to a file that keeps it, before the one in ${key} expires.`,
    );
  }

  /** Reports the expiry of a token that the provider cannot renew without the user. */
  expires(account: string | undefined, token: ExpiryEvent["token"], expiresAt: number): void {
    this.onExpiry?.({ account, token, expiresAt });
    if (this.onExpiry !== undefined) return;
    const notice = expiryNotice(expiresAt, this.now());
    const whose = `The ${token} of ${accountInWords(account)}`;
    if (notice !== undefined) this.print(token, account, `${whose} ${notice}: ${expiryRemedies[token]}.`);
  }

  /** Reports a wait before the next request to the token endpoint. */
  waits(account: string | undefined, wait: RetryWait, reason: string): void {
    const notice = retryNotice(wait, `getting an access token for ${accountInWords(account)}`, reason);
    if (notice !== undefined) this.print("waits", account, notice);
  }

  private print(topic: string, account: string | undefined, message: string): void {
    const accounts = this.printed.get(topic) ?? new Set();
    this.printed.set(topic, accounts);
    if (accounts.has(account)) return;
    accounts.add(account);
    if (accounts.size < maxNamedAccounts) this.notify(message);
    else if (accounts.size === maxNamedAccounts)
      this.notify(`${message} The provider omits this message for further accounts.`);
  }
}

/** Describes the expiry of a token that has expired or expires within seven days, as a predicate; otherwise returns undefined. */
export function expiryNotice(expiresAt: number, now: number): string | undefined {
  const days = (expiresAt - now) / 86_400_000;
  if (days > 7) return undefined;
  const date = new Date(expiresAt).toISOString().slice(0, 10);
  if (days <= 0) return `expired on ${date}`;
  const within = ["less than a day", "a day"][Math.round(days)] ?? `${Math.round(days)} days`;
  return `expires on ${date}, in ${within}`;
}
