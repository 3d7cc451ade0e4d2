import type * as pulumi from "@pulumi/pulumi";
import type { ShownIntegration } from "../lookups/record";

/**
 * An integration as Pinterest shows it in lists and by its number. Partner tokens and e-mail are there on request only, and then
 * as secrets.
 */
export interface IntegrationRecord extends ShownIntegration {
  /** The partner's access token, a secret; only with `includeSecrets`, and where Pinterest shows it. */
  partnerAccessToken?: pulumi.Output<string>;
  /** The partner's refresh token, a secret; only with `includeSecrets`, and where Pinterest shows it. */
  partnerRefreshToken?: pulumi.Output<string>;
  /** The partner's e-mail address, a secret; only with `includeSecrets`, and where Pinterest shows it. */
  partnerPrimaryEmail?: pulumi.Output<string>;
}
