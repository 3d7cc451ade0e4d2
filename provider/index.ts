/**
 * Pinterest commerce integrations as infrastructure code.
 *
 * @packageDocumentation
 */
export {
  type GetIntegrationsArgs,
  type GetIntegrationsOutputArgs,
  type GetIntegrationsResult,
  getIntegrations,
  getIntegrationsOutput,
  type IntegrationRecord,
} from "./functions";
export {
  CommerceIntegration,
  type CommerceIntegrationArgs,
  type CommerceIntegrationLookup,
  Provider,
  type ProviderArgs,
} from "./resources";
