import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest";

const tagId = new pulumi.Config().require("tagId");

// Created by the first update, updated when the tag's id changes (`pulumi config set tagId …`), deleted by `pulumi destroy`.
const shop = new pinterest.CommerceIntegration("shop", {
  externalBusinessId: "my-shop-1",
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: tagId,
});

// Read by its id in the shop, and by Pinterest's own number of it.
const byId = pinterest.getCommerceIntegrationOutput(
  { externalBusinessId: shop.externalBusinessId },
  { dependsOn: shop },
);
const byNumber = pinterest.getIntegrationOutput({ integrationId: shop.integrationId });

// Listed, among all that the account has.
const all = pinterest.getIntegrationsOutput({}, { dependsOn: shop });

// Noted in Pinterest's log, anew each time that the tag changes.
new pinterest.IntegrationLog("connected", {
  eventType: "APP",
  logLevel: "INFO",
  message: pulumi.interpolate`tag ${tagId} connected`,
  externalBusinessId: shop.externalBusinessId,
  tagId,
});

export const integrationId = byId.integrationId;
export const owner = byNumber.connectedUserId;
export const shops = all.integrations.apply((found) => found.map((item) => item.externalBusinessId));
