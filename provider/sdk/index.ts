export { CommerceIntegration } from "./commerce-integration";
export type { CommerceIntegrationArgs } from "./commerce-integration-args";
export type { CommerceIntegrationLookup } from "./commerce-integration-base";
export { IntegrationLog } from "./integration-log";
export type { IntegrationLogArgs } from "./integration-log-args";
export { Provider } from "./provider";
export type { AccountAccessToken, AccountRefreshToken, ProviderArgs } from "./provider-args";
