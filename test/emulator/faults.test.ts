import { expect, test } from "@jest/globals";
import { ZodError } from "zod";
import type { Emulator, Fault, RequestEntry } from "../../emulator";
import { emulate, type Send } from "./helpers/emulate";
import { error, type Step, scenarios, some } from "./helpers/scenarios";

const POST = "POST /integrations/commerce";
const LIST = "GET /integrations";
const shop = { external_business_id: "shop" };

/** Creates the integration `shop`. Returns the error code of the connection. */
const networkError = (send: Send) =>
  send(POST, { body: shop }).then(
    () => undefined,
    (error: Error & { cause?: { code?: string } }) => error.cause?.code,
  );

const nextResponse = (emulator: Emulator) =>
  new Promise<RequestEntry>((resolve) => {
    const stop = emulator.onResponse((entry) => {
      stop();
      resolve(entry);
    });
  });

const fault = (settings: object = {}): Step => ({
  fault: { kind: "response", status: 500, ...settings } as Fault,
});
/** The error codes of requests without a response. */
const hanging: Promise<string | undefined>[] = [];

const lists = (...statuses: number[]): Step[] => statuses.map((status): Step => [LIST, status]);

scenarios({
  "responds once in Pinterest's envelope, and the request has no effect": [
    fault({ status: 503 }),
    async ({ send }) => {
      const { status, headers, body } = await send(POST, { body: shop });
      expect([status, body]).toEqual([503, error(0)]);
      expect(headers.get("content-type")).toBe("application/json");
      expect(headers.get("x-pinterest-rid")).toMatch(/^\d{16}$/);
    },
    { stored: {} },
    [POST, shop, 200],
  ],
  "hides the response of a request that takes effect, with commit": [
    fault({ body: { code: 911, message: "Oops" }, commit: true }),
    [POST, shop, 500, { code: 911, message: "Oops" }],
    { stored: { shop: {} } },
  ],
  "closes the connection with reset, before or, with commit, after the request takes effect": [
    ...(
      [
        [{}, false],
        [{ shop: {} }, true],
      ] as const
    ).flatMap(([stored, commit]): Step[] => [
      { fault: { kind: "reset", commit } },
      async ({ send }) => expect(await networkError(send)).toBe("ECONNRESET"),
      { stored },
    ]),
    ({ emulator }) =>
      expect(emulator.requests()).toMatchObject([
        { operation: "create", status: null, fault: "reset" },
        { operation: "create", status: null, fault: "reset" },
      ]),
  ],
  "leaves a request without a response with hang, before or, with commit, after it takes effect": [
    ...(
      [
        [{}, false],
        [{ shop: {} }, true],
      ] as const
    ).flatMap(([stored, commit]): Step[] => [
      { fault: { kind: "hang", commit } },
      async ({ send, emulator }) => {
        const reached = nextResponse(emulator);
        hanging.push(networkError(send));
        expect(await reached).toMatchObject({ fault: "hang", status: null });
      },
      { stored },
      [LIST, 200],
    ]),
    async ({ emulator }) => {
      await emulator.stop();
      expect(await Promise.all(hanging)).toEqual(["UND_ERR_SOCKET", "UND_ERR_SOCKET"]);
    },
  ],
  "truncates the JSON of a response, and the request takes effect": [
    { fault: { kind: "truncate" } },
    [POST, shop, 200, expect.stringMatching(/^\{"id":"\d{19}",.*[^}]$/)],
    { stored: { shop: {} } },
  ],
  "completes a truncated response, or closes the connection with drop": [
    { fault: { kind: "truncate" } },
    async ({ send }) => {
      const { status, headers, body } = await send(LIST);
      expect([status, headers.get("content-type"), typeof body]).toEqual([200, "application/json", "string"]);
    },
    { fault: { kind: "truncate", drop: true } },
    ({ send }) => expect(send(LIST)).rejects.toThrow("terminated"),
  ],
  "matches the operation, the account and the integration": [
    { put: { "a-1": {}, "a-2": {} } },
    { put: { "b-1": {} }, account: "shop-2" },
    fault({ status: 500, times: "all", operation: "list" }),
    fault({ status: 501, times: "all", account: "shop-2" }),
    fault({ status: 502, times: "all", external_business_id: "a-2" }),
    [LIST, 500],
    ["GET /integrations/commerce/a-1", 200],
    ["GET /integrations/commerce/a-2", 502],
    ["GET /integrations/commerce/b-1 as shop-2", 501],
  ],
  "skips requests, then fails some, and counts both": [
    fault({ skip: 1, times: 2 }),
    ...lists(200, 500, 500, 200, 200),
    ({ emulator }) => expect(emulator.faults()).toEqual([some({ number: 1, matched: 5, fired: 2 })]),
  ],
  "fails every nth request, without a limit unless times is set": [
    fault({ skip: 1, every: 3 }),
    fault({ status: 502, every: 4, times: 1 }),
    ...lists(200, 200, 200, 500, 502, 200, 500, 200, 200, 500),
  ],
  "removes a fault and keeps the others": [
    fault({ times: "all" }),
    fault({ status: 502, times: "all" }),
    ({ emulator }) => emulator.disarmFaults(1),
    [LIST, 502],
    ({ emulator }) => emulator.disarmFaults(),
    [LIST, 200],
    ({ emulator }) => expect(() => emulator.disarmFaults(1)).toThrow("the fault 1 does not exist"),
  ],
  "rejects an invalid fault": [
    { kind: "explode" },
    { kind: "response" },
    { kind: "reset", operation: "upsert" },
    { kind: "truncate", commit: false },
    { kind: "response", preset: "spam", status: 400 },
    { kind: "reset", chance: 2 },
  ].map(
    (invalid): Step =>
      ({ emulator }) => {
        expect(() => emulator.armFault(invalid as Fault)).toThrow(ZodError);
        expect(emulator.faults()).toEqual([]);
      },
  ),
});

test("fails the same random requests with the same seed", async () => {
  const run = async (seed: number) => {
    const { send, emulator } = await emulate({ seed });
    emulator.armFault({ kind: "response", status: 500, chance: 0.3 });
    const statuses: number[] = [];
    for (let count = 0; count < 200; count += 1) statuses.push((await send(LIST)).status);
    return statuses;
  };
  const first = await run(1);
  const failed = first.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(30);
  expect(failed).toBeLessThan(90);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});
