/**
 * Pinterest commerce integrations as infrastructure code, by the provider plugin `pulumi-resource-pinterest`. The same classes and
 * functions as those of `pulumi-pinterest`; what that has made is moved here by the change of one import.
 *
 * @packageDocumentation
 */
export type {
  GetCommerceIntegrationArgs,
  GetCommerceIntegrationOutputArgs,
  GetCommerceIntegrationResult,
  GetIntegrationArgs,
  GetIntegrationOutputArgs,
  GetIntegrationResult,
  GetIntegrationsArgs,
  GetIntegrationsOutputArgs,
  GetIntegrationsResult,
  IntegrationRecord,
} from "../functions";
export type {
  AccountAccessToken,
  AccountRefreshToken,
  CommerceIntegrationArgs,
  CommerceIntegrationLookup,
  IntegrationLogArgs,
  ProviderArgs,
} from "../resources";
export { CommerceIntegration } from "./commerce-integration";
export {
  getCommerceIntegration,
  getCommerceIntegrationOutput,
  getIntegration,
  getIntegrationOutput,
  getIntegrations,
  getIntegrationsOutput,
} from "./functions";
export { IntegrationLog } from "./integration-log";
export { Provider } from "./provider";
