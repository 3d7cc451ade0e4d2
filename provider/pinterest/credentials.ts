/** Where a client gets the access token for each request. */
export interface Credentials {
  /**
   * A token that is valid now. Asked for once per request.
   *
   * @param signal aborted when the call that needs the token is given up.
   * @throws if there is none; the message is shown, so it must not contain a token. {@link AccountRevoked} where the merchant has
   *   withdrawn the access.
   */
  accessToken(signal?: AbortSignal): Promise<string>;
  /** A token that is valid now and need not be waited for, where there is one: it is then used instead of {@link accessToken}'s. */
  atHand?(): string | undefined;
  /**
   * Told that Pinterest refused a token as wrong, expired or revoked (401 code 2). Answers whether another one can be had: then the
   * request is sent once more. Missing where the token is all there is.
   *
   * @throws as {@link accessToken} does.
   */
  renew?(refused: string, signal?: AbortSignal): Promise<boolean>;
  /** What a person can do about a token that is refused all the same: whole sentences. */
  readonly remedy?: string;
}

/** There is no access any more, and only the merchant can give it again. */
export class AccountRevoked extends Error {
  override readonly name = "AccountRevoked";
}

/** Other accounts have tokens and this one has none: it has left the configuration. */
export class UnconfiguredAccount extends Error {
  override readonly name = "UnconfiguredAccount";
}

/**
 * Credentials that are one token, never refreshed.
 *
 * @param token an access token of Pinterest, without "Bearer".
 */
export function staticToken(token: string): Credentials {
  return { accessToken: () => Promise.resolve(token), atHand: () => token };
}
