import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

const GET = "GET /integrations/commerce/shop";
const PATCH = "PATCH /integrations/commerce/shop";

const everyOperation = [
  "POST /integrations/commerce",
  GET,
  PATCH,
  "DELETE /integrations/commerce/shop",
  "GET /integrations",
  "GET /integrations/1",
  "POST /integrations/logs",
];

const authenticationFailed = { code: 2, message: "Authentication failed.", status: "failure" };

test.each(everyOperation)("%s without a known token fails, and changes nothing", async (request) => {
  const { send, emulator } = await emulate();
  const before = emulator.put("shop");
  const tokens = [null, "Bearer", "Bearer unknown", emulator.token(), `Basic ${emulator.token()}`];
  for (const authorization of tokens) {
    const { status, headers, body } = await send(request, {
      authorization,
      ...(request.startsWith("P") && { body: { external_business_id: "shop", scopes: "a" } }),
    });
    expect([status, body]).toEqual([401, authenticationFailed]);
    expect([...headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
  }
  expect(emulator.integrations()).toEqual([before]);
});

test("accepts Bearer in any case", async () => {
  const { send, emulator } = await emulate();
  expect(await send("GET /integrations", { authorization: `bearer ${emulator.token()}` })).toMatchObject({
    status: 200,
  });
});

test.each(["expired", "revoked"] as const)(
  "every token of an %s account fails until the setting is reset",
  async (flag) => {
    const { send, emulator } = await emulate();
    emulator.issueToken();
    emulator.setAccount("shop-1", { [flag]: true });
    for (const token of emulator.account().access_tokens) {
      expect(await send("GET /integrations", { authorization: `Bearer ${token}` })).toMatchObject({
        status: 401,
        body: authenticationFailed,
      });
    }
    expect(await send("GET /integrations", { account: "shop-2" })).toMatchObject({ status: 200 });
    emulator.setAccount("shop-1", { [flag]: false });
    expect(await send("GET /integrations")).toMatchObject({ status: 200 });
  },
);

test("expires one token, and accepts a new one of its account", async () => {
  const { send, emulator } = await emulate();
  const old = emulator.token();
  const next = emulator.issueToken();
  emulator.expireToken(old);
  expect(await send("GET /integrations", { authorization: `Bearer ${old}` })).toMatchObject({
    body: authenticationFailed,
  });
  expect(await send("GET /integrations", { authorization: `Bearer ${next}` })).toMatchObject({ status: 200 });
  expect(emulator.token()).toBe(next);
});

test("requires ads:read for reads, and ads:write for writes", async () => {
  const { send, emulator } = await emulate();
  emulator.put("shop");
  emulator.addAccount({
    name: "reader",
    scopes: ["ads:read"],
    connected_user_id: emulator.account().connected_user_id,
  });
  emulator.addAccount({
    name: "writer",
    scopes: ["ads:write"],
    connected_user_id: emulator.account().connected_user_id,
  });
  const refused = { status: 401, body: { code: 3, status: "failure" } };
  for (const request of everyOperation) {
    const writes = !request.startsWith("GET");
    const body = request.startsWith("P") ? { external_business_id: "shop" } : undefined;
    expect(await send(request, { account: writes ? "reader" : "writer", body })).toMatchObject(refused);
    // 404 because no integration has the ID 1, and 400 because the batch of logs is invalid.
    expect([200, 204, 400, 404]).toContain(
      (await send(request, { account: writes ? "writer" : "reader", body })).status,
    );
    if (request.startsWith("DELETE")) emulator.put("shop");
  }
});

test("answers an app outside the beta with the code of a missing scope", async () => {
  const { send, emulator } = await emulate();
  emulator.addAccount({ name: "outside", beta: false });
  expect(await send(GET, { account: "outside" })).toMatchObject({
    status: 401,
    body: { code: 3, message: expect.stringContaining("restricted feature") },
  });
});

test("answers every operation of a forbidden account with 403", async () => {
  const { send, emulator } = await emulate();
  emulator.setAccount("shop-1", { forbidden: true });
  expect(await send(PATCH, { body: {} })).toMatchObject({ status: 403, body: { code: 29 } });
});

test("issues tokens that contain the name of their account", async () => {
  const { emulator } = await emulate();
  emulator.addAccount({ name: "boutique" });
  expect(emulator.token()).toMatch(/^pina_emulator_shop-1_/);
  expect(emulator.token("boutique")).toMatch(/^pina_emulator_boutique_/);
  expect(emulator.account("boutique")).toMatchObject({
    app_secret: expect.stringMatching(/^emulator_app_secret_/),
    refresh_token: expect.stringMatching(/^pinr_emulator_boutique_/),
  });
});
