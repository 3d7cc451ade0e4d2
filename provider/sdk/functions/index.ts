export {
  type GetCommerceIntegrationArgs,
  type GetCommerceIntegrationOutputArgs,
  type GetCommerceIntegrationResult,
  getCommerceIntegration,
  getCommerceIntegrationOutput,
} from "./get-commerce-integration";
export {
  type GetIntegrationArgs,
  type GetIntegrationOutputArgs,
  type GetIntegrationResult,
  getIntegration,
  getIntegrationOutput,
} from "./get-integration";
export {
  type GetIntegrationsArgs,
  type GetIntegrationsOutputArgs,
  type GetIntegrationsResult,
  getIntegrations,
  getIntegrationsOutput,
} from "./get-integrations";
export type { IntegrationRecord } from "./integration-record";
