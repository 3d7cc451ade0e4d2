import { expect, test } from "@jest/globals";
import type { Emulator } from "../../emulator";
import { emulate, sendTo } from "./helpers/emulate";
import { error, type Step, scenarios } from "./helpers/scenarios";

/** Starts an emulator with two integrations, a fault and a request. */
const prepare = async () => {
  const { emulator, send } = await emulate({ now: () => 1_700_000_000_000 });
  emulator.put("a/ü", { scopes: "a", additional_id_1: "x" });
  emulator.put("theirs", {}, { account: "shop-2" });
  emulator.armFault({ kind: "response", status: 503, operation: "list" });
  await send("GET /integrations");
  const admin = (request: string, body?: unknown) => sendTo(emulator.administrationUrl, request, body);
  return { emulator, admin };
};

const stateOf = (emulator: Emulator) => ({
  integrations: emulator.integrations(),
  accounts: emulator.accounts(),
  switches: emulator.switches(),
  faults: emulator.faults(),
  counters: emulator.counters(),
});
const missing = "the integration 'shop' does not exist";
const noAccount = "the account 'nobody' does not exist";
const rateLimits = { ads_read: [{ limit: 4, window: 60 }], safety_net: [] };

/** A call over HTTP (method, path and body), the same call in code, and the status of its response. */
type Call = [http: string, inCode: (admin: Emulator) => unknown, status: number];

const calls: Call[] = [
  [
    'PUT /integrations/a%2F%C3%BC {"connected_tag_id":"1","account":"shop-2"}',
    (admin) => admin.put("a/ü", { connected_tag_id: "1" }, { account: "shop-2" }),
    200,
  ],
  [
    'PATCH /integrations/a%2F%C3%BC {"scopes":null,"connected_tag_id":"1"}',
    (admin) => admin.change("a/ü", { scopes: null, connected_tag_id: "1" }),
    200,
  ],
  ["GET /integrations/a%2F%C3%BC", (admin) => admin.integration("a/ü"), 200],
  ["DELETE /integrations/a%2F%C3%BC", (admin) => admin.remove("a/ü"), 204],
  [
    'POST /integrations {"count":3,"prefix":"x-","account":"shop-2","fields":{"scopes":"a"}}',
    (admin) => admin.seed(3, { prefix: "x-", account: "shop-2", fields: () => ({ scopes: "a" }) }),
    201,
  ],
  ["GET /integrations/", (admin) => admin.integrations(), 200],
  [
    'POST /accounts {"name":"boutique","beta":false,"scopes":["ads:read"]}',
    (admin) => admin.addAccount({ name: "boutique", beta: false, scopes: ["ads:read"] }),
    201,
  ],
  ['PATCH /accounts/shop-1 {"revoked":true}', (admin) => admin.setAccount("shop-1", { revoked: true }), 200],
  ["GET /accounts", (admin) => admin.accounts(), 200],
  ["POST /accounts/shop-2/tokens", (admin) => ({ access_token: admin.issueToken("shop-2") }), 201],
  [`PATCH /switches ${JSON.stringify({ rateLimits })}`, (admin) => admin.setSwitches({ rateLimits }), 200],
  [
    'POST /faults {"kind":"reset","times":"all"}',
    (admin) => admin.armFault({ kind: "reset", times: "all" }),
    201,
  ],
  ["GET /faults", (admin) => admin.faults(), 200],
  ["DELETE /faults/1", (admin) => admin.disarmFaults(1), 204],
  ["DELETE /faults", (admin) => admin.disarmFaults(), 204],
  ["GET /counters", (admin) => admin.counters(), 200],
  ["POST /reset", (admin) => admin.reset(), 204],
];

/** Calls that fail, with a part of the message. */
const failing: [...Call, message: string][] = [
  ["PATCH /integrations/shop {}", (admin) => admin.change("shop", {}), 404, missing],
  [
    'PUT /integrations/shop {"account":"nobody"}',
    (admin) => admin.put("shop", {}, { account: "nobody" }),
    404,
    noAccount,
  ],
  ["POST /accounts/nobody/tokens", (admin) => admin.issueToken("nobody"), 404, noAccount],
  ["DELETE /tokens/unknown", (admin) => admin.expireToken("unknown"), 404, "no account has this token"],
  [
    'PUT /integrations/shop {"colour":"red"}',
    (admin) => admin.put("shop", { colour: "red" } as object),
    400,
    "colour",
  ],
  [
    'POST /accounts {"name":"shop-1"}',
    (admin) => admin.addAccount({ name: "shop-1" }),
    409,
    "'shop-1' already exists",
  ],
  [
    'POST /accounts {"name":"a b"}',
    (admin) => admin.addAccount({ name: "a b" }),
    400,
    "the name of an account must consist of",
  ],
  [
    'PATCH /switches {"readLag":"often"}',
    (admin) => admin.setSwitches({ readLag: "often" } as object),
    400,
    "readLag",
  ],
  ["DELETE /faults/9", (admin) => admin.disarmFaults(9), 404, "the fault 9 does not exist"],
];

