import { expect } from "@jest/globals";
import { type Step, scenarios } from "./helpers/scenarios";

const LIST = "GET /integrations";
const body = { external_business_id: "shop" };
const unauthorized = (code: number, message: string) => ({ code, message, status: "failure" });
const authenticationFailed = unauthorized(2, "Authentication failed.");
const missingScope = unauthorized(3, "Your token does not have sufficient permissions for this call.");

/** Every operation, with its status for an account that may do it. */
const operations: readonly (readonly [request: string, status: number])[] = [
  ["POST /integrations/commerce", 200],
  ["GET /integrations/commerce/shop", 200],
  ["PATCH /integrations/commerce/shop", 200],
  ["DELETE /integrations/commerce/shop", 204],
  [LIST, 200],
  ["GET /integrations/1", 404],
  ["POST /integrations/logs", 400],
];

/** The status of a list with the n-th access token of the first account, which may have expired. */
const listWith =
  (status: number, authorization: (tokens: readonly string[]) => string): Step =>
  async ({ emulator, send }) => {
    const response = await send(LIST, { authorization: authorization(emulator.account().access_tokens) });
    expect(response.status).toBe(status);
    if (status === 401) expect(response.body).toEqual(authenticationFailed);
  };

const addAccount =
  (name: string, settings: object): Step =>
  ({ emulator }) =>
    emulator.addAccount({ name, connected_user_id: emulator.account().connected_user_id, ...settings });

/** Sends a body in writes only, and none in a delete. */
const by = (account: string, request: string, status: number, response?: unknown): Step =>
  request.startsWith("P")
    ? [`${request} as ${account}`, body, status, response]
    : [`${request} as ${account}`, status, response];

scenarios({
  "fails every operation without a known token, which changes nothing and has no rate limit": [
    { put: { shop: {} } },
    async ({ emulator, send }) => {
      const tokens = [null, "Bearer", "Bearer unknown", emulator.token(), `Basic ${emulator.token()}`];
      for (const [request] of operations) {
        for (const authorization of tokens) {
          const sending = request.startsWith("P") ? { body: { ...body, scopes: "a" } } : {};
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
    listWith(401, (tokens) => `Bearer ${tokens[0]}`),
    listWith(401, (tokens) => `Bearer ${tokens[1]}`),
    [`${LIST} as shop-2`, 200],
    ({ emulator }) => emulator.setAccount("shop-1", { [flag]: false }),
    [LIST, 200],
  ]),
  "requires ads:read for reads, and ads:write for writes": [
    addAccount("reader", { scopes: ["ads:read"] }),
    addAccount("writer", { scopes: ["ads:write"] }),
    ...operations.flatMap(([request, status]): Step[] => {
      const [allowed, refused] = request.startsWith("GET") ? ["reader", "writer"] : ["writer", "reader"];
      return [
        { put: { shop: {} } },
        by(refused as string, request, 401, missingScope),
        by(allowed as string, request, status),
        { put: { shop: {} } },
      ];
    }),
  ],
  "responds to every operation of a forbidden account with 403": [
    addAccount("forbidden", { forbidden: true }),
    ...operations.map(([request]) =>
      by("forbidden", request, 403, {
        code: 29,
        message: "You are not permitted to access that resource.",
      }),
    ),
  ],
});
