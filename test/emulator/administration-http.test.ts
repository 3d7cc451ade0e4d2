import { request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { emulate, sendTo } from "./helpers/emulate";

async function administered() {
  const { emulator, send } = await emulate();
  return {
    emulator,
    send,
    admin: (request: string, body?: unknown) => sendTo(emulator.administrationUrl, request, body),
  };
}

test("creates, reads, changes and deletes integrations with special characters in their IDs", async () => {
  const { admin, emulator } = await administered();
  const path = `/integrations/${encodeURIComponent("a/ü")}`;
  expect(await admin(`PUT ${path}`, { scopes: "a", additional_id_1: "x", account: "shop-2" })).toMatchObject({
    status: 200,
    body: {
      external_business_id: "a/ü",
      scopes: "a",
      connected_user_id: emulator.account("shop-2").connected_user_id,
    },
  });
  expect(await admin(`PATCH ${path}`, { scopes: null })).toMatchObject({
    status: 200,
    body: { scopes: null },
  });
  expect(await admin(`GET ${path}`)).toMatchObject({
    status: 200,
    body: { scopes: null, additional_id_1: "x" },
  });
  expect(await admin(`DELETE ${path}`)).toMatchObject({ status: 204 });
  expect(await admin(`GET ${path}`)).toMatchObject({ status: 404 });
});

test("creates many integrations in one call, and lists all or those of an account", async () => {
  const { admin } = await administered();
  const seeded = await admin("POST /integrations", {
    count: 300,
    prefix: "shop-",
    account: "shop-2",
    fields: { scopes: "a" },
  });
  expect(seeded.status).toBe(201);
  expect((await admin("GET /integrations")).body).toHaveLength(300);
  expect((await admin("GET /integrations?account=shop-1")).body).toEqual([]);
  expect((await admin("GET /integrations?account=shop-2")).body[299]).toMatchObject({
    external_business_id: "shop-300",
    scopes: "a",
  });
});

test("ignores a slash at the end of a call, but not of an ID", async () => {
  const { admin } = await administered();
  expect((await admin("GET /")).body).toEqual((await admin("GET ")).body);
  await admin(`PUT /integrations/${encodeURIComponent("a/")}`, {});
  expect((await admin("GET /integrations/")).body).toMatchObject([{ external_business_id: "a/" }]);
});

test("adds and changes accounts, and issues tokens", async () => {
  const { admin, send, emulator } = await administered();
  expect(await admin("POST /accounts", { name: "boutique", scopes: ["ads:read"] })).toMatchObject({
    status: 201,
    body: { name: "boutique", scopes: ["ads:read"] },
  });
  expect((await admin("GET /accounts")).body.map((account: { name: string }) => account.name)).toEqual([
    "shop-1",
    "shop-2",
    "boutique",
  ]);
  const { body } = await admin("POST /accounts/boutique/tokens");
  const authorization = `Bearer ${body.access_token}`;
  expect(await send("GET /integrations", { authorization })).toMatchObject({ status: 200 });
  expect(await admin(`DELETE /tokens/${body.access_token}`)).toMatchObject({ status: 204 });
  expect(await send("GET /integrations", { authorization })).toMatchObject({ status: 401 });
  expect(await admin("DELETE /accounts/shop-2/tokens")).toMatchObject({ status: 204 });
  expect(await send("GET /integrations", { account: "shop-2" })).toMatchObject({ status: 401 });
  const { body: renewed } = await admin("POST /accounts/boutique/refresh-tokens");
  expect(emulator.refreshToken("boutique")).toBe(renewed.refresh_token);
  expect(await admin(`DELETE /tokens/${renewed.refresh_token}`)).toMatchObject({ status: 204 });
  expect(await admin("PATCH /accounts/boutique", { revoked: true })).toMatchObject({
    status: 200,
    body: { revoked: true },
  });
});

test("reads and changes switches", async () => {
  const { admin, send, emulator } = await administered();
  expect(await admin("PATCH /switches", { generation: "5.28" })).toMatchObject({
    body: { createStatus: 201 },
  });
  const rateLimits = { ads_read: [{ limit: 4, window: 60 }], safety_net: [] };
  expect(await admin("PATCH /switches", { rateLimits })).toMatchObject({ body: { rateLimits } });
  expect((await send("GET /integrations")).headers.get("x-ratelimit-remaining")).toBe("3");
  expect((await admin("GET /switches")).body).toEqual(emulator.switches());
});

test("arms, lists and removes faults", async () => {
  const { admin, send } = await administered();
  expect(await admin("POST /faults", { kind: "answer", status: 503, times: "all" })).toMatchObject({
    status: 201,
    body: { number: 1, fired: 0 },
  });
  expect(await send("GET /integrations")).toMatchObject({ status: 503 });
  expect((await admin("GET /faults")).body).toMatchObject([{ number: 1, fired: 1 }]);
  expect(await admin("DELETE /faults/1")).toMatchObject({ status: 204 });
  expect(await send("GET /integrations")).toMatchObject({ status: 200 });
  await admin("POST /faults", { kind: "answer", status: 503, times: "all" });
  expect(await admin("DELETE /faults")).toMatchObject({ status: 204 });
  expect(await send("GET /integrations")).toMatchObject({ status: 200 });
});

test("reads and clears the log and the counters, which do not contain administrative calls", async () => {
  const { admin, send, emulator } = await administered();
  await send("GET /integrations");
  expect((await admin("GET /counters")).body).toEqual(emulator.counters());
  expect((await admin("GET /requests")).body).toMatchObject([{ number: 1, operation: "list", status: 200 }]);
  expect(await admin("DELETE /requests")).toMatchObject({ status: 204 });
  expect(emulator.counters().requests).toBe(0);
});

test("shows an empty state in the overview after a reset", async () => {
  const { admin, emulator } = await administered();
  emulator.put("shop");
  emulator.setSwitches({ readLag: 2 });
  expect(await admin("POST /reset")).toMatchObject({ status: 204 });
  expect(emulator.integrations()).toEqual([]);
  expect(await admin("GET ")).toMatchObject({
    status: 200,
    body: {
      accounts: emulator.accounts(),
      switches: { readLag: 0 },
      faults: [],
      counters: { requests: 0 },
    },
  });
});

/** Sends a request with headers that `fetch` does not let a caller set. */
function answerTo(url: string, method: string, headers: Record<string, string>, body = "") {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = request(url, { method, headers }, async (response) => {
      resolve({ status: response.statusCode, text: await text(response) });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test.each([
  [{ host: "rebound.example:4010" }, "the Host header must be localhost, an address in 127.0.0.0/8 or [::1]"],
  [{ host: "127.0.0.1.example" }, "the Host header must be localhost"],
  [{ host: "localhost.example" }, "the Host header must be localhost"],
  [{ origin: "https://page.example" }, "the Origin header must be absent or name localhost, an address in"],
  [{ origin: "null" }, "the Origin header must be absent"],
  [{ origin: "http://localhost.page.example" }, "the Origin header must be absent"],
])(
  "rejects the requests of web pages, which have %j, and names the allowed values",
  async (headers, reason) => {
    const { emulator } = await administered();
    emulator.put("shop");
    for (const [method, path] of [
      ["GET", "/accounts"],
      ["POST", "/reset"],
    ] as const) {
      const answer = await answerTo(`${emulator.administrationUrl}${path}`, method, headers);
      expect(answer).toMatchObject({ status: 403, text: expect.stringContaining(reason) });
      expect(answer.text).not.toContain(emulator.token());
    }
    expect(emulator.integrations()).toHaveLength(1);
    const authorization = `Bearer ${emulator.token()}`;
    expect(
      await answerTo(`${emulator.url}/integrations`, "GET", { ...headers, authorization }),
    ).toMatchObject({
      status: 200,
    });
  },
);

test.each([
  [{ host: "localhost" }],
  [{ host: "LOCALHOST:80" }],
  [{ host: "127.8.0.1:4010", origin: "http://127.0.0.1:3000" }],
  [{ host: "[::1]:4010", origin: "https://[::1]" }],
  [{ host: "localhost:4010", origin: "http://localhost:4010" }],
])("accepts requests of this machine, which have %j", async (headers) => {
  const { emulator } = await administered();
  expect(await answerTo(emulator.administrationUrl, "GET", headers)).toMatchObject({ status: 200 });
});

test("accepts a body only as application/json", async () => {
  const { emulator } = await administered();
  const put = (type?: string) =>
    answerTo(
      `${emulator.administrationUrl}/integrations/shop`,
      "PUT",
      type === undefined ? {} : { "content-type": type },
      '{"scopes":"a"}',
    );
  for (const type of [undefined, "text/plain", "application/jsonp", "application/x-www-form-urlencoded"]) {
    expect(await put(type)).toMatchObject({
      status: 415,
      text: expect.stringContaining("must be application/json"),
    });
  }
  expect(emulator.integrations()).toEqual([]);
  expect(await put("application/json; charset=utf-8")).toMatchObject({ status: 200 });
});

test.each([
  ["PATCH /integrations/none", { scopes: "a" }, 404, "the integration 'none' does not exist"],
  ["PUT /integrations/shop", { colour: "red" }, 400, "colour"],
  ["PUT /integrations/shop", { account: "nobody" }, 404, "the account 'nobody' does not exist"],
  ["PUT /integrations/shop", "{half", 400, "must be JSON"],
  ["POST /accounts", { name: "shop-1" }, 409, "'shop-1' already"],
  ["POST /accounts", { colour: "red" }, 400, "colour"],
  ["PATCH /switches", { readLag: "often" }, 400, "readLag"],
  ["POST /faults", { kind: "explode" }, 400, "kind"],
  ["DELETE /faults/9", undefined, 404, "the fault 9 does not exist"],
  ["GET /nothing", undefined, 404, "this administrative call does not exist"],
])("rejects %s with %j: status %i and a reason", async (request, body, status, reason) => {
  const { admin, emulator } = await administered();
  expect(await admin(request, body)).toMatchObject({
    status,
    body: { code: status, message: expect.stringContaining(reason) },
  });
  expect(emulator.integrations()).toEqual([]);
});
