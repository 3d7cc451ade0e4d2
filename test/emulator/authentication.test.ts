import { expect } from "@jest/globals";
import { type Step, scenarios } from "./helpers/scenarios";

const LIST = "GET /integrations";
const body = { external_business_id: "shop" };
const unauthorized = (code: number, message: string) => ({ code, message, status: "failure" });
const authenticationFailed = unauthorized(2, "Authentication failed.");
const missingScope = unauthorized(3, "Your token does not have sufficient permissions for this call.");

/** Every operation, with its status for an account that may do it, and the account with the only scope that allows it. */
const operations: readonly (readonly [request: string, status: number, allowed: "reader" | "writer"])[] = [
  ["POST /integrations/commerce", 200, "writer"],
  ["GET /integrations/commerce/shop", 200, "reader"],
  ["PATCH /integrations/commerce/shop", 200, "writer"],
  ["DELETE /integrations/commerce/shop", 204, "writer"],
  [LIST, 200, "reader"],
  ["GET /integrations/1", 404, "reader"],
  ["POST /integrations/logs", 400, "writer"],
];

const isWithBody = (request: string) => /^(POST|PATCH) /.test(request);

/** An operation of an account, its status and its response. */
const send = (account: string, request: string, status: number, response?: unknown): Step =>
  isWithBody(request)
    ? [`${request} as ${account}`, body, status, response]
    : [`${request} as ${account}`, status, response];

/** A list with the first or second access token of the first account, which has expired. */
const listWithExpired =
  (number: 1 | 2): Step =>
  async ({ emulator, send }) => {
    const token = emulator.account().access_tokens[number - 1];
    const { status, body } = await send(LIST, { authorization: `Bearer ${token}` });
    expect({ status, body }).toEqual({ status: 401, body: authenticationFailed });
  };

const addAccount =
  (name: string, settings: object): Step =>
  ({ emulator }) =>
    emulator.addAccount({ name, connected_user_id: emulator.account().connected_user_id, ...settings });

scenarios({
  "fails every operation without a known token, which changes nothing and has no rate limit": [
    { put: { shop: {} } },
    async ({ emulator, send }) => {
      const tokens = [null, "Bearer", "Bearer unknown", emulator.token(), `Basic ${emulator.token()}`];
      for (const [request] of operations) {
        for (const authorization of tokens) {
          const sending = isWithBody(request) ? { body: { ...body, scopes: "a" } } : {};
          const response = await send(request, { authorization, ...sending });
          expect([request, response.status, response.body]).toEqual([request, 401, authenticationFailed]);
          expect([...response.headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
        }
      }
    },
    "unchanged",
  ],
  "fails every token of an expired or revoked account until the setting is reset": (
    ["expired", "revoked"] as const
  ).flatMap((flag): Step[] => [
    ({ emulator }) => emulator.issueToken(),
    ({ emulator }) => emulator.setAccount("shop-1", { [flag]: true }),
    listWithExpired(1),
    listWithExpired(2),
    [`${LIST} as shop-2`, 200],
    ({ emulator }) => emulator.setAccount("shop-1", { [flag]: false }),
    [LIST, 200],
  ]),
  "requires ads:read for reads, and ads:write for writes": [
    addAccount("reader", { scopes: ["ads:read"] }),
    addAccount("writer", { scopes: ["ads:write"] }),
    ...operations.flatMap(([request, status, allowed]): Step[] => [
      { put: { shop: {} } },
      send(allowed === "reader" ? "writer" : "reader", request, 401, missingScope),
      send(allowed, request, status),
    ]),
  ],
  "responds to every operation of a forbidden account with 403": [
    addAccount("forbidden", { forbidden: true }),
    ...operations.map(([request]) =>
      send("forbidden", request, 403, {
        code: 29,
        message: "You are not permitted to access that resource.",
      }),
    ),
  ],
});
