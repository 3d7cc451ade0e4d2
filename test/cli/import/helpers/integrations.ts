import type { FoundIntegration } from "../../../../cli/import/plan";

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
