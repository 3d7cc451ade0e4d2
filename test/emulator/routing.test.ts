import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";

test("rejects other methods in JSON, and names the allowed methods", async () => {
  const { send } = await emulate();
  const { status, headers, body } = await send("PUT /integrations/commerce/a");
  expect(status).toBe(405);
  expect(headers.get("allow")).toBe("GET, PATCH, DELETE");
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toEqual({ code: 405, message: expect.stringContaining("GET, PATCH, DELETE") });
});

test("never interprets commerce as an integration ID", async () => {
  const { send } = await emulate();
  expect(await send("GET /integrations/commerce")).toMatchObject({ status: 405 });
});

test.each([
  "GET /nothing",
  "GET /integrations/commerce/",
  "GET /integrations/commerce/a/b",
  "POST /integrations/commerce/a/logs",
])("answers %s, which is not an endpoint, in JSON", async (request) => {
  const { send } = await emulate();
  const { status, headers, body } = await send(request);
  expect(status).toBe(404);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toEqual({ code: expect.any(Number), message: expect.any(String) });
});

test.each(["a/b", "a%2Fb", "ü ☃ 👜", "?x=1#y", "a+b&c", "line\nbreak", "%", "Woo-Shop.example"])(
  "accepts the ID %j in the path, the body and the list",
  async (id) => {
    const { send, emulator } = await emulate();
    const path = `/integrations/commerce/${encodeURIComponent(id)}`;
    await send("POST /integrations/commerce", { body: { external_business_id: id } });
    expect(await send(`GET ${path}`)).toMatchObject({ status: 200, body: { external_business_id: id } });
    expect(await send(`PATCH ${path}`, { body: { scopes: "read" } })).toMatchObject({ status: 200 });
    expect((await send("GET /integrations")).body.items).toMatchObject([
      { external_business_id: id, scopes: "read" },
    ]);
    expect(await send(`DELETE ${path}`)).toMatchObject({ status: 204 });
    expect(emulator.integrations()).toEqual([]);
  },
);

test("distinguishes IDs by case", async () => {
  const { send, emulator } = await emulate();
  emulator.put("Shop");
  expect(await send("GET /integrations/commerce/shop")).toMatchObject({ status: 404 });
});

test("rejects a path with invalid percent-encoding", async () => {
  const { send } = await emulate();
  expect(await send("GET /integrations/commerce/%E0%A4%A")).toMatchObject({ status: 400, body: { code: 1 } });
});

test("gives each answer a unique request ID, including rejections", async () => {
  const { send, emulator } = await emulate();
  emulator.put("a");
  const answers = [
    await send("GET /integrations/commerce/a"),
    await send("DELETE /integrations/commerce/a"),
    await send("GET /integrations", { authorization: null }),
    await send("GET /nothing"),
  ];
  const ids = answers.map(({ headers }) => headers.get("x-pinterest-rid"));
  for (const id of ids) expect(id).toMatch(/^\d{16}$/);
  expect(new Set(ids).size).toBe(4);
});
