import * as pinterest from "pulumi-pinterest/native";

const shop = new pinterest.CommerceIntegration("shop", {
  externalBusinessId: "my-shop-1",
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: "2613187432",
});

export const integrationId = shop.integrationId;
