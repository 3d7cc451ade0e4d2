const pulumi = require("@pulumi/pulumi");
const pinterest = require("pulumi-pinterest");
const resources = {};

const explicit = new pinterest.Provider("explicit", { accessToken: process.env.EXPLICIT_TOKEN, maxAttempts: 1 });
pinterest.CommerceIntegration.get("lookup", "theirs", { account: "north" });
new pinterest.IntegrationLog("log", {
  eventType: "API",
  logLevel: "WARN",
  message: pulumi.secret("5ecret-deployed-1"),
  clientTimestamp: 1767225600000,
  externalBusinessId: "everyField",
  advertiserId: "549755885175",
  merchantId: "1949483",
  tagId: "2613187432",
  feedProfileId: "7",
  appVersionNumber: "1.2.3",
  platformVersionNumber: "4.5",
  error: { name: "TypeError", message: "failed", lineNumber: 1, stackTrace: "at main" },
  request: { method: "GET", host: "shop.example", path: "/feed", requestHeaders: { accept: "*/*" }, responseStatusCode: 503 },
  account: "north",
  triggers: { version: 1 },
});
new pinterest.IntegrationLog("logWithoutTime", { eventType: "APP", logLevel: "INFO" }, { provider: explicit });

resources["everyField"] = new pinterest.CommerceIntegration("everyField", { "externalBusinessId": "everyField", "connectedMerchantId": "1949483", "connectedAdvertiserId": "549755885175", "connectedTagId": "2613187432", "connectedLbaId": "871939315200000123", "partnerAccessToken": "5ecret-access-1", "partnerRefreshToken": "5ecret-refresh-1", "partnerPrimaryEmail": "5ecret-1@shop.example", "partnerAccessTokenExpiry": 1893456000250, "partnerRefreshTokenExpiry": 1924992000000, "scopes": ["ads:write", "ads:read"], "additionalId1": "extra-1", "partnerMetadata": { "plan": 1, "a key": [true, null, 0.5] }, "adopt": true, "whenRemoved": "clear" });
resources["secretValues"] = new pinterest.CommerceIntegration("secretValues", { "externalBusinessId": "secretValues", "connectedTagId": pulumi.secret("575757001"), "additionalId1": pulumi.secret("5ecret-extra-1"), "partnerMetadata": { "open": "to see", "hidden": pulumi.secret("5ecret-metadata-1") } });
resources["releasedFields"] = new pinterest.CommerceIntegration("releasedFields", { "externalBusinessId": "releasedFields", "connectedTagId": "2613187432", "whenRemoved": "release" });
resources["namedAccount"] = new pinterest.CommerceIntegration("namedAccount", { "externalBusinessId": "namedAccount", "connectedTagId": "2613187432", "account": "north" });
resources["explicitProvider"] = new pinterest.CommerceIntegration("explicitProvider", { "externalBusinessId": "explicitProvider", "connectedTagId": "2613187432" }, { provider: explicit });
resources["vanished"] = new pinterest.CommerceIntegration("vanished", { "externalBusinessId": "vanished", "connectedTagId": "2613187432" });
resources["replaced"] = new pinterest.CommerceIntegration("replaced", { "externalBusinessId": "replaced-2", "connectedTagId": "2613187432" });
resources["pendingDelete"] = new pinterest.CommerceIntegration("pendingDelete", { "externalBusinessId": "pendingDelete", "connectedTagId": "2613187432" }, { transformations: [({ props, opts }) => ({ props, opts: { ...opts, deleteBeforeReplace: false } })] });
resources["unclearedField"] = new pinterest.CommerceIntegration("unclearedField", { "externalBusinessId": "unclearedField", "connectedTagId": "2613187432" });
resources["tainted"] = new pinterest.CommerceIntegration("tainted", { "externalBusinessId": "tainted", "connectedTagId": "2613187432" });
resources["replacedOnChange"] = new pinterest.CommerceIntegration("replacedOnChange", { "externalBusinessId": "replacedOnChange", "connectedTagId": "2613187432" }, { replaceOnChanges: ["connectedTagId"] });
resources["renamedAfter"] = new pinterest.CommerceIntegration("renamedAfter", { "externalBusinessId": "renamed", "connectedTagId": "2613187432" });
resources["ignoredField"] = new pinterest.CommerceIntegration("ignoredField", { "externalBusinessId": "ignoredField", "connectedTagId": "2613187432", "connectedLbaId": "871939315200000123" });
resources["unknownCreate"] = new pinterest.CommerceIntegration("unknownCreate", { "externalBusinessId": "unknownCreate", "connectedTagId": "2613187432", "partnerAccessToken": "5ecret-access-3" });
resources["imported"] = new pinterest.CommerceIntegration("imported", { "externalBusinessId": "imported", "connectedTagId": "2613187432" });
