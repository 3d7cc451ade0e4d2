import * as pinterest from "pulumi-pinterest/native";

const shop = pinterest.getCommerceIntegrationOutput({ externalBusinessId: "my-shop-1", account: "north" });

export const tag = shop.connectedTagId;
