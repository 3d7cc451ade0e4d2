export {
  type GetIntegrationsArgs,
  type GetIntegrationsOutputArgs,
  type GetIntegrationsResult,
  getIntegrations,
  getIntegrationsOutput,
} from "./get-integrations";
export type { IntegrationRecord } from "./integration-record";
