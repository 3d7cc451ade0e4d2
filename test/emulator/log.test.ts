import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";
import { scenarios } from "./helpers/scenarios";

test("counts requests by operation, by account and method, and as reads and writes", async () => {
  const { send, emulator } = await emulate();
  emulator.put("a");
  await send("POST /integrations/commerce", { body: { external_business_id: "b" }, account: "shop-2" });
  await send("GET /integrations/commerce/a");
  await send("GET /integrations/commerce/missing");
  await send("PATCH /integrations/commerce/a", { body: {} });
  await send("DELETE /integrations/commerce/a");
  await send("GET /integrations", { authorization: "Bearer unknown" });
  await send("GET /nothing");
  expect(emulator.counters()).toEqual({
    requests: 7,
    reads: 4,
    writes: 3,
    operations: { create: 1, get: 2, update: 1, delete: 1, list: 1, getById: 0, logs: 0, token: 0 },
    accounts: { "shop-1": { GET: 3, PATCH: 1, DELETE: 1 }, "shop-2": { POST: 1 } },
  });
});

test("logs the account, the request and the response", async () => {
  const { send, emulator } = await emulate();
  const body = { external_business_id: "a/b", partner_access_token: "partner-secret" };
  const response = await send("POST /integrations/commerce?x=1", { body });
  await send("GET /integrations/commerce/a%2Fb", { authorization: null });
  expect(emulator.requests()).toEqual([
    {
      number: 1,
      method: "POST",
      path: "/v5/integrations/commerce?x=1",
      operation: "create",
      account: "shop-1",
      external_business_id: "a/b",
      request_headers: expect.objectContaining({
        authorization: `Bearer ${emulator.token()}`,
        "content-type": "application/json",
      }),
      request_body: body,
      status: 200,
      response_headers: expect.objectContaining({ "content-type": "application/json" }),
      response_body: response.body,
      request_id: response.headers.get("x-pinterest-rid"),
      fault: null,
    },
    expect.objectContaining({
      number: 2,
      path: "/v5/integrations/commerce/a%2Fb",
      operation: "get",
      account: null,
      external_business_id: "a/b",
      request_body: null,
      status: 401,
    }),
  ]);
});

test.each([
  [3, [6, 7, 8]],
  [0, []],
])("keeps the latest requests up to the limit %i, and counts all", async (logLimit, numbers) => {
  const { send, emulator } = await emulate({ logLimit });
  for (let count = 0; count < 8; count += 1) await send("GET /integrations");
  expect(emulator.requests().map(({ number }) => number)).toEqual(numbers);
  expect(emulator.counters().requests).toBe(8);
});

test("waits for a listener before the response is sent", async () => {
  const { send, emulator } = await emulate();
  const events: unknown[] = [];
  const stop = emulator.onResponse(async ({ operation, status }) => {
    if (operation !== "create") return;
    for (let count = 0; count < 5; count += 1) await send("GET /integrations");
    events.push([status, emulator.integrations().length]);
  });
  await send("POST /integrations/commerce", { body: { external_business_id: "shop" } });
  events.push("responded");
  expect(events).toEqual([[200, 1], "responded"]);
  stop();
  await send("POST /integrations/commerce", { body: { external_business_id: "shop" } });
  expect(events).toHaveLength(2);
});

scenarios({
  "logs a body that is not JSON as a string": [
    ["POST /integrations/commerce", "{half", 400],
    ({ emulator }) => expect(emulator.requests()).toMatchObject([{ request_body: "{half" }]),
  ],
});
