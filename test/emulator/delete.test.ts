import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const DELETE = "DELETE /integrations/commerce/shop";
const notFound = { status: 404, body: { code: 4180, message: "Sorry! We could not find your integration." } };

test("answers without a body, and no read finds the integration", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  const { status, headers, body } = await send(DELETE);
  expect([status, headers.get("content-type"), body]).toEqual([204, null, null]);
  expect(await send("GET /integrations/commerce/shop")).toMatchObject(notFound);
  expect((await send("GET /integrations")).body.items).toEqual([]);
});

test("answers a second delete with 404, or with success if the switch is set", async () => {
  const { send, emulator } = await emulate();
  expect(await send(DELETE)).toMatchObject(notFound);
  emulator.setSwitches({ deleteMissing: "succeeds" });
  expect(await send(DELETE)).toMatchObject({ status: 204 });
});

test("answers with the deleted integration in generation 5.28", async () => {
  const { send, emulator } = await emulate({ switches: { generation: "5.28" } });
  const { id } = emulator.put("shop", { scopes: "a" });
  expect(await send(DELETE)).toMatchObject({
    status: 200,
    body: { id, external_business_id: "shop", scopes: "a" },
  });
  expect(emulator.integrations()).toEqual([]);
});

test("accepts a delete with any body", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  expect(await send(DELETE, { body: { external_business_id: "other" } })).toMatchObject({ status: 204 });
  expect(emulator.integrations()).toEqual([]);
});

test("recreates a deleted external business ID with a new integration ID", async () => {
  const { send, emulator } = await emulate();
  const { id } = emulator.put("shop", { scopes: "a" });
  await send(DELETE);
  const { status, body } = await send("POST /integrations/commerce", {
    body: { external_business_id: "shop" },
  });
  expect(status).toBe(200);
  expect(body.scopes).toBe("");
  expect(body.id).not.toBe(id);
});
