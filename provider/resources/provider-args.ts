import type { Input } from "@pulumi/pulumi";

/** The configuration of an explicit provider. What is left out is taken from the stack's configuration. */
export interface ProviderArgs {
  /** The access token of the account, of a Pinterest app with access to the integrations beta. Kept as a secret. */
  accessToken?: Input<string | undefined>;
  /** Access tokens of named accounts, for the `account` argument of resources. Kept as secrets. */
  accounts?: Input<{ [name: string]: Input<string> } | undefined>;
  /** Where Pinterest's API is; https://api.pinterest.com/v5 by default. */
  apiUrl?: Input<string | undefined>;
  /** How long one request may take, in seconds; 30 by default. */
  requestTimeout?: Input<number | undefined>;
  /** How long reads that lag behind a write are repeated, in seconds; 10 by default. */
  settleTimeout?: Input<number | undefined>;
}
