import * as pinterest from "pulumi-pinterest/native";

const shop = pinterest.getCommerceIntegrationOutput({ externalBusinessId: "my-shop-1" });

export const tag = shop.connectedTagId;
