const pulumi = require("@pulumi/pulumi");
const pinterest = require("pulumi-pinterest/native");
const resources = {};

const explicit = new pinterest.Provider("explicit", { accessToken: process.env.EXPLICIT_TOKEN, maxAttempts: 1 });
pinterest.CommerceIntegration.get("lookup", "theirs", { account: "north" });
new pinterest.IntegrationLog("log", {
  eventType: "API",
  logLevel: "WARN",
  message: pulumi.secret("5ecret-deployed-4"),
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

resources["everyField"] = new pinterest.CommerceIntegration("everyField", { "externalBusinessId": "everyField", "connectedMerchantId": "1949484", "connectedAdvertiserId": "549755885176", "connectedTagId": "2613187434", "partnerAccessToken": "5ecret-access-4", "partnerRefreshToken": "5ecret-refresh-4", "partnerPrimaryEmail": "5ecret-4@shop.example", "partnerAccessTokenExpiry": 1956528000000, "partnerRefreshTokenExpiry": 1988150400000, "scopes": "ads:read", "additionalId1": "extra-4", "partnerMetadata": { "plan": 4 } });
resources["secretValues"] = new pinterest.CommerceIntegration("secretValues", { "externalBusinessId": "secretValues", "connectedTagId": pulumi.secret("575757004"), "additionalId1": pulumi.secret("5ecret-extra-1"), "partnerMetadata": { "open": "to see", "hidden": pulumi.secret("5ecret-metadata-4") } });
resources["releasedFields"] = new pinterest.CommerceIntegration("releasedFields", { "externalBusinessId": "releasedFields", "connectedTagId": "2613187432", "connectedMerchantId": "1949484", "whenRemoved": "release" });
resources["namedAccount"] = new pinterest.CommerceIntegration("namedAccount", { "externalBusinessId": "namedAccount", "connectedTagId": "2613187432", "account": "north", "scopes": ["ads:read"] });
resources["explicitProvider"] = new pinterest.CommerceIntegration("explicitProvider", { "externalBusinessId": "explicitProvider", "connectedTagId": "2613187432", "scopes": ["ads:read"] }, { provider: explicit });
resources["vanished"] = new pinterest.CommerceIntegration("vanished", { "externalBusinessId": "vanished", "connectedTagId": "2613187432" });
resources["replaced"] = new pinterest.CommerceIntegration("replaced", { "externalBusinessId": "replaced-2", "connectedTagId": "2613187432" });
resources["pendingDelete"] = new pinterest.CommerceIntegration("pendingDelete", { "externalBusinessId": "pendingDelete", "connectedTagId": "2613187432" }, { transformations: [({ props, opts }) => ({ props, opts: { ...opts, deleteBeforeReplace: false } })] });
resources["unclearedField"] = new pinterest.CommerceIntegration("unclearedField", { "externalBusinessId": "unclearedField", "connectedTagId": "2613187432" });
resources["tainted"] = new pinterest.CommerceIntegration("tainted", { "externalBusinessId": "tainted", "connectedTagId": "2613187432" });
resources["replacedOnChange"] = new pinterest.CommerceIntegration("replacedOnChange", { "externalBusinessId": "replacedOnChange", "connectedTagId": "2613187434" }, { replaceOnChanges: ["connectedTagId"] });
resources["renamedAfter"] = new pinterest.CommerceIntegration("renamedAfter", { "externalBusinessId": "renamed", "connectedTagId": "2613187432" });
resources["ignoredField"] = new pinterest.CommerceIntegration("ignoredField", { "externalBusinessId": "ignoredField", "connectedTagId": "2613187432", "connectedLbaId": "871939315200000123" });
resources["unknownCreate"] = new pinterest.CommerceIntegration("unknownCreate", { "externalBusinessId": "unknownCreate", "connectedTagId": "2613187432", "partnerAccessToken": "5ecret-access-3" });
resources["imported"] = new pinterest.CommerceIntegration("imported", { "externalBusinessId": "imported", "connectedTagId": "2613187432", "scopes": ["ads:read"] });
