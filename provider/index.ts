/**
 * Manage Pinterest commerce integrations with Pulumi.
 *
 * @packageDocumentation
 */

export {
  CommerceIntegration,
  type CommerceIntegrationArgs,
  type CommerceIntegrationLookup,
} from "./sdk/commerce-integration";
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
export { IntegrationLog, type IntegrationLogArgs } from "./sdk/integration-log";
export {
  type AccountAccessToken,
  type AccountRefreshToken,
  Provider,
  type ProviderArgs,
} from "./sdk/provider";
