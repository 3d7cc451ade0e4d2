/**
 * What an access token was given for: `user`, somebody's account; `sandbox`, the same on Pinterest's sandbox host,
 * which production does not know; `app`, an app alone (grant client_credentials), which opens no integration.
 */
export type TokenKind = "user" | "sandbox" | "app";

/** Lifetime of an access token, in seconds: 30 days. */
export const ACCESS_TOKEN_LIFETIME = 2_592_000;

/** Lifetime of a refresh token, in seconds: 60 days. */
export const REFRESH_TOKEN_LIFETIME = 5_184_000;

/** An access token and what it opens. */
export interface AccessToken {
  /** The account's name; for the kind `app` that of the first account of the app. */
  readonly account: string;
  readonly kind: TokenKind;
  /** Fewer than the account's, where the token was given for fewer. */
  readonly scopes: readonly string[] | undefined;
  /** When it runs out, in milliseconds since 1970. */
  readonly expires: number;
}

/** A refresh token. */
export interface RefreshToken {
  readonly account: string;
  /** When it runs out, in milliseconds since 1970. */
  readonly expires: number;
}

/** Tokens of one kind by their text, until they are ended or run out. */
export class TokenShelf<T extends { readonly account: string; readonly expires: number }> {
  readonly #held = new Map<string, T & { ended: boolean }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(text: string, token: T): void {
    this.#held.set(text, { ...token, ended: false });
  }

  /** The token of this text, be it good or not. */
  get(text: string): T | undefined {
    return this.#held.get(text);
  }

  good(text: string): boolean {
    const token = this.#held.get(text);
    return token !== undefined && !token.ended && this.#now() < token.expires;
  }

  /** Ends a token; false when there is none. */
  end(text: string): boolean {
    const token = this.#held.get(text);
    if (token) token.ended = true;
    return token !== undefined;
  }

  /** Ends all tokens of an account. */
  endAll(account: string): void {
    for (const token of this.#held.values()) if (token.account === account) token.ended = true;
  }
}
