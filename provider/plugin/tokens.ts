/** The name of the plugin's package, which is also the namespace of its configuration. */
export const packageName = "pinterest";

/** The type token of a commerce integration under the plugin. */
export const integrationType = "pinterest:index:CommerceIntegration";

/** The type token of a log entry under the plugin. */
export const logType = "pinterest:index:IntegrationLog";

/** The type token of an explicit provider. */
export const providerType = "pulumi:providers:pinterest";

/** The tokens of the functions. */
export const functionTokens = {
  getIntegrations: "pinterest:index:getIntegrations",
  getIntegration: "pinterest:index:getIntegration",
  getCommerceIntegration: "pinterest:index:getCommerceIntegration",
} as const;

export type FunctionName = keyof typeof functionTokens;
