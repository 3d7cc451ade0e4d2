/**
 * The kind of an access token. `user`: an account. `sandbox`: an account on Pinterest's sandbox, which production does not accept. `app`:
 * an app without a user (grant client_credentials), which cannot access integrations.
 */
export type TokenKind = "user" | "sandbox" | "app";

/** Lifetimes of tokens, in seconds. */
export interface Lifetimes {
  readonly accessTokenLifetime: number;
  readonly refreshTokenLifetime: number;
}

/** An access token with its rights. */
export interface AccessToken {
  /** The account's name; for the kind `app`, that of the app's first account. */
  readonly account: string;
  readonly kind: TokenKind;
  /** Can be fewer than the account's. */
  readonly scopes: readonly string[] | undefined;
  /** Expiry, in milliseconds since 1970. */
  readonly expires: number;
}

/** A refresh token. */
export interface RefreshToken {
  readonly account: string;
  /** Expiry, in milliseconds since 1970. */
  readonly expires: number;
}

/** Tokens of one kind by their text, until they expire or are revoked. */
export class TokenShelf<T extends { readonly account: string; readonly expires: number }> {
  readonly #held = new Map<string, T & { ended: boolean }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(text: string, token: T): void {
    this.#held.set(text, { ...token, ended: false });
  }

  /** The token with this text, valid or not. */
  get(text: string): T | undefined {
    return this.#held.get(text);
  }

  good(text: string): boolean {
    const token = this.#held.get(text);
    return token !== undefined && !token.ended && this.#now() < token.expires;
  }

  /** Revokes a token; false if it does not exist. */
  end(text: string): boolean {
    const token = this.#held.get(text);
    if (token) token.ended = true;
    return token !== undefined;
  }

  /** Revokes all tokens of an account. */
  endAll(account: string): void {
    for (const token of this.#held.values()) if (token.account === account) token.ended = true;
  }
}
