import type { Input } from "@pulumi/pulumi";

/** An access token of a named account, with what is known of it. */
export interface AccountAccessToken {
  /** The access token. Kept as a secret. */
  accessToken: Input<string>;
  /** When it expires, as an ISO text or in milliseconds since 1970; a warning is given in its last seven days. */
  expiresAt?: Input<string | number | undefined>;
}

/** A refresh token of a named account. */
export interface AccountRefreshToken {
  /** The refresh token. Kept as a secret. */
  refreshToken: Input<string>;
  /** The id of the app that it was given to; the provider's `appId` by default. */
  appId?: Input<string | undefined>;
  /** The app's secret; the provider's `appSecret` by default. */
  appSecret?: Input<string | undefined>;
}

/** The configuration of an explicit provider. What is left out is taken from the stack's configuration. */
export interface ProviderArgs {
  /** The access token of the account, of a Pinterest app with access to the integrations beta. Kept as a secret. */
  accessToken?: Input<string | undefined>;
  /** The tokens of named accounts, for the `account` argument of resources. Kept as secrets. */
  accounts?: Input<{ [name: string]: Input<string | AccountAccessToken | AccountRefreshToken> } | undefined>;
  /** A refresh token in place of an access token, with the app's id and secret. Kept as a secret. */
  refreshToken?: Input<string | undefined>;
  /** The id of the app that the refresh token belongs to. */
  appId?: Input<string | undefined>;
  /** The app's secret. Kept as a secret. */
  appSecret?: Input<string | undefined>;
  /** A file that keeps renewed tokens between runs, readable for its owner only. */
  tokenFile?: Input<string | undefined>;
  /**
   * A command that prints the access tokens of the named accounts that `accounts` lacks: a line for the shell, or the program and its
   * arguments, run without a shell.
   */
  accountCommand?: Input<string | Input<string>[] | undefined>;
  /** How long the command may take, in seconds; 60 by default. */
  accountCommandTimeout?: Input<number | undefined>;
  /** Where Pinterest's API is; https://api.pinterest.com/v5 by default. */
  apiUrl?: Input<string | undefined>;
  /** How long one attempt of a request may take, in seconds; 30 by default. */
  requestTimeout?: Input<number | undefined>;
  /** How long an operation may take with all its attempts and waits, in seconds; 300 by default. */
  operationTimeout?: Input<number | undefined>;
  /**
   * How often a request is attempted at most; 4 by default, 1 is no retry.
   *
   * @asType integer
   */
  maxAttempts?: Input<number | undefined>;
  /**
   * At most so many requests a minute for each account; without it, Pinterest's own limits.
   *
   * @asType integer
   */
  requestsPerMinute?: Input<number | undefined>;
  /** How long reads that lag behind a write are repeated, in seconds; 10 by default. */
  consistencyTimeout?: Input<number | undefined>;
  /**
   * When to check for drift: "always" (the default): before every preview and update; "refresh": only if a refresh is requested, as with
   * `pulumi preview --refresh`.
   */
  detectDrift?: Input<"always" | "refresh" | undefined>;
  /**
   * What happens when an account is revoked or refused: "fail" (the default); "keep": a read keeps what state knows and warns;
   * "forget": beyond that, a delete forgets the integration and warns.
   */
  whenUnreachable?: Input<"fail" | "keep" | "forget" | undefined>;
  /**
   * How many integrations one `pulumi` command may delete; without it, any number.
   *
   * @asType integer
   */
  deleteLimit?: Input<number | undefined>;
  /** Whether a refresh compares partner tokens and e-mail too; false by default. */
  compareSecrets?: Input<boolean | undefined>;
  /** Whether what the provider does is reported to Pinterest's log; false by default. */
  reportLogs?: Input<boolean | undefined>;
}
