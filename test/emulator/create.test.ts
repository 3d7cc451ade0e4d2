import { expect } from "@jest/globals";
import { error, type Step, scenarios, some } from "./helpers/scenarios";

const POST = "POST /integrations/commerce";
const shop = { external_business_id: "shop" };

const created = {
  id: expect.stringMatching(/^\d{19}$/),
  external_business_id: "shop",
  connected_user_id: "871939315200000002",
  connected_merchant_id: "",
  connected_advertiser_id: "",
  connected_tag_id: "",
  connected_lba_id: "",
  scopes: "",
  additional_id_1: "",
  partner_metadata: "",
  partner_access_token_expiry: 0,
  partner_refresh_token_expiry: 0,
  created_timestamp: 1_700_000_000_000,
  updated_timestamp: 1_700_000_000_000,
};

const refused = (body: object | string, name = ""): Step => [POST, body, 400, error(1, name)];

scenarios({
  "creates an integration with an ID of 19 digits, the caller's user and equal times in whole seconds": [
    [
      POST,
      { ...shop, connected_merchant_id: "1445572885401", scopes: "accounts:read" },
      200,
      { ...created, connected_merchant_id: "1445572885401", scopes: "accounts:read" },
    ],
    [
      `${POST} as shop-2`,
      { external_business_id: "theirs" },
      200,
      some({ connected_user_id: "871939315200000003" }),
    ],
  ],
  "updates an existing integration, and keeps its ID, creation time and omitted fields": [
    { put: { shop: { scopes: "a", additional_id_1: "x" } } },
    [
      POST,
      { ...shop, scopes: "b" },
      200,
      { ...created, scopes: "b", additional_id_1: "x", updated_timestamp: 1_700_000_001_000 },
    ],
    { waitMs: 60_000 },
    [POST, { ...shop, scopes: "c" }, 200, some({ created_timestamp: 1_700_000_000_000 })],
    ["GET /integrations/{shop}", 200, some({ scopes: "c", updated_time: 1_700_000_060_000 })],
    { stored: { shop: { scopes: "c", additional_id_1: "x" } } },
  ],
  "clears the fields that an upsert omits, with postExisting replace": [
    { switches: { postExisting: "replace" } },
    [POST, { ...shop, scopes: "a", partner_access_token: "secret" }, 200],
    [POST, { ...shop, additional_id_1: "b" }, 200],
    { stored: { shop: { additional_id_1: "b" } } },
  ],
  "rejects a create of an existing integration with postExisting conflict, with a status of the generation": [
    { switches: { postExisting: "conflict" } },
    { put: { shop: { scopes: "a" } } },
    [POST, { ...shop, scopes: "b" }, 409, error(409, "already exists")],
    { switches: { generation: "5.28" } },
    [POST, { ...shop, scopes: "b" }, 400, error(1, "already exists")],
    "unchanged",
  ],
  "rejects a body without an ID": [
    ...[{}, { external_business_id: "" }, { external_business_id: null }].flatMap((body): Step[] => [
      { switches: { missingExternalIdStatus: 400 } },
      refused(body),
      { switches: { missingExternalIdStatus: 422 } },
      [POST, body, 422, error(1)],
    ]),
    { stored: {} },
  ],
  "rejects an empty advertiser or tag, and names the field": [
    refused({ ...shop, connected_advertiser_id: "" }, "'connected_advertiser_id'"),
    refused({ ...shop, connected_tag_id: "" }, "'connected_tag_id'"),
    { stored: {} },
  ],
  "rejects a field of the wrong type, and names it": [
    refused({ ...shop, connected_tag_id: 5 }, "'connected_tag_id'"),
    refused({ ...shop, partner_access_token_expiry: "1621350033000" }, "'partner_access_token_expiry'"),
    refused({ ...shop, partner_metadata: { a: 1 } }, "'partner_metadata'"),
    { stored: {} },
  ],
  "rejects a body that is not a JSON object": [
    ...["[]", '"text"', "null", "{", ""].map((body) => refused(body)),
    { stored: {} },
  ],
  "accepts only integer expiries in generation 5.23, and any number in 5.28": [
    refused({ ...shop, partner_access_token_expiry: 1621350033000.5 }),
    { switches: { generation: "5.28" } },
    [
      POST,
      { ...shop, partner_access_token_expiry: 1621350033000.5 },
      201,
      { ...created, partner_access_token_expiry: 1621350033000.5 },
    ],
  ],
  "responds with 201 for a new ID in generation 5.28, and with 200 for an existing one": [
    { switches: { generation: "5.28" } },
    [POST, shop, 201, created],
    [POST, shop, 200],
  ],
});
