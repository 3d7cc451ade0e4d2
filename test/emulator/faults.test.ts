import { expect, test } from "@jest/globals";
import { ZodError } from "zod";
import type { Emulator, Fault, RequestEntry } from "../../emulator";
import { emulate } from "./helpers/emulate";

const CREATE = ["POST /integrations/commerce", { body: { external_business_id: "shop" } }] as const;

/** Returns the error code of a connection. */
const networkError = (sending: Promise<unknown>) =>
  sending.then(
    () => undefined,
    (error: Error & { cause?: { code?: string } }) => error.cause?.code,
  );

const nextAnswer = (emulator: Emulator) =>
  new Promise<RequestEntry>((resolve) => {
    const stop = emulator.onAnswer((entry) => {
      stop();
      resolve(entry);
    });
  });

test("answers once in Pinterest's envelope, and the request has no effect", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 503 });
  const { status, headers, body } = await send(...CREATE);
  expect(status).toBe(503);
  expect(headers.get("content-type")).toBe("application/json");
  expect(headers.get("x-pinterest-rid")).toMatch(/^\d{16}$/);
  expect(body).toEqual({ code: 0, message: expect.any(String) });
  expect(emulator.integrations()).toEqual([]);
  expect(await send(...CREATE)).toMatchObject({ status: 200 });
});

test("sends a string body as an HTML page, with the fault's headers", async () => {
  const { send, emulator } = await emulate();
  const headers = { "x-ratelimit-reset": "67150" };
  emulator.armFault({ kind: "answer", status: 502, body: "<h1>Bad gateway</h1>", headers });
  const answer = await send(...CREATE);
  expect(answer).toMatchObject({ status: 502, body: "<h1>Bad gateway</h1>" });
  expect(answer.headers.get("content-type")).toContain("text/html");
  expect(answer.headers.get("x-ratelimit-reset")).toBe("67150");
});

test("hides the answer of a request that takes effect, with commit", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 500, body: { code: 911, message: "Oops" }, commit: true });
  expect(await send(...CREATE)).toMatchObject({ status: 500, body: { code: 911, message: "Oops" } });
  expect(emulator.integration("shop")).toBeDefined();
});

test("does not execute a request that would be rejected, with commit", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 500, commit: true });
  await send(CREATE[0], { ...CREATE[1], authorization: null });
  expect(emulator.integrations()).toEqual([]);
});

test.each([
  [false, 0],
  [true, 1],
])("a reset with commit %j leaves %i integrations", async (commit, count) => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "reset", commit });
  expect(await networkError(send(...CREATE))).toBe("ECONNRESET");
  expect(emulator.integrations()).toHaveLength(count);
  expect(emulator.requests()).toMatchObject([{ operation: "create", status: null, fault: "reset" }]);
});

test.each([
  [false, 0],
  [true, 1],
])(
  "a request that hangs with commit %j gets no answer, and leaves %i integrations",
  async (commit, count) => {
    const { send, emulator } = await emulate();
    emulator.armFault({ kind: "hang", commit });
    const reached = nextAnswer(emulator);
    const hanging = networkError(send(...CREATE));
    expect(await reached).toMatchObject({ fault: "hang", status: null });
    expect(emulator.integrations()).toHaveLength(count);
    expect(await send("GET /integrations")).toMatchObject({ status: 200 });
    await emulator.stop();
    expect(await hanging).toBe("UND_ERR_SOCKET");
  },
);

test("truncates the JSON of an answer, and the request takes effect", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "truncate" });
  const { status, headers, body } = await send(...CREATE);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toMatch(/^\{"id":"\d{19}",.*[^}]$/);
  expect(emulator.integration("shop")).toBeDefined();
});

