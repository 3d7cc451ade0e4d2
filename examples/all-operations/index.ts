import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest";

const tagId = new pulumi.Config().require("tagId");

// The first update creates the integration. After `pulumi config set tagId …`, an update changes it. `pulumi destroy` deletes it.
const shop = new pinterest.CommerceIntegration("shop", {
  externalBusinessId: "my-shop-1",
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: tagId,
});

// Read the integration by its external business ID, and by its integration ID.
const byId = pinterest.getCommerceIntegrationOutput(
  { externalBusinessId: shop.externalBusinessId },
  { dependsOn: shop },
);
const byNumber = pinterest.getIntegrationOutput({ integrationId: shop.integrationId });

// List all integrations of the account.
const all = pinterest.getIntegrationsOutput({}, { dependsOn: shop });

// Record an entry in Pinterest's log. A changed tag records another entry.
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
