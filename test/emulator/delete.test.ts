import { expect } from "@jest/globals";
import { notFound, scenarios, some } from "./helpers/scenarios";

const DELETE = "DELETE /integrations/commerce/shop";

scenarios({
  "responds without a body, and no read finds the integration": [
    { put: { shop: {} } },
    async ({ send }) => {
      const { status, headers, body } = await send(DELETE);
      expect([status, headers.get("content-type"), body]).toEqual([204, null, null]);
    },
    ["GET /integrations/commerce/shop", 404, notFound],
    ["GET /integrations", 200, { items: [], bookmark: null }],
  ],
  "responds to a second delete with 404, or with success if the switch is set": [
    { put: { shop: {} } },
    [DELETE, 204],
    [DELETE, 404, notFound],
    { switches: { deleteMissing: "succeeds" } },
    [DELETE, 204],
  ],
  "responds with the deleted integration in generation 5.28": [
    { switches: { generation: "5.28" } },
    { put: { shop: { scopes: "a" } } },
    [DELETE, 200, some({ id: "7300000000000000003", external_business_id: "shop", scopes: "a" })],
    { stored: {} },
  ],
  "recreates a deleted external business ID with a new integration ID": [
    { put: { shop: { scopes: "a" } } },
    [DELETE, 204],
    ["POST /integrations/commerce", { external_business_id: "shop" }, 200, some({ scopes: "" })],
    ["GET /integrations/{shop}", 404],
  ],
});
