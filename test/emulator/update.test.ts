import { error, type Step, scenarios, some } from "./helpers/scenarios";

const PATCH = "PATCH /integrations/commerce/shop";
const EXPIRY = 1_621_350_033_789;
const put = (fields = {}): Step => ({ put: { shop: fields } });
const changed = (body: object, response: Record<string, unknown> = {}): Step => [
  PATCH,
  body,
  200,
  some(response),
];

scenarios({
  "changes only the fields that were sent": [
    put({ scopes: "a", partner_access_token: "kept", connected_tag_id: "1" }),
    changed({ connected_tag_id: "2" }, { scopes: "a", connected_tag_id: "2" }),
    ["GET /integrations/{shop}", 200],
    { stored: { shop: { scopes: "a", partner_access_token: "kept", connected_tag_id: "2" } } },
  ],
  "accepts an empty update, which sets the time of the last update only with noopTouches": [
    put({ scopes: "a" }),
    changed({}, { scopes: "a", updated_timestamp: 1_700_000_001_000 }),
    { switches: { noopTouches: false } },
    changed({ scopes: "a" }, { scopes: "a", updated_timestamp: 1_700_000_001_000 }),
    { stored: { shop: { scopes: "a" } } },
    changed({ scopes: "b" }, { scopes: "b", updated_timestamp: 1_700_000_002_000 }),
  ],
  "rejects another ID in the body": [
    put(),
    [PATCH, { external_business_id: "other", scopes: "a" }, 400, error(1)],
    { stored: { shop: {} } },
  ],
  "clears a field with null or an empty string, according to the switches": [
    ...(
      [
        ["clears", null, 200, {}],
        ["ignored", null, 200, { scopes: "a" }],
        ["refused", null, 400, { scopes: "a" }],
        ["clears", "", 200, {}],
      ] as const
    ).flatMap(([clearByNull, scopes, status, stored]): Step[] => [
      put({ scopes: "a" }),
      { switches: { clearByNull } },
      [PATCH, { scopes }, status],
      { stored: { shop: stored } },
    ]),
  ],
  "clears an expiry with null and with 0": [
    put({ partner_access_token_expiry: EXPIRY, partner_refresh_token_expiry: EXPIRY }),
    changed(
      { partner_access_token_expiry: null, partner_refresh_token_expiry: 0 },
      { partner_access_token_expiry: 0, partner_refresh_token_expiry: 0 },
    ),
    { stored: { shop: {} } },
  ],
  "accepts and ignores a field in ignoredFields": [
    { switches: { ignoredFields: ["connected_advertiser_id"] } },
    put({ connected_advertiser_id: "1" }),
    changed({ connected_advertiser_id: "2", scopes: "a" }, { connected_advertiser_id: "1", scopes: "a" }),
  ],
  "keeps the milliseconds of an expiry unless the switch is set": [
    put(),
    changed({ partner_access_token_expiry: EXPIRY }, { partner_access_token_expiry: EXPIRY }),
    { switches: { expiryRounding: "seconds" } },
    changed({ partner_access_token_expiry: EXPIRY }, { partner_access_token_expiry: 1_621_350_033_000 }),
  ],
  "changes only the whitespace of partner_metadata that is JSON, if the switch is set": [
    { switches: { metadataReserialized: true } },
    put(),
    changed(
      { partner_metadata: '{"n":12345678901234567890,\n "text":"a: b, \\"c\\""}' },
      { partner_metadata: '{"n": 12345678901234567890, "text": "a: b, \\"c\\""}' },
    ),
    changed({ partner_metadata: "no: json" }, { partner_metadata: "no: json" }),
  ],
  "accepts and ignores unknown fields": [
    put(),
    changed({ colour: "red", connected_user_id: "1" }, { connected_user_id: "871939315200000002" }),
    { stored: { shop: {} } },
  ],
});
