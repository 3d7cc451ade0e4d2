import { describe, expect, test } from "@jest/globals";
import type { Switches } from "../../emulator";
import { emulate, sendTo } from "./helpers/emulate";

const LOGS = "POST /integrations/logs";
const least = { client_timestamp: 1_700_000_000_000, event_type: "APP", log_level: "INFO" };
const many = (count: number) => Array.from({ length: count }, () => least);

const full = {
  ...least,
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

async function sending(logs: unknown, switches: Partial<Switches> = {}) {
  const { send, emulator } = await emulate({ switches });
  return { emulator, answer: await send(LOGS, { body: { logs } }) };
}

test("keeps the entries of a batch as they were sent, by account", async () => {
  const { send, emulator } = await emulate();
  expect(await send(LOGS, { body: { logs: [least, full] } })).toMatchObject({
    status: 200,
    body: { message: expect.any(String) },
  });
  await send(LOGS, { body: { logs: [least] }, account: "shop-2" });
  expect(emulator.logs()).toEqual([least, full, least]);
  expect(emulator.logs("shop-1")).toEqual([least, full]);
  expect((await sendTo(emulator.administrationUrl, "GET /logs?account=shop-2")).body).toEqual([least]);
});

test("answers without a message if the switch is set", async () => {
  expect((await sending([least], { logsMessage: "omitted" })).answer).toMatchObject({
    status: 200,
    body: {},
  });
  expect((await sending([least], { logsMessage: "omitted" })).answer.body).not.toHaveProperty("message");
});

test("clears the entries on request, and on a reset", async () => {
  const { send, emulator } = await emulate();
  await send(LOGS, { body: { logs: [least] } });
  expect(await sendTo(emulator.administrationUrl, "DELETE /logs")).toMatchObject({ status: 204 });
  expect(emulator.logs()).toEqual([]);
  await send(LOGS, { body: { logs: [least] } });
  emulator.reset();
  expect(emulator.logs()).toEqual([]);
});

test.each([1, 250])("accepts a batch of %i entries", async (count) => {
  const { answer, emulator } = await sending(many(count));
  expect(answer.status).toBe(200);
  expect(emulator.logs()).toHaveLength(count);
});

test.each([
  ["no entry", []],
  ["251 entries", many(251)],
  ["no array", least],
  ["null", null],
])("refuses a batch of %s", async (_, logs) => {
  const { answer, emulator } = await sending(logs);
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 1, message: expect.stringContaining("'logs'") },
  });
  expect(emulator.logs()).toEqual([]);
});

test.each(["{half", "[]", '"text"', { logs: [least], more: 1 }, {}])("refuses the body %j", async (body) => {
  const { send, emulator } = await emulate();
  expect(await send(LOGS, { body })).toMatchObject({ status: 400, body: { code: 1 } });
  expect(emulator.logs()).toEqual([]);
});

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
] as const)("the string %j", ([outer, inner], most) => {
  const holding = (text: string) => ({ ...least, [outer]: inner === undefined ? text : { [inner]: text } });

  test(`can have ${most} Unicode characters`, async () => {
    expect((await sending([holding("x".repeat(most)), holding("👜".repeat(most))])).answer.status).toBe(200);
  });

  test(`cannot have ${most + 1}`, async () => {
    const place = inner === undefined ? outer : `${outer}.${inner}`;
    const { answer } = await sending([holding("x".repeat(most + 1))]);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 1, message: expect.stringContaining(`logs[0].${place}`) },
    });
  });
});

test("does not limit a stack trace, a host or a path", async () => {
  const long = "x".repeat(100_000);
  const log = { ...least, error: { stack_trace: long }, request: { method: "GET", host: long, path: long } };
  expect((await sending([log])).answer.status).toBe(200);
});

test.each(["external_business_id", "advertiser_id", "merchant_id", "tag_id", "feed_profile_id"])(
  "accepts null for %s",
  async (field) => {
    expect((await sending([{ ...least, [field]: null }])).answer.status).toBe(200);
  },
);

const refused: [string, object][] = [
  ...["client_timestamp", "event_type", "log_level"].map((name): [string, object] => [
    name,
    { ...least, [name]: undefined },
  ]),
  ...["client_timestamp", "message", "app_version_number", "error", "request"].map(
    (name): [string, object] => [name, { ...least, [name]: null }],
  ),
  ["event_type", { ...least, event_type: "app" }],
  ["log_level", { ...least, log_level: "DEBUG" }],
  ["client_timestamp", { ...least, client_timestamp: 1.5 }],
  ["client_timestamp", { ...least, client_timestamp: "1700000000000" }],
  ["advertiser_id", { ...least, advertiser_id: 1 }],
  ["colour", { ...least, colour: "red" }],
  ["error.colour", { ...least, error: { colour: "red" } }],
  ["error.line_number", { ...least, error: { line_number: 1.5 } }],
  ["error.cause", { ...least, error: { cause: null } }],
  ["request.host", { ...least, request: { method: "GET", path: "/" } }],
  ["request.path", { ...least, request: { method: "GET", host: "h" } }],
  ["request.method", { ...least, request: { host: "h", path: "/" } }],
  ["request.method", { ...least, request: { method: "get", host: "h", path: "/" } }],
  ["request.colour", { ...least, request: { ...full.request, colour: "red" } }],
  ["request.request_headers.age", { ...least, request: { ...full.request, request_headers: { age: 1 } } }],
  ["request.response_status_code", { ...least, request: { ...full.request, response_status_code: "200" } }],
];

test.each(refused)("refuses %s in %j", async (place, log) => {
  const { answer, emulator } = await sending([least, log], { logsErrorShape: "rejected" });
  expect(answer).toMatchObject({
    status: 400,
    body: { rejected_logs: [{ field: place, value: expect.any(String), reason: expect.any(String) }] },
  });
  expect(emulator.logs()).toEqual([]);
});

describe("the rejection of a batch", () => {
  const bad = { ...least, log_level: "DEBUG" };
  const rejected = { field: "log_level", value: "DEBUG", reason: expect.any(String), log_index: 1 };

  test("has a code, and a message that names the entry", async () => {
    expect((await sending([least, bad])).answer.body).toEqual({
      code: 1,
      message: expect.stringContaining("'logs[1].log_level' value 'DEBUG'"),
    });
  });

  test("also has details if the switch is set", async () => {
    expect((await sending([least, bad], { logsErrorShape: "detailed" })).answer.body).toEqual({
      code: 1,
      message: expect.any(String),
      details: { rejected_logs: [rejected] },
    });
  });

  test("is a list of the rejected entries in generation 5.28", async () => {
    expect((await sending([least, bad, bad], { generation: "5.28" })).answer.body).toEqual({
      rejected_logs: [rejected, { ...rejected, log_index: 2 }],
    });
  });

  test("does not name the entry if the switch is set", async () => {
    const { answer } = await sending([least, bad], { generation: "5.28", logsIndex: "omitted" });
    expect(answer.body.rejected_logs).toEqual([
      { field: "log_level", value: "DEBUG", reason: rejected.reason },
    ]);
    const { answer: other } = await sending([least, bad], { logsIndex: "omitted" });
    expect(other.body.message).not.toContain("logs[");
  });

  test("rejects the whole batch, or only the invalid entries if the switch is set", async () => {
    expect((await sending([full, bad])).emulator.logs()).toEqual([]);
    const { answer, emulator } = await sending([full, bad], { logsRejection: "partial" });
    expect(answer.status).toBe(400);
    expect(emulator.logs()).toEqual([full]);
  });
});
