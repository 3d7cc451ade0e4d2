import type { RetryWait } from "../retry/retrying";
import { waitNotice } from "../retry/wait-notice";
import { shownText } from "../shown";
import { expiryNotice } from "./expiry";

/** An account in a sentence. */
export function accountInWords(account: string | undefined): string {
  return account === undefined ? "the default account" : `account '${shownText(account)}'`;
}

/** When a token ends that nothing renews. */
export interface ExpiryEvent {
  /** Missing for the default account. */
  readonly account?: string;
  readonly token: "access token" | "refresh token";
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Of hundreds of accounts in the same condition, so many are named. */
const namedAccounts = 5;

/** Tells the person at the terminal what is to be known of accounts' tokens, once for each account. */
export class TokenNotices {
  readonly #said = new Map<string, Set<string | undefined>>();

  /** @param onExpiry is told of every token's end in place of the person at the terminal. */
  constructor(
    private readonly notify: (message: string) => void,
    private readonly now: () => number,
    private readonly onExpiry?: (event: ExpiryEvent) => void,
  ) {}

  /** Pinterest gave a new refresh token, and there is no place to keep it. */
  unkept(account: string | undefined): void {
    this.#say("unkept", account, () => {
      const where = account === undefined ? "pinterest:refreshToken" : "pinterest:accounts";
      return (
        `Pinterest gave ${accountInWords(account)} a new refresh token, which is not kept: set pinterest:tokenFile (PINTEREST_TOKEN_FILE) to a file ` +
        `that keeps it, before the one in ${where} ends.`
      );
    });
  }

  /** A refresh token or an access token that nothing renews ends at this moment. */
  expires(account: string | undefined, what: "access token" | "refresh token", expiresAt: number): void {
    if (this.onExpiry !== undefined) {
      this.onExpiry({ ...(account === undefined ? {} : { account }), token: what, expiresAt });
      return;
    }
    const notice = expiryNotice(expiresAt, this.now());
    if (notice === undefined) return;
    const remedy =
      what === "refresh token"
        ? "the merchant must connect to the app again, unless it is renewed before"
        : "see to a new one";
    this.#say(what, account, () => `The ${what} of ${accountInWords(account)} ${notice}: ${remedy}.`);
  }

  /** The token endpoint is to be asked again after a wait. */
  waits(account: string | undefined, wait: RetryWait): void {
    const notice = waitNotice(`getting an access token for ${accountInWords(account)}`, wait);
    if (notice !== undefined) this.#say("waits", account, () => `${notice}.`);
  }

  #say(topic: string, account: string | undefined, message: () => string): void {
    const said = this.#said.get(topic) ?? new Set();
    this.#said.set(topic, said);
    if (said.has(account)) return;
    said.add(account);
    if (said.size <= namedAccounts) this.notify(message());
    else if (said.size === namedAccounts + 1) {
      this.notify(`${message()} Further accounts in the same condition are not named.`);
    }
  }
}
