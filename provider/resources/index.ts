export { CommerceIntegration, type CommerceIntegrationLookup } from "./commerce-integration";
export type { CommerceIntegrationArgs } from "./commerce-integration-args";
export { Provider } from "./provider";
export type { AccountAccessToken, AccountRefreshToken, ProviderArgs } from "./provider-args";
