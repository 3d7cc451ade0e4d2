import * as pinterest from "pulumi-pinterest/native";

const shop = pinterest.getCommerceIntegrationOutput({
  externalBusinessId: "my-shop-2",
  // A name in the configuration `pinterest:accounts`.
  account: "north",
  ignoreMissing: true,
});

export const exists = shop.exists;
