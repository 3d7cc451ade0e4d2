/**
 * Manage Pinterest commerce integrations with Pulumi.
 *
 * @packageDocumentation
 */

export {
  type AccountAccessToken,
  type AccountRefreshToken,
  CommerceIntegration,
  type CommerceIntegrationArgs,
  type CommerceIntegrationLookup,
  IntegrationLog,
  type IntegrationLogArgs,
  Provider,
  type ProviderArgs,
} from "./sdk";
export {
  type GetCommerceIntegrationArgs,
  type GetCommerceIntegrationOutputArgs,
  type GetCommerceIntegrationResult,
  type GetIntegrationArgs,
  type GetIntegrationOutputArgs,
  type GetIntegrationResult,
  type GetIntegrationsArgs,
  type GetIntegrationsOutputArgs,
  type GetIntegrationsResult,
  getCommerceIntegration,
  getCommerceIntegrationOutput,
  getIntegration,
  getIntegrationOutput,
  getIntegrations,
  getIntegrationsOutput,
  type IntegrationRecord,
} from "./sdk/functions";
