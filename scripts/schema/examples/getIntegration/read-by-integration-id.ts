import * as pinterest from "pulumi-pinterest/native";

const shop = pinterest.getIntegrationOutput({ integrationId: "6491324" });

export const merchant = shop.connectedMerchantId;
