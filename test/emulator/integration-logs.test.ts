import { describe, expect, test } from "@jest/globals";
import type { Switches } from "../../emulator";
import { emulate, sendTo } from "./helpers/emulate";

const LOGS = "POST /integrations/logs";
const minimal = { client_timestamp: 1_700_000_000_000, event_type: "APP", log_level: "INFO" };
const entries = (count: number) => Array.from({ length: count }, () => minimal);

const full = {
  ...minimal,
  event_type: "API",
  log_level: "ERROR",
  external_business_id: "shop",
  advertiser_id: "1",
  merchant_id: "2",
  tag_id: "3",
  feed_profile_id: "4",
  message: "It failed.",
  app_version_number: "1.0",
  platform_version_number: "2.4",
  error: {
    cause: "c",
    column_number: 1,
    file_name: "f",
    line_number: 2,
    message: "m",
    message_detail: "d",
    name: "n",
    number: -3,
    stack_trace: "s",
  },
  request: {
    method: "PATCH",
    host: "api.pinterest.com",
    path: "/v5",
    request_headers: { accept: "*/*" },
    response_headers: {},
    response_status_code: 500,
  },
};

async function report(logs: unknown, switches: Partial<Switches> = {}) {
  const { send, emulator } = await emulate({ switches });
  return { emulator, answer: await send(LOGS, { body: { logs } }) };
}

test("stores the entries of a batch unchanged, by account", async () => {
  const { send, emulator } = await emulate();
  expect(await send(LOGS, { body: { logs: [minimal, full] } })).toMatchObject({
    status: 200,
    body: { message: expect.any(String) },
  });
  await send(LOGS, { body: { logs: [minimal] }, account: "shop-2" });
  expect(emulator.logs()).toEqual([minimal, full, minimal]);
  expect(emulator.logs("shop-1")).toEqual([minimal, full]);
  expect((await sendTo(emulator.administrationUrl, "GET /logs?account=shop-2")).body).toEqual([minimal]);
});

test("answers without a message if the switch is set", async () => {
  expect((await report([minimal], { logsMessage: "omitted" })).answer).toMatchObject({
    status: 200,
    body: {},
  });
  expect((await report([minimal], { logsMessage: "omitted" })).answer.body).not.toHaveProperty("message");
});

test("clears the entries on request, and on a reset", async () => {
  const { send, emulator } = await emulate();
  await send(LOGS, { body: { logs: [minimal] } });
  expect(await sendTo(emulator.administrationUrl, "DELETE /logs")).toMatchObject({ status: 204 });
  expect(emulator.logs()).toEqual([]);
  await send(LOGS, { body: { logs: [minimal] } });
  emulator.reset();
  expect(emulator.logs()).toEqual([]);
});

test.each([1, 250])("accepts a batch of %i entries", async (count) => {
  const { answer, emulator } = await report(entries(count));
  expect(answer.status).toBe(200);
  expect(emulator.logs()).toHaveLength(count);
});

test.each([
  ["no entries", []],
  ["251 entries", entries(251)],
  ["one object", minimal],
  ["null", null],
])("rejects a batch of %s", async (_, logs) => {
  const { answer, emulator } = await report(logs);
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 1, message: expect.stringContaining("'logs'") },
  });
  expect(emulator.logs()).toEqual([]);
});

test.each(["{half", "[]", '"text"', { logs: [minimal], more: 1 }, {}])(
  "rejects the body %j",
  async (body) => {
    const { send, emulator } = await emulate();
    expect(await send(LOGS, { body })).toMatchObject({ status: 400, body: { code: 1 } });
    expect(emulator.logs()).toEqual([]);
  },
);

describe.each([
  [["message"], 8192],
  [["external_business_id"], 2048],
  [["advertiser_id"], 128],
  [["merchant_id"], 128],
  [["tag_id"], 128],
  [["feed_profile_id"], 128],
  [["app_version_number"], 20],
  [["platform_version_number"], 20],
  [["error", "cause"], 512],
  [["error", "file_name"], 256],
  [["error", "name"], 256],
  [["error", "message"], 8192],
  [["error", "message_detail"], 1024],
] as const)("the string %j", ([outer, inner], limit) => {
  const entryWith = (text: string) => ({
    ...minimal,
    [outer]: inner === undefined ? text : { [inner]: text },
  });

  test(`can have ${limit} Unicode characters`, async () => {
    expect((await report([entryWith("x".repeat(limit)), entryWith("👜".repeat(limit))])).answer.status).toBe(
      200,
    );
  });

  test(`cannot have ${limit + 1}`, async () => {
    const path = inner === undefined ? outer : `${outer}.${inner}`;
    const { answer } = await report([entryWith("x".repeat(limit + 1))]);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 1, message: expect.stringContaining(`logs[0].${path}`) },
    });
  });
});

