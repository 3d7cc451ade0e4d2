/** That a refresh token was exchanged. Holds no token. */
export interface ExchangeEvent {
  /** Missing for the default account. Where accounts share a refresh token, the first that asked. */
  readonly account?: string;
  /** What the access token permits, where Pinterest told. */
  readonly scopes?: readonly string[];
  /** Whether Pinterest gave a new refresh token. */
  readonly renewed: boolean;
}
