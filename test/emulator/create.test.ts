import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const POST = "POST /integrations/commerce";

test("creates an integration with an ID of 19 digits, the caller's user and equal times in whole seconds", async () => {
  const { send, emulator } = await emulate({ now: () => 1_700_000_000_789 });
  const { status, body } = await send(POST, {
    body: { external_business_id: "shop", connected_merchant_id: "1445572885401", scopes: "accounts:read" },
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    id: expect.stringMatching(/^\d{19}$/),
    external_business_id: "shop",
    connected_user_id: emulator.account().connected_user_id,
    connected_merchant_id: "1445572885401",
    connected_advertiser_id: "",
    connected_tag_id: "",
    connected_lba_id: "",
    scopes: "accounts:read",
    additional_id_1: "",
    partner_metadata: "",
    partner_access_token_expiry: 0,
    partner_refresh_token_expiry: 0,
    created_timestamp: 1_700_000_000_000,
    updated_timestamp: 1_700_000_000_000,
  });
});

test("assigns IDs that a JavaScript number cannot represent", async () => {
  const { emulator } = await emulate();
  for (const { id } of emulator.seed(1000)) expect(String(Number(id))).not.toBe(id);
});

test("updates an existing integration, and keeps its ID, creation time and omitted fields", async () => {
  const { send } = await emulate({ now: () => 1_700_000_000_000 });
  const first = await send(POST, {
    body: { external_business_id: "shop", scopes: "a", additional_id_1: "x" },
  });
  const second = await send(POST, { body: { external_business_id: "shop", scopes: "b" } });
  expect(second.status).toBe(200);
  expect(second.body).toEqual({
    ...first.body,
    scopes: "b",
    updated_timestamp: first.body.updated_timestamp + 1000,
  });
});

test("clears the fields that an upsert omits, with postExisting replace", async () => {
  const { send } = await emulate({ switches: { postExisting: "replace" } });
  await send(POST, { body: { external_business_id: "shop", scopes: "a", partner_access_token: "secret" } });
  await send(POST, { body: { external_business_id: "shop", additional_id_1: "b" } });
  expect((await send("GET /integrations")).body.items).toMatchObject([
    { scopes: null, partner_access_token: null, additional_id_1: "b" },
  ]);
});

test.each([
  ["5.23", 409],
  ["5.28", 400],
] as const)(
  "rejects a create of an existing integration, with postExisting conflict, in generation %s with %i",
  async (generation, expected) => {
    const { send, emulator } = await emulate({ switches: { generation, postExisting: "conflict" } });
    const before = emulator.put("shop", { scopes: "a" });
    const { status, body } = await send(POST, { body: { external_business_id: "shop", scopes: "b" } });
    expect(status).toBe(expected);
    expect(body.code).not.toBe(4182);
    expect(emulator.integration("shop")).toEqual(before);
  },
);

test.each([{}, { external_business_id: "" }, { external_business_id: null }])(
  "rejects %j, which has no ID",
  async (body) => {
    const { send, emulator } = await emulate();
    expect(await send(POST, { body })).toMatchObject({ status: 400, body: { code: 1 } });
    emulator.setSwitches({ missingExternalIdStatus: 422 });
    expect(await send(POST, { body })).toMatchObject({ status: 422, body: { code: 1 } });
    expect(emulator.integrations()).toEqual([]);
  },
);

test.each(["connected_advertiser_id", "connected_tag_id"])("rejects an empty %s", async (field) => {
  const { send, emulator } = await emulate();
  const { status, body } = await send(POST, { body: { external_business_id: "shop", [field]: "" } });
  expect(status).toBe(400);
  expect(body).toEqual({ code: 1, message: expect.stringContaining(`'${field}'`) });
  expect(emulator.integrations()).toEqual([]);
});

test.each([
  [{ connected_tag_id: 5 }, "connected_tag_id"],
  [{ partner_access_token_expiry: "1621350033000" }, "partner_access_token_expiry"],
  [{ partner_metadata: { a: 1 } }, "partner_metadata"],
])("rejects %j, which has the wrong type, and names the field", async (fields, name) => {
  const { send } = await emulate();
  const { status, body } = await send(POST, { body: { external_business_id: "shop", ...fields } });
  expect(status).toBe(400);
  expect(body).toEqual({ code: 1, message: expect.stringContaining(`'${name}'`) });
});

test.each(["[]", '"text"', "null", "{", ""])(
  "rejects the body %j, which is not a JSON object",
  async (body) => {
    const { send } = await emulate();
    expect(await send(POST, { body })).toMatchObject({ status: 400, body: { code: 1 } });
  },
);

test("accepts only integer expiries in generation 5.23, and any number in 5.28", async () => {
  const { send, emulator } = await emulate();
  const body = { external_business_id: "shop", partner_access_token_expiry: 1621350033000.5 };
  expect(await send(POST, { body })).toMatchObject({ status: 400 });
  emulator.setSwitches({ generation: "5.28" });
  expect(await send(POST, { body })).toMatchObject({
    status: 201,
    body: { partner_access_token_expiry: 1621350033000.5 },
  });
});

test("answers with 201 for a new ID in generation 5.28, and with 200 for an existing one", async () => {
  const { send } = await emulate({ switches: { generation: "5.28" } });
  const body = { external_business_id: "shop" };
  expect(await send(POST, { body })).toMatchObject({ status: 201 });
  expect(await send(POST, { body })).toMatchObject({ status: 200 });
});

test("accepts and ignores unknown fields", async () => {
  const { send, emulator } = await emulate();
  await send(POST, {
    body: { external_business_id: "shop", id: "1", connected_user_id: "2", colour: "red" },
  });
  const [created] = emulator.integrations();
  expect(created).not.toHaveProperty("colour");
  expect(created?.id).not.toBe("1");
  expect(created?.connected_user_id).toBe(emulator.account().connected_user_id);
});
