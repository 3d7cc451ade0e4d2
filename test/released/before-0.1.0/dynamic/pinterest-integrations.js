// Created by `pulumi-pinterest import`.
//
// Partner tokens and e-mail are in the secret partnerSecrets of the stack's configuration,
// a JSON object by resource name:
//   { "everyField": { "partnerAccessToken": "…" } }
// The import sets it with --run. Without --run, it prints the command that sets it.

const pulumi = require("@pulumi/pulumi");
const pinterest = require("pulumi-pinterest");

const config = new pulumi.Config();
const partnerSecrets = config.requireSecretObject("partnerSecrets");

function secretOf(name, field) {
  return partnerSecrets.apply((secrets) => {
    const value = secrets[name]?.[field];
    // Without a value, the field would be cleared at Pinterest.
    if (!value) {
      throw new Error(`partnerSecrets has no ${field} for ${name}`);
    }
    return value;
  });
}

new pinterest.CommerceIntegration("everyField", {
  externalBusinessId: "everyField",
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: "2613187432",
  connectedLbaId: "871939315200000123",
  partnerAccessToken: secretOf("everyField", "partnerAccessToken"),
  partnerRefreshToken: secretOf("everyField", "partnerRefreshToken"),
  partnerPrimaryEmail: secretOf("everyField", "partnerPrimaryEmail"),
  partnerAccessTokenExpiry: 1893456000250, // 2030-01-01T00:00:00.250Z
  partnerRefreshTokenExpiry: 1924992000000, // 2031-01-01T00:00:00.000Z
  scopes: ["ads:read", "ads:write"],
  additionalId1: "additional",
  partnerMetadata: {
    "a key": [
      true,
      null,
      0.5
    ],
    "plan": 1
  },
  account: "north",
});

new pinterest.CommerceIntegration("released", {
  externalBusinessId: "released",
  connectedMerchantId: "1949483",
  connectedTagId: "2613187432",
});

new pinterest.CommerceIntegration("theirs", {
  externalBusinessId: "theirs",
  connectedTagId: "1",
  account: "north",
});
