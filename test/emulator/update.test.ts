import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const PATCH = "PATCH /integrations/commerce/shop";

test("changes only the fields that were sent", async () => {
  const { send, emulator } = await emulate();
  const before = emulator.put("shop", { scopes: "a", partner_access_token: "kept", connected_tag_id: "1" });
  const { status, body } = await send(PATCH, { body: { connected_tag_id: "2" } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: before.id, scopes: "a", connected_tag_id: "2" });
  expect(emulator.integration("shop")).toEqual({
    ...before,
    connected_tag_id: "2",
    updated_timestamp: expect.any(Number),
  });
});

test("increases the time of the last update with each write", async () => {
  const { send, emulator } = await emulate({ now: () => 1_700_000_000_000 });
  const { created_timestamp } = emulator.put("shop");
  const first = await send(PATCH, { body: { scopes: "a" } });
  const second = await send(PATCH, { body: { scopes: "b" } });
  expect(first.body.updated_timestamp).toBe(created_timestamp + 1000);
  expect(second.body.updated_timestamp).toBe(created_timestamp + 2000);
  expect(second.body.created_timestamp).toBe(created_timestamp);
});

test("accepts an empty update, which sets the time of the last update only with noopTouches", async () => {
  const { send, emulator } = await emulate();
  const { updated_timestamp } = emulator.put("shop", { scopes: "a" });
  const moved = await send(PATCH, { body: {} });
  expect(moved.status).toBe(200);
  expect(moved.body.updated_timestamp).toBeGreaterThan(updated_timestamp);
  emulator.setSwitches({ noopTouches: false });
  expect((await send(PATCH, { body: { scopes: "a" } })).body).toEqual(moved.body);
  expect((await send(PATCH, { body: { scopes: "b" } })).body.scopes).toBe("b");
});

test("answers an unknown ID with 404", async () => {
  const { send } = await emulate();
  expect(await send(PATCH, { body: {} })).toMatchObject({
    status: 404,
    body: { code: 4180, message: "Sorry! We could not find your integration." },
  });
});

test("ignores the ID in the body if it equals the ID in the path", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  expect(await send(PATCH, { body: { external_business_id: "shop", scopes: "a" } })).toMatchObject({
    status: 200,
    body: { external_business_id: "shop", scopes: "a" },
  });
});

test("rejects another ID in the body", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  const body = { external_business_id: "other", scopes: "a" };
  expect(await send(PATCH, { body })).toMatchObject({ status: 400, body: { code: 1 } });
  expect(emulator.integration("shop")).toMatchObject({ scopes: null });
});

test.each([
  [{ clearByNull: "clears" }, { scopes: null }, 200, null],
  [{ clearByNull: "ignored" }, { scopes: null }, 200, "a"],
  [{ clearByNull: "refused" }, { scopes: null }, 400, "a"],
  [{}, { scopes: "" }, 200, null],
] as const)(
  "with %j, answers the update %j with %i, and the result is %j",
  async (switches, body, status, scopes) => {
    const { send, emulator } = await emulate({ switches });
    emulator.put("shop", { scopes: "a" });
    expect(await send(PATCH, { body })).toMatchObject({ status });
    expect(emulator.integration("shop")).toMatchObject({ scopes });
  },
);

test("clears an expiry with null and with 0", async () => {
  const { send, emulator } = await emulate();
  const expiry = 1_621_350_033_000;
  emulator.put("shop", { partner_access_token_expiry: expiry, partner_refresh_token_expiry: expiry });
  const { body } = await send(PATCH, {
    body: { partner_access_token_expiry: null, partner_refresh_token_expiry: 0 },
  });
  expect(body).toMatchObject({ partner_access_token_expiry: 0, partner_refresh_token_expiry: 0 });
  expect(emulator.integration("shop")).toMatchObject({
    partner_access_token_expiry: null,
    partner_refresh_token_expiry: null,
  });
});

test("accepts and ignores a field in ignoredFields", async () => {
  const { send, emulator } = await emulate({ switches: { ignoredFields: ["connected_advertiser_id"] } });
  emulator.put("shop", { connected_advertiser_id: "1" });
  const { status, body } = await send(PATCH, { body: { connected_advertiser_id: "2", scopes: "a" } });
  expect(status).toBe(200);
  expect(body).toMatchObject({ connected_advertiser_id: "1", scopes: "a" });
});

test("keeps the milliseconds of an expiry unless the switch is set", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  const body = { partner_access_token_expiry: 1_621_350_033_789 };
  expect((await send(PATCH, { body })).body.partner_access_token_expiry).toBe(1_621_350_033_789);
  emulator.setSwitches({ expiryRounding: "seconds" });
  expect((await send(PATCH, { body })).body.partner_access_token_expiry).toBe(1_621_350_033_000);
});

test("returns partner_metadata as it was sent", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  const partner_metadata = '{"b": 1,\n"a":[]}';
  expect((await send(PATCH, { body: { partner_metadata } })).body.partner_metadata).toBe(partner_metadata);
});

test("changes only the whitespace of partner_metadata that is JSON, if the switch is set", async () => {
  const { send, emulator } = await emulate({ switches: { metadataReserialized: true } });
  emulator.put("shop");
  const sent = '{"n":12345678901234567890,\n "text":"a: b, \\"c\\""}';
  expect((await send(PATCH, { body: { partner_metadata: sent } })).body.partner_metadata).toBe(
    '{"n": 12345678901234567890, "text": "a: b, \\"c\\""}',
  );
  expect((await send(PATCH, { body: { partner_metadata: "no: json" } })).body.partner_metadata).toBe(
    "no: json",
  );
});

test("accepts and ignores unknown fields", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  expect(await send(PATCH, { body: { colour: "red", connected_user_id: "1" } })).toMatchObject({
    status: 200,
  });
  expect(emulator.integration("shop")).not.toHaveProperty("colour");
  expect(emulator.integration("shop")?.connected_user_id).toBe(emulator.account().connected_user_id);
});
