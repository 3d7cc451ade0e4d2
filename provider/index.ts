/**
 * Manage Pinterest commerce integrations with Pulumi.
 *
 * @packageDocumentation
 */

export { CommerceIntegration, type CommerceIntegrationLookup } from "./sdk/commerce-integration";
export type { CommerceIntegrationArgs } from "./sdk/commerce-integration-args";
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
export { Provider } from "./sdk/provider";
export type { AccountAccessToken, AccountRefreshToken, ProviderArgs } from "./sdk/provider-args";
