import * as pinterest from "pulumi-pinterest";

// All integrations of the account, including integrations that no program manages.
export const integrations = pinterest.getIntegrations().then((result) => result.integrations);
