import * as pinterest from "pulumi-pinterest/native";

const shop = pinterest.getIntegrationOutput({
  integrationId: "7300000000000000005",
  // A name in the configuration `pinterest:accounts`.
  account: "north",
  includeSecrets: true,
});

export const partnerAccessToken = shop.partnerAccessToken;
