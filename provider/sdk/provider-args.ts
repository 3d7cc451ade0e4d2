import type { Input } from "@pulumi/pulumi";

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

/** Configuration of an explicit provider. Arguments that you omit come from the stack's configuration, or else from the environment. */
export interface ProviderArgs {
  /**
   * Access token of the default account, with the scopes `ads:read` and `ads:write`. The app must be part of Pinterest's integrations beta.
   */
  accessToken?: Input<string | undefined>;
  /**
   * Tokens of named accounts, for the `account` argument: an access token as a string, or an object with a token. As text, it is a JSON
   * object: `{"north": "pina_…"}`.
   */
  accounts?: Input<{ [name: string]: Input<string | AccountAccessToken | AccountRefreshToken> } | undefined>;
  /** Refresh token of the default account. Used if there is no access token. Requires `appId` and `appSecret`. */
  refreshToken?: Input<string | undefined>;
  /** ID of the app that the refresh tokens belong to. */
  appId?: Input<string | undefined>;
  /** Secret of that app. */
  appSecret?: Input<string | undefined>;
  /**
   * File that keeps renewed tokens between commands. Created with mode 0600, and refused if other users can read it. With
   * `pulumi config set`, add `--plaintext`, because Pulumi mistakes the path for a secret.
   *
   * @default none
   */
  tokenFile?: Input<string | undefined>;
  /**
   * Command that prints tokens of named accounts that `accounts` does not contain: a program and its arguments (as text, a JSON array), or a
   * string that runs in a shell.
   */
  accountCommand?: Input<string | Input<string>[] | undefined>;
  /**
   * Time limit for that command, in seconds, at most 3600.
   *
   * @default 60
   */
  accountCommandTimeout?: Input<number | undefined>;
  /**
   * Address of Pinterest's API. HTTPS is required, except for loopback addresses.
   *
   * @default `https://api.pinterest.com/v5`
   */
  apiUrl?: Input<string | undefined>;
  /**
   * Time limit for one attempt of a request, in seconds, at most 3600.
   *
   * @default 30
   */
  requestTimeout?: Input<number | undefined>;
  /**
   * Time limit for a request with all its attempts and waits, in seconds, at most 3600.
   *
   * @default 300
   */
  operationTimeout?: Input<number | undefined>;
  /**
   * Number of attempts of a request, from 1 to 100. 1 disables retries.
   *
   * @default 4
   * @asType integer
   */
  maxAttempts?: Input<number | undefined>;
  /**
   * Requests per minute for each account, from 1 to 1,000,000, in addition to Pinterest's rate limits.
   *
   * @default only Pinterest's rate limits
   * @asType integer
   */
  requestsPerMinute?: Input<number | undefined>;
  /**
   * How long to retry stale reads after a write, in seconds, at most 3600.
   *
   * @default 10
   */
  consistencyTimeout?: Input<number | undefined>;
  /**
   * When to check for drift. `always`: in every preview and update. `refresh`: only if you ask for a refresh, for example with
   * `pulumi preview --refresh`.
   *
   * @default "always"
   */
  detectDrift?: Input<"always" | "refresh" | undefined>;
  /**
   * What to do if Pinterest rejects an account. `fail`: stop with an error. `keep`: keep the last known values and warn. `forget`: like
   * `keep`; a delete also removes the resource from state, and the integration stays at Pinterest.
   *
   * @default "fail"
   */
  whenUnreachable?: Input<"fail" | "keep" | "forget" | undefined>;
  /**
   * Number of integrations that one `pulumi` command may delete, from 0 to 1,000,000.
   *
   * @default no limit
   * @asType integer
   */
  deleteLimit?: Input<number | undefined>;
  /**
   * Whether refreshes also compare partner tokens and e-mail.
   *
   * @default false
   */
  compareSecrets?: Input<boolean | undefined>;
  /**
   * Whether to report writes and failed reads to Pinterest's integration log.
   *
   * @default false
   */
  reportLogs?: Input<boolean | undefined>;
}