test("does not limit a stack trace, a host or a path", async () => {
  const long = "x".repeat(100_000);
  const log = {
    ...minimal,
    error: { stack_trace: long },
    request: { method: "GET", host: long, path: long },
  };
  expect((await report([log])).answer.status).toBe(200);
});

test.each(["external_business_id", "advertiser_id", "merchant_id", "tag_id", "feed_profile_id"])(
  "accepts null for %s",
  async (field) => {
    expect((await report([{ ...minimal, [field]: null }])).answer.status).toBe(200);
  },
);

const refused: [string, object][] = [
  ...["client_timestamp", "event_type", "log_level"].map((name): [string, object] => [
    name,
    { ...minimal, [name]: undefined },
  ]),
  ...["client_timestamp", "message", "app_version_number", "error", "request"].map(
    (name): [string, object] => [name, { ...minimal, [name]: null }],
  ),
  ["event_type", { ...minimal, event_type: "app" }],
  ["log_level", { ...minimal, log_level: "DEBUG" }],
  ["client_timestamp", { ...minimal, client_timestamp: 1.5 }],
  ["client_timestamp", { ...minimal, client_timestamp: "1700000000000" }],
  ["advertiser_id", { ...minimal, advertiser_id: 1 }],
  ["colour", { ...minimal, colour: "red" }],
  ["error.colour", { ...minimal, error: { colour: "red" } }],
  ["error.line_number", { ...minimal, error: { line_number: 1.5 } }],
  ["error.cause", { ...minimal, error: { cause: null } }],
  ["request.host", { ...minimal, request: { method: "GET", path: "/" } }],
  ["request.path", { ...minimal, request: { method: "GET", host: "h" } }],
  ["request.method", { ...minimal, request: { host: "h", path: "/" } }],
  ["request.method", { ...minimal, request: { method: "get", host: "h", path: "/" } }],
  ["request.colour", { ...minimal, request: { ...full.request, colour: "red" } }],
  ["request.request_headers.age", { ...minimal, request: { ...full.request, request_headers: { age: 1 } } }],
  ["request.response_status_code", { ...minimal, request: { ...full.request, response_status_code: "200" } }],
];

test.each(refused)("rejects %s in %j", async (path, log) => {
  const { answer, emulator } = await report([minimal, log], { logsErrorShape: "rejected" });
  expect(answer).toMatchObject({
    status: 400,
    body: { rejected_logs: [{ field: path, value: expect.any(String), reason: expect.any(String) }] },
  });
  expect(emulator.logs()).toEqual([]);
});

describe("the rejection of a batch", () => {
  const bad = { ...minimal, log_level: "DEBUG" };
  const rejected = { field: "log_level", value: "DEBUG", reason: expect.any(String), log_index: 1 };

  test("has a code, and a message that names the entry", async () => {
    expect((await report([minimal, bad])).answer.body).toEqual({
      code: 1,
      message: expect.stringContaining("'logs[1].log_level' value 'DEBUG'"),
    });
  });

  test("also has details if the switch is set", async () => {
    expect((await report([minimal, bad], { logsErrorShape: "detailed" })).answer.body).toEqual({
      code: 1,
      message: expect.any(String),
      details: { rejected_logs: [rejected] },
    });
  });

  test("is a list of the rejected entries in generation 5.28", async () => {
    expect((await report([minimal, bad, bad], { generation: "5.28" })).answer.body).toEqual({
      rejected_logs: [rejected, { ...rejected, log_index: 2 }],
    });
  });

  test("does not name the entry if the switch is set", async () => {
    const { answer } = await report([minimal, bad], { generation: "5.28", logsIndex: "omitted" });
    expect(answer.body.rejected_logs).toEqual([
      { field: "log_level", value: "DEBUG", reason: rejected.reason },
    ]);
    const { answer: other } = await report([minimal, bad], { logsIndex: "omitted" });
    expect(other.body.message).not.toContain("logs[");
  });

  test("rejects the whole batch, or only the invalid entries if the switch is set", async () => {
    expect((await report([full, bad])).emulator.logs()).toEqual([]);
    const { answer, emulator } = await report([full, bad], { logsRejection: "partial" });
    expect(answer.status).toBe(400);
    expect(emulator.logs()).toEqual([full]);
  });
});
