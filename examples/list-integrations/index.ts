import * as pinterest from "pulumi-pinterest";

// Everything that the account has at Pinterest, whether or not a program manages it.
export const integrations = pinterest.getIntegrations().then((result) => result.integrations);
