import type { FunctionName } from "../runtime/functions";

/** The name of the plugin's package, and the namespace of its configuration. */
export const packageName = "pinterest";

/** The type token of a commerce integration with the plugin. */
export const integrationType = "pinterest:index:CommerceIntegration";

/** The type token of a log entry with the plugin. */
export const logType = "pinterest:index:IntegrationLog";

/** The type token of an explicit provider. */
export const providerType = "pulumi:providers:pinterest";

/** The tokens of the functions. */
export const functionTokens = {
  getIntegrations: "pinterest:index:getIntegrations",
  getIntegration: "pinterest:index:getIntegration",
  getCommerceIntegration: "pinterest:index:getCommerceIntegration",
} as const satisfies Record<FunctionName, string>;