test("matches the operation, the account and the integration", async () => {
  const { send, emulator } = await emulate();
  emulator.seed(2, { prefix: "a-" });
  emulator.put("b-1", {}, { account: "shop-2" });
  const status = async (request: string, account = "shop-1") => (await send(request, { account })).status;
  emulator.armFault({ kind: "answer", status: 500, times: "all", operation: "list" });
  emulator.armFault({ kind: "answer", status: 501, times: "all", account: "shop-2" });
  emulator.armFault({ kind: "answer", status: 502, times: "all", external_business_id: "a-2" });
  expect(await status("GET /integrations")).toBe(500);
  expect(await status("GET /integrations/commerce/a-1")).toBe(200);
  expect(await status("GET /integrations/commerce/a-2")).toBe(502);
  expect(await status("GET /integrations/commerce/b-1", "shop-2")).toBe(501);
});

test("matches a create by the ID in its body", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 500, external_business_id: "shop" });
  expect(await send(CREATE[0], { body: { external_business_id: "other" } })).toMatchObject({ status: 200 });
  expect(await send(...CREATE)).toMatchObject({ status: 500 });
});

test("skips requests, then fails some, and counts both", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 500, skip: 1, times: 2 });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await send("GET /integrations")).status);
  expect(statuses).toEqual([200, 500, 500, 200, 200]);
  expect(emulator.faults()).toMatchObject([{ number: 1, matched: 5, fired: 2 }]);
});

test("fails every nth request, without a limit unless times is set", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 500, skip: 1, every: 3 });
  emulator.armFault({ kind: "answer", status: 502, every: 4, times: 1 });
  const statuses: number[] = [];
  for (let count = 0; count < 10; count += 1) statuses.push((await send("GET /integrations")).status);
  expect(statuses).toEqual([200, 200, 200, 500, 502, 200, 500, 200, 200, 500]);
});

test("fails the same random requests with the same seed", async () => {
  const run = async (seed: number) => {
    const { send, emulator } = await emulate({ seed });
    emulator.armFault({ kind: "answer", status: 500, chance: 0.3 });
    const statuses: number[] = [];
    for (let count = 0; count < 200; count += 1) statuses.push((await send("GET /integrations")).status);
    return statuses;
  };
  const first = await run(1);
  const failed = first.filter((status) => status === 500).length;
  expect(failed).toBeGreaterThan(30);
  expect(failed).toBeLessThan(90);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("completes a truncated answer, or closes the connection with drop", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "truncate" });
  expect(await send("GET /integrations")).toMatchObject({ status: 200, body: expect.any(String) });
  emulator.armFault({ kind: "truncate", drop: true });
  await expect(send("GET /integrations")).rejects.toThrow("terminated");
});

test("fires one fault per request, in the order in which they were armed", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", status: 500 });
  emulator.armFault({ kind: "answer", status: 502 });
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await send("GET /integrations")).status);
  expect(statuses).toEqual([500, 502, 200]);
});

test("removes a fault and keeps the others", async () => {
  const { send, emulator } = await emulate();
  const { number } = emulator.armFault({ kind: "answer", status: 500, times: "all" });
  emulator.armFault({ kind: "answer", status: 502, times: "all" });
  emulator.disarmFaults(number);
  expect(await send("GET /integrations")).toMatchObject({ status: 502 });
  emulator.disarmFaults();
  expect(await send("GET /integrations")).toMatchObject({ status: 200 });
  expect(() => emulator.disarmFaults(number)).toThrow(`the fault ${number} does not exist`);
});

test.each([
  { kind: "explode" },
  { kind: "answer" },
  { kind: "answer", status: 99 },
  { kind: "reset", operation: "upsert" },
  { kind: "hang", times: 0 },
  { kind: "truncate", commit: false },
  { kind: "answer", preset: "nonsense" },
  { kind: "answer", preset: "spam", status: 400 },
  { kind: "answer", preset: "spam", body: {} },
  { kind: "slow", ms: -1 },
  { kind: "reset", every: 0 },
  { kind: "reset", chance: 2 },
])("rejects the fault %j", async (fault) => {
  const { emulator } = await emulate();
  expect(() => emulator.armFault(fault as Fault)).toThrow(ZodError);
  expect(emulator.faults()).toEqual([]);
});
