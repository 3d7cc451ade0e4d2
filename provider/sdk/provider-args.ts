import type { Input } from "@pulumi/pulumi";
import type { ConfigurationKeys, ValueOf } from "../config/keys";

/** Access token of a named account. */
export interface AccountAccessToken {
  /** Access token, a secret. */
  accessToken: Input<string>;
  /** When it expires: an ISO date, or milliseconds since 1970. A preview warns about tokens that expire within seven days. */
  expiresAt?: Input<string | number | undefined>;
}

/** Refresh token of a named account. */
export interface AccountRefreshToken {
  /** Refresh token, a secret. */
  refreshToken: Input<string>;
  /**
   * ID of the app that the refresh token belongs to.
   *
   * @default the provider's `appId`
   */
  appId?: Input<string | undefined>;
  /**
   * Secret of that app.
   *
   * @default the provider's `appSecret`
   */
  appSecret?: Input<string | undefined>;
}

type ArgumentOf<Row> = Row extends { kind: "accounts" }
  ? { [name: string]: Input<string | AccountAccessToken | AccountRefreshToken> }
  : Row extends { kind: "command" }
    ? string | Input<string>[]
    : ValueOf<Row>;

/** An argument for each configuration key, with the comment of the key. */
type KeyArguments = {
  -readonly [Key in keyof ConfigurationKeys]?: Input<ArgumentOf<ConfigurationKeys[Key]> | undefined>;
};

/** Configuration of an explicit provider. Arguments that you omit come from the stack's configuration, or else from the environment. */
export interface ProviderArgs extends KeyArguments {}
