import { expect, test } from "@jest/globals";
import type { Switches } from "../../emulator";
import { emulate } from "./helpers/emulate";

const secrets = {
  partner_access_token: "partner-access-secret",
  partner_refresh_token: "partner-refresh-secret",
  partner_primary_email: "owner@shop.example",
};

async function itemWith(switches: Partial<Switches>) {
  const { send, emulator } = await emulate({ switches });
  emulator.put("shop", { ...secrets, partner_access_token_expiry: 1_621_350_033_000.5 });
  return (await send("GET /integrations")).body.items[0];
}

test("never returns the partner's tokens and e-mail from create, get, update and delete", async () => {
  const { send } = await emulate({ switches: { deleteStatus: 200 } });
  const path = "/integrations/commerce/shop";
  const answers = [
    await send("POST /integrations/commerce", { body: { external_business_id: "shop", ...secrets } }),
    await send(`GET ${path}`),
    await send(`PATCH ${path}`, { body: secrets }),
    await send(`DELETE ${path}`),
  ];
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(Object.keys(body).filter((key) => key in secrets)).toEqual([]);
  }
});

test("lists every field: secrets in plaintext, expiries as integers, unset fields as null", async () => {
  expect(await itemWith({})).toEqual({
    id: expect.stringMatching(/^\d{19}$/),
    external_business_id: "shop",
    connected_user_id: expect.stringMatching(/^\d+$/),
    connected_merchant_id: null,
    connected_advertiser_id: null,
    connected_tag_id: null,
    connected_lba_id: null,
    ...secrets,
    partner_access_token_expiry: 1_621_350_033_000,
    partner_refresh_token_expiry: null,
    scopes: null,
    additional_id_1: null,
    partner_metadata: null,
    created_time: expect.any(Number),
    updated_time: expect.any(Number),
  });
});

test("omits unset fields from the list if the switch is set", async () => {
  const item = await itemWith({ recordUnset: "omitted" });
  expect(item).toMatchObject(secrets);
  expect(item).not.toHaveProperty("scopes");
  expect(item).not.toHaveProperty("partner_refresh_token_expiry");
});

test.each([
  ["null", null],
  ["masked", "********"],
  ["omitted", undefined],
] as const)("with secrets %s, the list contains %j", async (recordSecrets, shown) => {
  const item = await itemWith({ recordSecrets });
  expect([item.partner_access_token, item.partner_refresh_token, item.partner_primary_email]).toEqual([
    shown,
    shown,
    shown,
  ]);
  expect("partner_access_token" in item).toBe(recordSecrets !== "omitted");
});

test("lists an unset secret as null if others are masked", async () => {
  const { send, emulator } = await emulate({ switches: { recordSecrets: "masked" } });
  emulator.put("shop", { partner_access_token: "partner-access-secret" });
  expect((await send("GET /integrations")).body.items).toMatchObject([
    { partner_access_token: "********", partner_refresh_token: null },
  ]);
});

test.each([
  ["empty", "", 0],
  ["null", null, null],
  ["omitted", undefined, undefined],
] as const)("with unset fields %s, a get returns %j for a string", async (metadataUnset, text, expiry) => {
  const { send, emulator } = await emulate({ switches: { metadataUnset } });
  emulator.put("shop");
  const { body } = await send("GET /integrations/commerce/shop");
  expect(body.scopes).toBe(text);
  expect(body.partner_access_token_expiry).toBe(expiry);
  expect("scopes" in body).toBe(metadataUnset !== "omitted");
});
