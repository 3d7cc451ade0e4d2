import { expect } from "@jest/globals";
import { error, type Step, scenarios, some } from "./helpers/scenarios";

scenarios({
  "responds to other methods with an error in JSON that names the allowed methods": [
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
    "%",
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
});
