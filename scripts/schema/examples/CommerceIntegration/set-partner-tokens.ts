import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest/native";

const config = new pulumi.Config();

new pinterest.CommerceIntegration("north", {
  externalBusinessId: "shop-north",
  // A name in the configuration `pinterest:accounts`.
  account: "north",
  connectedMerchantId: "1949484",
  partnerAccessToken: config.requireSecret("partnerAccessToken"),
  partnerAccessTokenExpiry: 1893456000000,
  partnerMetadata: { region: "north", tier: 2 },
  scopes: ["read_catalog", "write_catalog"],
  // Fields that you remove from the program keep their value at Pinterest.
  whenRemoved: "release",
});