/** Splits the text of a request over HTTP into method with path, and body. */
const requestOf = (text: string) => {
  const [method, path, ...body] = text.split(" ");
  return [`${method} ${path}`, body.length > 0 ? body.join(" ") : undefined] as const;
};

test.each(calls)("%s over HTTP does the same as in code", async (http, inCode, status) => {
  const [one, other] = [await prepare(), await prepare()];
  const response = await one.admin(...requestOf(http));
  expect(response.status).toBe(status);
  expect(response.body).toEqual(inCode(other.emulator) ?? null);
  expect(stateOf(one.emulator)).toEqual(stateOf(other.emulator));
});

test.each(failing)(
  "%s over HTTP fails as in code, and changes nothing",
  async (http, inCode, status, text) => {
    const { admin, emulator } = await prepare();
    const before = stateOf(emulator);
    const message = expect.stringContaining(text);
    expect(() => inCode(emulator)).toThrow(expect.objectContaining({ message }));
    const response = await admin(...requestOf(http));
    expect([response.status, response.body]).toEqual([status, { code: status, message }]);
    expect(stateOf(emulator)).toEqual(before);
  },
);

test.each([
  ["GET /integrations/shop", 404, missing],
  ["PUT /integrations/shop {half", 400, "must be JSON"],
  ["GET /nothing", 404, "this administrative call does not exist"],
])("rejects %s over HTTP with %i and a reason", async (text, status, reason) => {
  const { admin, emulator } = await prepare();
  const before = stateOf(emulator);
  expect(await admin(...requestOf(text))).toMatchObject({ status, body: error(status, reason) });
  expect(stateOf(emulator)).toEqual(before);
});

test("shows the state in the overview and the latest requests, and ignores a slash at the end of a call, but not of an ID", async () => {
  const { admin, emulator } = await prepare();
  const { integrations, ...overview } = stateOf(emulator);
  expect(await admin("GET ")).toMatchObject({ status: 200, body: overview });
  expect((await admin("GET /")).body).toEqual(overview);
  expect((await admin("GET /requests")).body).toMatchObject([{ number: 1, operation: "list", status: 503 }]);
  await admin(`PUT /integrations/${encodeURIComponent("a/")}`, {});
  expect((await admin("GET /integrations")).body).toMatchObject([
    ...integrations,
    { external_business_id: "a/" },
  ]);
});

const overHttp =
  (request: (emulator: Emulator) => string): Step =>
  async ({ emulator }) =>
    expect(await sendTo(emulator.administrationUrl, request(emulator))).toMatchObject({ status: 204 });

scenarios({
  "expires tokens over HTTP": [
    overHttp((emulator) => `DELETE /tokens/${emulator.token()}`),
    ["GET /integrations", 401],
    ["GET /integrations as shop-2", 200],
    overHttp(() => "DELETE /accounts/shop-2/tokens"),
    ["GET /integrations as shop-2", 401],
    overHttp((emulator) => `DELETE /tokens/${emulator.refreshToken()}`),
  ],
});

test("restores the initial accounts, switches and IDs in a reset", async () => {
  const { send, emulator } = await emulate({
    switches: { readLag: 1 },
    accounts: 1,
    now: () => 1_700_000_000_000,
  });
  const initial = stateOf(emulator);
  const first = emulator.put("shop");
  emulator.issueToken();
  emulator.addAccount({ name: "late" });
  emulator.setSwitches({ readLag: 7 });
  emulator.armFault({ kind: "hang", times: "all" });
  emulator.onRequest(() => {
    throw new Error("a listener from before the reset");
  });
  emulator.reset();
  expect(stateOf(emulator)).toEqual(initial);
  expect(await send("GET /integrations")).toMatchObject({ status: 200 });
  expect(emulator.put("shop")).toEqual(first);
});
