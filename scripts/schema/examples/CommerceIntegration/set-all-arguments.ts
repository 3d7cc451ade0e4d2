import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest/native";

const config = new pulumi.Config();

new pinterest.CommerceIntegration("north", {
  externalBusinessId: "shop-north",
  // A name in the configuration `pinterest:accounts`.
  account: "north",
  connectedMerchantId: "1949484",
  connectedAdvertiserId: "549755885176",
  connectedTagId: "2613187433",
  connectedLbaId: "1949485",
  partnerAccessToken: config.requireSecret("partnerAccessToken"),
  partnerAccessTokenExpiry: 1893456000000,
  partnerRefreshToken: config.requireSecret("partnerRefreshToken"),
  partnerRefreshTokenExpiry: 1924992000000,
  partnerPrimaryEmail: config.requireSecret("partnerEmail"),
  partnerMetadata: { plugin_version: "2.1.0", feature_flags: { catalog: true } },
  scopes: ["read_catalog", "write_catalog"],
  additionalId1: "region-7",
  // If an integration exists that differs, the update fails.
  adopt: false,
  // Fields that you remove from the program keep their value at Pinterest.
  whenRemoved: "release",
});
