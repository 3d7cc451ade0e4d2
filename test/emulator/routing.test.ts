import { expect, test } from "@jest/globals";
import { emulate } from "./helpers/emulate";
import { error, notFound, type Step, scenarios, some } from "./helpers/scenarios";

scenarios({
  "rejects other methods in JSON, and names the allowed methods": [
    async ({ send }) => {
      const { status, headers, body } = await send("PUT /integrations/commerce/a");
      expect([status, headers.get("allow")]).toEqual([405, "GET, PATCH, DELETE"]);
      expect(headers.get("content-type")).toBe("application/json");
      expect(body).toEqual(error(405, "GET, PATCH, DELETE"));
    },
  ],
  "responds to a path that is not an endpoint in JSON": [
    "GET /nothing",
    "GET /integrations/commerce/",
    "GET /integrations/commerce/a/b",
    "POST /integrations/commerce/a/logs",
  ].map(
    (request): Step =>
      async ({ send }) => {
        const { status, headers, body } = await send(request);
        expect([status, headers.get("content-type"), body]).toEqual([404, "application/json", error(404)]);
      },
  ),
  "accepts an ID with any characters in the path, the body and the list": [
    "a/b",
    "a%2Fb",
    "ü ☃ 👜",
    "?x=1#y",
    "a+b&c",
    "line\nbreak",
    "%",
    "Woo-Shop.example",
  ].flatMap((id): Step[] => {
    const path = `/integrations/commerce/${encodeURIComponent(id)}`;
    const item = some({ external_business_id: id, scopes: "read" });
    return [
      ["POST /integrations/commerce", { external_business_id: id }, 200],
      [`GET ${path}`, 200, some({ external_business_id: id })],
      [`PATCH ${path}`, { scopes: "read" }, 200],
      ["GET /integrations", 200, { items: [item], bookmark: null }],
      [`DELETE ${path}`, 204],
      { stored: {} },
    ];
  }),
  "distinguishes IDs by case": [{ put: { Shop: {} } }, ["GET /integrations/commerce/shop", 404, notFound]],
  "rejects a path with invalid percent-encoding": [["GET /integrations/commerce/%E0%A4%A", 400, error(1)]],
});

test("gives each response a unique request ID, including rejections", async () => {
  const { send, emulator } = await emulate();
  emulator.put("a");
  const responses = [
    await send("GET /integrations/commerce/a"),
    await send("DELETE /integrations/commerce/a"),
    await send("GET /integrations", { authorization: null }),
    await send("GET /nothing"),
  ];
  const ids = responses.map(({ headers }) => headers.get("x-pinterest-rid"));
  for (const id of ids) expect(id).toMatch(/^\d{16}$/);
  expect(new Set(ids).size).toBe(4);
});
