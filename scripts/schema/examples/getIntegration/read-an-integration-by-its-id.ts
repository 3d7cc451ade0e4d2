import * as pinterest from "pulumi-pinterest/native";

const shop = pinterest.getIntegrationOutput({ integrationId: "7300000000000000003" });

export const merchant = shop.connectedMerchantId;
