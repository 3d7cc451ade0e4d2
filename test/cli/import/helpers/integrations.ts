import fc from "fast-check";
import type { FoundIntegration } from "../../../../cli/import/plan";
import type { IntegrationFields } from "../../../../provider/api/fields";
import type { IdentifiedIntegration } from "../../../../provider/lifecycle/import";

/** Strings that break a program if they are not escaped. */
export const oddStrings: readonly string[] = [
  "plain",
  'double "quotes"',
  "it's 'single'",
  `both ' and "`,
  "back\\slash\\n",
  "$" + "{template} `ticks` $`",
  "</script><!-- /* */ //",
  "line\nfeed\r\ttab\u0000nul\u007f",
  "separators\u2028and\u2029too",
  "hidden \u200b\u202e\ufeff\u00a0 here",
  "Zoë 店舗 🛍️ 👩‍👩‍👧",
  "tag \u{e0041}",
  "x".repeat(200),
  "店".repeat(60),
];

/** Metadata of every kind that a partner can write. */
export const oddMetadata: readonly string[] = [
  "no JSON at all: {'a':1}",
  "",
  "  ",
  "null",
  "[1,2]",
  '"text"',
  "{}",
  '{"plan":"gold","regions":["de","at"],"limits":{"feeds":3,"ratio":0.25,"none":null,"on":true,"off":{},"list":[]}}',
  '{"id":9007199254740993}',
  '{"id":9007199254740991}',
  '{"a":1,"a":2}',
  '{"__proto__":{"a":1},"constructor":2}',
  '{"half":"\\ud83d"}',
  '{"ratio":0.10000000000000000001}',
  '{"big":1e400}',
  '{"1":"one"}',
  '{"b-c":"two","":"none","class":"word","1a":null,"é":1}',
  '{ "spaced" : [ 1 , 2.50, -0 ] }',
  `{"numbers":[${Array.from({ length: 60 }, (_, n) => n * 137).join(",")}]}`,
  `{"rows":[[1,2],[3,4]],"one":[[1],[2]],"objects":[{"a":1,"b":2},{"a":3}],"mixed":[1,"a",null,[],{}]}`,
  `{"text":"${"y".repeat(120)}","id":"${"z".repeat(120)}","words":["${"w".repeat(50)}","${"v".repeat(50)}"]}`,
  `${'{"a":'.repeat(40)}1${"}".repeat(40)}`,
  `{"${"k".repeat(100)}":null}`,
  '{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"1"}',
  '{"unknown":"04da6b54-80e4-46f7-96ec-b56ff0331ba9"}',
];

/** Any integration that a list of Pinterest can contain. */
export function anyIntegration(): fc.Arbitrary<IdentifiedIntegration> {
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom(...oddStrings), anyUtf16());
  const id = fc.oneof(fc.stringMatching(/^\d{1,18}$/), text);
  const secret = fc.oneof(fc.stringMatching(/^[\w-]{1,40}$/), fc.constantFrom("********", "pina_***c"), text);
  const expiry = fc.oneof(
    fc.integer({ min: 1e10, max: 4e12 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => number !== 0),
  );
  const metadata = fc.oneof(fc.json(), fc.jsonValue().map(indented), fc.constantFrom(...oddMetadata), text);
  const scopes = fc.oneof(
    fc
      .array(fc.constantFrom("ads:read", "ads:write", "user_accounts:read", ",", " "), { minLength: 1 })
      .map(String),
    text,
  );
  const fields: { [K in keyof Required<IntegrationFields>]: fc.Arbitrary<Required<IntegrationFields>[K]> } = {
    connectedMerchantId: id,
    connectedAdvertiserId: id,
    connectedTagId: id,
    connectedLbaId: id,
    partnerAccessToken: secret,
    partnerRefreshToken: secret,
    partnerPrimaryEmail: fc.oneof(fc.emailAddress(), secret),
    partnerAccessTokenExpiry: expiry,
    partnerRefreshTokenExpiry: expiry,
    scopes,
    additionalId1: text,
    partnerMetadata: metadata,
  };
  const externalBusinessId = fc.oneof(id, fc.constantFrom("constructor", "__proto__", "x".repeat(2048)));
  return fc.record(
    {
      ...fields,
      externalBusinessId,
      integrationId: fc.stringMatching(/^[1-9]\d{0,18}$/),
      connectedUserId: fc.stringMatching(/^\d{1,18}$/),
      createdTimestamp: fc.integer({ min: 1, max: 4e12 }),
      updatedTimestamp: fc.integer({ min: 1, max: 4e12 }),
    },
    { requiredKeys: ["externalBusinessId"] },
  ) as fc.Arbitrary<IdentifiedIntegration>;
}

/** Integrations with each unusual value in fields that accept it. */
export function oddIntegrations(): FoundIntegration[] {
  const texts = oddStrings.map((text, index) => ({
    externalBusinessId: text,
    additionalId1: text,
    partnerMetadata: text,
    connectedTagId: `${index}`,
  }));
  const documents = oddMetadata.map((partnerMetadata, index) => ({
    externalBusinessId: `metadata-${index}`,
    partnerMetadata,
  }));
  const others = [
    { externalBusinessId: "constructor" },
    { externalBusinessId: "__proto__", partnerAccessToken: "at" },
    { externalBusinessId: "x".repeat(2048), partnerRefreshToken: "rt" },
    { externalBusinessId: "..leading" },
    { externalBusinessId: "n".repeat(41), partnerRefreshToken: "rt" },
    { externalBusinessId: "n".repeat(42) },
    {
      externalBusinessId: "everything",
      connectedMerchantId: "11",
      connectedAdvertiserId: "22",
      connectedTagId: "33",
      connectedLbaId: "44",
      partnerAccessToken: "at-1",
      partnerRefreshToken: "rt-1",
      partnerPrimaryEmail: "one@shop.example",
      partnerAccessTokenExpiry: Date.parse("2030-01-01T00:00:00Z"),
      partnerRefreshTokenExpiry: Number.MAX_SAFE_INTEGER,
      scopes: "ads:write, ads:read",
      additionalId1: "extra",
      partnerMetadata: '{"plan":"gold"}',
    },
    {
      externalBusinessId: "many-scopes",
      scopes: "ads:read,ads:write,boards:read,boards:write,catalogs:read,catalogs:write,pins:read",
    },
  ];
  return [
    ...[...texts, ...documents, ...others].map((integration) => ({ account: undefined, integration })),
    { account: "north", integration: { externalBusinessId: "everything", connectedTagId: "34" } },
    { account: "south", integration: { externalBusinessId: "🛍️", connectedTagId: "35" } },
    { account: "Ünï'\"\\", integration: { externalBusinessId: "elsewhere" } },
  ];
}

function anyUtf16(): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 8 })
    .map((units) => String.fromCharCode(...units));
}

function indented(document: unknown): string {
  return JSON.stringify(document, null, 2);
}
