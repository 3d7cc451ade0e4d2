import * as pinterest from "pulumi-pinterest/native";

const german = pinterest.getIntegrationsOutput({
  externalBusinessIdPrefix: "de-",
  connectedMerchantId: "1949484",
  connectedAdvertiserId: "549755885176",
  connectedTagId: "2613187433",
  // A name in the configuration `pinterest:accounts`.
  account: "north",
  includeSecrets: false,
  maxItems: 100,
  pageSize: 50,
});

export const ids = german.integrations.apply((found) => found.map((shop) => shop.externalBusinessId));
