import type * as pulumi from "@pulumi/pulumi";
import type { ShownIntegration } from "../../runtime/lookups/record";

/** An integration, as Pinterest returns it in lists and by its integration ID. */
export interface IntegrationRecord extends ShownIntegration {
  /** Access token of your partner platform, a secret. Present only with `includeSecrets`, and if Pinterest returns it. */
  partnerAccessToken?: pulumi.Output<string>;
  /** Refresh token of your partner platform, a secret. Present only with `includeSecrets`, and if Pinterest returns it. */
  partnerRefreshToken?: pulumi.Output<string>;
  /** E-mail address of the merchant, a secret. Present only with `includeSecrets`, and if Pinterest returns it. */
  partnerPrimaryEmail?: pulumi.Output<string>;
}
