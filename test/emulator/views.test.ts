import { expect } from "@jest/globals";
import { type Step, scenarios } from "./helpers/scenarios";

const path = "/integrations/commerce/shop";
const secrets = {
  partner_access_token: "partner-access-secret",
  partner_refresh_token: "partner-refresh-secret",
  partner_primary_email: "owner@shop.example",
};
const secretsShown = (shown: unknown) =>
  Object.fromEntries(Object.keys(secrets).map((name) => [name, shown]));

/** All fields with a value for unset fields. A field that is undefined must be absent. */
const fields = (unsetText: unknown, unsetExpiry: unknown) => ({
  id: expect.stringMatching(/^\d{19}$/),
  external_business_id: "shop",
  connected_user_id: "871939315200000002",
  connected_merchant_id: unsetText,
  connected_advertiser_id: unsetText,
  connected_tag_id: unsetText,
  connected_lba_id: unsetText,
  scopes: unsetText,
  additional_id_1: unsetText,
  partner_metadata: unsetText,
  partner_access_token_expiry: unsetExpiry,
  partner_refresh_token_expiry: unsetExpiry,
});

const record = (unset: null | undefined) => ({
  ...fields(unset, unset),
  ...secrets,
  partner_access_token_expiry: 1_621_350_033_000,
  created_time: 1_700_000_000_000,
  updated_time: 1_700_000_000_000,
});

const metadata = (unsetText?: unknown, unsetExpiry?: unknown) => ({
  ...fields(unsetText, unsetExpiry),
  created_timestamp: 1_700_000_000_000,
  updated_timestamp: expect.any(Number),
});

const put: Step = { put: { shop: { ...secrets, partner_access_token_expiry: 1_621_350_033_000.5 } } };
const listed = (item: object): Step => ["GET /integrations", 200, { items: [item], bookmark: null }];

scenarios({
  "never returns the partner's tokens and e-mail from create, get, update and delete": [
    { switches: { deleteStatus: 200 } },
    ["POST /integrations/commerce", { external_business_id: "shop", ...secrets }, 200, metadata("", 0)],
    [`GET ${path}`, 200, metadata("", 0)],
    [`PATCH ${path}`, secrets, 200, metadata("", 0)],
    [`DELETE ${path}`, 200, metadata("", 0)],
  ],
  "lists every field: secrets in plaintext, expiries as integers, unset fields as null": [
    put,
    listed(record(null)),
  ],
  "lists secrets as null, masked or not at all if the switch is set": [
    put,
    ...(
      [
        ["null", null],
        ["masked", "********"],
        ["omitted", undefined],
      ] as const
    ).flatMap(([recordSecrets, shown]): Step[] => [
      { switches: { recordSecrets } },
      listed({ ...record(null), ...secretsShown(shown) }),
    ]),
  ],
});
