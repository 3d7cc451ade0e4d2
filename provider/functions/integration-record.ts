import * as pulumi from "@pulumi/pulumi";
import type { IntegrationFields } from "../pinterest/fields";
import type { Integration } from "../pinterest/integration";

type SecretName = "partnerAccessToken" | "partnerRefreshToken" | "partnerPrimaryEmail";

/** What Pinterest shows of an integration, without its secrets. What Pinterest holds no value for is absent. */
export interface ShownIntegration extends Omit<IntegrationFields, SecretName> {
  /** The id by which the integration is known at Pinterest and in the shop. */
  externalBusinessId?: string;
  /** Pinterest's own number of the integration, as text. */
  integrationId?: string;
  /** The id of the Pinterest user that owns it. */
  connectedUserId?: string;
  /** When it was created, in milliseconds since 1970. */
  createdTimestamp?: number;
  /** When it was last changed, in milliseconds since 1970. */
  updatedTimestamp?: number;
}

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

export function toRecord(integration: Integration, includeSecrets: boolean): IntegrationRecord {
  const { partnerAccessToken, partnerRefreshToken, partnerPrimaryEmail, ...shown } = integration;
  if (!includeSecrets) {
    return shown;
  }
  const secrets = Object.entries({ partnerAccessToken, partnerRefreshToken, partnerPrimaryEmail })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, pulumi.secret(value)]);
  return { ...shown, ...Object.fromEntries(secrets) };
}
