/**
 * Manage Pinterest commerce integrations with the provider plugin `pulumi-resource-pinterest`. The classes and functions are those of
 * `pulumi-pinterest`: change one import to migrate a stack.
 *
 * @packageDocumentation
 */

export type {
  AccountAccessToken,
  AccountRefreshToken,
  CommerceIntegrationArgs,
  CommerceIntegrationLookup,
  IntegrationLogArgs,
  ProviderArgs,
} from "..";
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
