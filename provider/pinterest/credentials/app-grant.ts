/** A refresh token, and the Pinterest app that it was given to. */
export interface AppGrant {
  readonly refreshToken: string;
  readonly appId: string;
  readonly appSecret: string;
}
