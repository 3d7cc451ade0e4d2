import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const notFound = {
  status: 404,
  body: { code: 4517, message: "Sorry! We could not find your integration." },
};

test("returns an integration in the list's form, with secrets", async () => {
  const { send, emulator } = await emulate();
  const { id } = emulator.put("shop", { partner_access_token: "partner-secret", scopes: "a" });
  const { status, body } = await send(`GET /integrations/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, external_business_id: "shop", partner_access_token: "partner-secret" });
  expect(body).toEqual((await send("GET /integrations")).body.items[0]);
});

test("follows the switches for records of the list", async () => {
  const { send, emulator } = await emulate({
    switches: { recordSecrets: "masked", recordUnset: "omitted", readLag: 1 },
  });
  const { id } = emulator.put("shop", { partner_primary_email: "owner@shop.example" });
  const { body } = await send(`GET /integrations/${id}`);
  expect(body.partner_primary_email).toBe("********");
  expect(body).not.toHaveProperty("scopes");
  await send("PATCH /integrations/commerce/shop", { body: { scopes: "a" } });
  expect((await send(`GET /integrations/${id}`)).body).not.toHaveProperty("scopes");
  expect((await send(`GET /integrations/${id}`)).body.scopes).toBe("a");
});

test("answers an unknown ID and the ID of a deleted integration with 404", async () => {
  const { send, emulator } = await emulate();
  const { id } = emulator.put("shop");
  expect(await send(`GET /integrations/${id}1`)).toMatchObject(notFound);
  emulator.remove("shop");
  expect(await send(`GET /integrations/${id}`)).toMatchObject(notFound);
  emulator.put("shop");
  expect(await send(`GET /integrations/${id}`)).toMatchObject(notFound);
});

test.each([
  ["5.23", 409, 4182],
  ["5.28", 403, 29],
] as const)("rejects another owner's integration, in %s with %i and %i", async (generation, status, code) => {
  const { send, emulator } = await emulate({ switches: { generation } });
  const { id } = emulator.put("theirs", {}, { account: "shop-2" });
  expect(await send(`GET /integrations/${id}`)).toMatchObject({ status, body: { code } });
});

test.each(["shop", "12a", "-1", "1.0", "1%2F2", "%D9%A1", "toString"])(
  "'%s' is not a number and finds no integration",
  async (text) => {
    const { send, emulator } = await emulate();
    emulator.put("shop");
    emulator.put(decodeURIComponent(text));
    expect(await send(`GET /integrations/${text}`)).toMatchObject(notFound);
    emulator.setSwitches({ generation: "5.28" });
    expect(await send(`GET /integrations/${text}`)).toMatchObject({
      status: 400,
      body: { code: 1, message: expect.stringContaining("must match the pattern: ^\\d+$") },
    });
  },
);

test("never interprets commerce and logs as IDs, and accepts only GET", async () => {
  const { send } = await emulate();
  expect(await send("GET /integrations/commerce")).toMatchObject({ status: 405 });
  expect(await send("DELETE /integrations/123")).toMatchObject({ status: 405 });
});

test("logs the external business ID, and faults match it", async () => {
  const { send, emulator } = await emulate();
  const { id } = emulator.put("shop");
  emulator.armFault({ kind: "answer", status: 503, operation: "getById", external_business_id: "shop" });
  await send("GET /integrations/1");
  expect(await send(`GET /integrations/${id}`)).toMatchObject({ status: 503 });
  expect(emulator.requests()).toMatchObject([
    { operation: "getById", external_business_id: null },
    { operation: "getById", external_business_id: "shop" },
  ]);
});
