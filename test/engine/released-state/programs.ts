import { type Declarations, js } from "../helpers/program";

// Every secret value contains "5ecret" or "575757".

const tag = "2613187432";

const shop = (externalBusinessId: string, args: Record<string, unknown> = {}) => ({
  externalBusinessId,
  connectedTagId: tag,
  ...args,
});

const secret = (value: string) => js(`pulumi.secret(${JSON.stringify(value)})`);

/** The first program, which is deployed without errors. */
export const first: Declarations = {
  everyField: {
    externalBusinessId: "everyField",
    connectedMerchantId: "1949483",
    connectedAdvertiserId: "549755885175",
    connectedTagId: tag,
    connectedLbaId: "871939315200000123",
    partnerAccessToken: "5ecret-access-1",
    partnerRefreshToken: "5ecret-refresh-1",
    partnerPrimaryEmail: "5ecret-1@shop.example",
    partnerAccessTokenExpiry: Date.parse("2030-01-01T00:00:00.250Z"),
    partnerRefreshTokenExpiry: Date.parse("2031-01-01T00:00:00Z"),
    scopes: ["ads:write", "ads:read"],
    additionalId1: "extra-1",
    partnerMetadata: { plan: 1, "a key": [true, null, 0.5] },
    adopt: true,
    whenRemoved: "clear",
  },
  secretValues: shop("secretValues", {
    connectedTagId: secret("575757001"),
    additionalId1: secret("5ecret-extra-1"),
    partnerMetadata: { open: "to see", hidden: secret("5ecret-metadata-1") },
  }),
  releasedFields: shop("releasedFields", {
    connectedMerchantId: "1949483",
    connectedAdvertiserId: secret("575757002"),
    partnerAccessToken: "5ecret-access-2",
    whenRemoved: "release",
  }),
  namedAccount: shop("namedAccount", { account: "north" }),
  explicitProvider: { args: shop("explicitProvider"), options: "{ provider: explicit }" },
  vanished: shop("vanished"),
  renamedBefore: shop("renamed"),
  replaced: shop("replaced-1"),
  pendingDelete: {
    args: shop("pendingDelete"),
    // Without `deleteBeforeReplace`, like in YAML, the engine creates the replacement of a tainted resource before it deletes the old one.
    options:
      "{ transformations: [({ props, opts }) => ({ props, opts: { ...opts, deleteBeforeReplace: false } })] }",
  },
  unclearedField: shop("unclearedField", { connectedMerchantId: "1949483" }),
  tainted: shop("tainted"),
  replacedOnChange: { args: shop("replacedOnChange"), options: '{ replaceOnChanges: ["connectedTagId"] }' },
};

const { renamedBefore: _, ...others } = first;

/** The program of the exported state. Its update ran into the faults of write.ts. */
export const program: Declarations = {
  ...others,
  releasedFields: shop("releasedFields", { whenRemoved: "release" }),
  renamedAfter: shop("renamed"),
  replaced: shop("replaced-2"),
  unclearedField: shop("unclearedField"),
  ignoredField: shop("ignoredField", { connectedLbaId: "871939315200000123" }),
  unknownCreate: shop("unknownCreate", { partnerAccessToken: "5ecret-access-3" }),
};

/** The stack's newest resource, imported after that update. */
export const imported: Declarations = { imported: shop("imported") };

/** A later program: changes or removes every field, and manages a released field again. */
export const changed: Declarations = {
  ...program,
  everyField: {
    externalBusinessId: "everyField",
    connectedMerchantId: "1949484",
    connectedAdvertiserId: "549755885176",
    connectedTagId: "2613187434",
    partnerAccessToken: "5ecret-access-4",
    partnerRefreshToken: "5ecret-refresh-4",
    partnerPrimaryEmail: "5ecret-4@shop.example",
    partnerAccessTokenExpiry: Date.parse("2032-01-01T00:00:00Z"),
    partnerRefreshTokenExpiry: Date.parse("2033-01-01T00:00:00Z"),
    scopes: "ads:read",
    additionalId1: "extra-4",
    partnerMetadata: { plan: 4 },
  },
  secretValues: shop("secretValues", {
    connectedTagId: secret("575757004"),
    additionalId1: secret("5ecret-extra-1"),
    partnerMetadata: { open: "to see", hidden: secret("5ecret-metadata-4") },
  }),
  releasedFields: shop("releasedFields", { connectedMerchantId: "1949484", whenRemoved: "release" }),
  namedAccount: shop("namedAccount", { account: "north", scopes: ["ads:read"] }),
  explicitProvider: {
    args: shop("explicitProvider", { scopes: ["ads:read"] }),
    options: "{ provider: explicit }",
  },
  imported: shop("imported", { scopes: ["ads:read"] }),
  replacedOnChange: {
    args: shop("replacedOnChange", { connectedTagId: "2613187434" }),
    options: '{ replaceOnChanges: ["connectedTagId"] }',
  },
};

/**
 * Returns the source of the other resources: an explicit provider, a lookup, and log entries.
 *
 * @param message the message of a log entry, a secret
 */
export function otherResources(message: string): string {
  return `
const explicit = new pinterest.Provider("explicit", { accessToken: process.env.EXPLICIT_TOKEN, maxAttempts: 1 });
pinterest.CommerceIntegration.get("lookup", "theirs", { account: "north" });
new pinterest.IntegrationLog("log", {
  eventType: "API",
  logLevel: "WARN",
  message: pulumi.secret(${JSON.stringify(message)}),
  clientTimestamp: ${Date.parse("2026-01-01T00:00:00Z")},
  externalBusinessId: "everyField",
  advertiserId: "549755885175",
  merchantId: "1949483",
  tagId: "${tag}",
  feedProfileId: "7",
  appVersionNumber: "1.2.3",
  platformVersionNumber: "4.5",
  error: { name: "TypeError", message: "failed", lineNumber: 1, stackTrace: "at main" },
  request: { method: "GET", host: "shop.example", path: "/feed", requestHeaders: { accept: "*/*" }, responseStatusCode: 503 },
  account: "north",
  triggers: { version: 1 },
});
new pinterest.IntegrationLog("logWithoutTime", { eventType: "APP", logLevel: "INFO" }, { provider: explicit });
`;
}
