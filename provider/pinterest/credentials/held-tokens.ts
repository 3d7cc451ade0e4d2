/** The latest tokens of a refresh token. Moments are in milliseconds since 1970. */
export interface HeldTokens {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt: number;
  /** The one that the next exchange uses. */
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt?: number;
}

/** Keeps the latest tokens beyond the process, by the refresh token that is configured. */
export interface TokenStore {
  /** What is kept, as far as that can be told without waiting for anybody. */
  get(configured: string): HeldTokens | undefined;
  /**
   * Keeps what the action makes of what is kept. Actions for one refresh token never run at once, in whatever processes.
   *
   * @throws what the action throws, and an Error where nothing can be kept, before the action begins.
   */
  update(
    configured: string,
    action: (kept: HeldTokens | undefined) => Promise<HeldTokens>,
  ): Promise<HeldTokens>;
}
