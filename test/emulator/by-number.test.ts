import { expect } from "@jest/globals";
import { error, notFound, type Step, scenarios, some } from "./helpers/scenarios";

const GET = "GET /integrations/{shop}";
/** The same text as for an external business ID, and another code. */
const unknown = { ...notFound, code: 4517 };
const notNumbers = ["shop", "12a", "-1", "1.0", "1%2F2", "%D9%A1", "toString"];

const asListed: Step = async ({ send, emulator }) => {
  const id = emulator.integration("shop")?.id;
  const { body } = await send(`GET /integrations/${id}`);
  expect(body.id).toBe(id);
  expect((await send("GET /integrations")).body.items).toEqual([body]);
};

scenarios({
  "returns an integration in the list's form, with secrets": [
    { put: { shop: { partner_access_token: "partner-secret", scopes: "a" } } },
    [GET, 200, some({ external_business_id: "shop", partner_access_token: "partner-secret" })],
    asListed,
    { switches: { recordUnset: "omitted" } },
    asListed,
  ],
  "finds no integration by a text that is not a number, which generation 5.28 rejects": [
    { put: Object.fromEntries(notNumbers.map((text) => [decodeURIComponent(text), {}])) },
    ...notNumbers.map((text): Step => [`GET /integrations/${text}`, 404, unknown]),
    { switches: { generation: "5.28" } },
    ...notNumbers.map(
      (text): Step => [`GET /integrations/${text}`, 400, error(1, "must match the pattern: ^\\d+$")],
    ),
  ],
  "never interprets commerce and logs as IDs, and accepts only GET": [
    ["GET /integrations/commerce", 405],
    ["GET /integrations/logs", 405],
    ["DELETE /integrations/123", 405],
  ],
  "logs the external business ID, and faults match it": [
    { put: { shop: {} } },
    { fault: { kind: "response", status: 503, operation: "getById", external_business_id: "shop" } },
    ["GET /integrations/1", 404],
    [GET, 503],
    ({ emulator }) =>
      expect(emulator.requests()).toMatchObject([
        { operation: "getById", external_business_id: null },
        { operation: "getById", external_business_id: "shop" },
      ]),
  ],
});
