import { expect } from "@jest/globals";
import { sendTo } from "./helpers/emulate";
import { error, type Step, scenarios } from "./helpers/scenarios";

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

const send = (logs: unknown, status: number, response?: unknown): Step => [LOGS, { logs }, status, response];
const accepts = (...logs: object[]): Step => send(logs, 200, { message: "Logs received." });
const rejects = (logs: unknown, path = "'logs'"): Step => send(logs, 400, error(1, path));
const stored =
  (...logs: object[]): Step =>
  ({ emulator }) =>
    expect(emulator.logs()).toEqual(logs);
const clear: Step = async ({ emulator }) =>
  expect(await sendTo(emulator.administrationUrl, "DELETE /logs")).toMatchObject({ status: 204 });

const limits = [
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
] as const;
const entryWith = (outer: string, inner: string | undefined, text: string) => ({
  ...minimal,
  [outer]: inner === undefined ? text : { [inner]: text },
});

const refused: [string, object][] = [
  ...["client_timestamp", "event_type", "log_level"].map((name): [string, object] => [
    name,
    { ...minimal, [name]: undefined },
  ]),
  ...["client_timestamp", "message", "app_version_number", "error", "request"].map(
    (name): [string, object] => [name, { ...minimal, [name]: null }],
  ),
  ["log_level", { ...minimal, log_level: "DEBUG" }],
  ["client_timestamp", { ...minimal, client_timestamp: 1.5 }],
  ["advertiser_id", { ...minimal, advertiser_id: 1 }],
  ["colour", { ...minimal, colour: "red" }],
  ["error.line_number", { ...minimal, error: { line_number: 1.5 } }],
  ["request.host", { ...minimal, request: { method: "GET", path: "/" } }],
  ["request.method", { ...minimal, request: { method: "get", host: "h", path: "/" } }],
  ["request.request_headers.age", { ...minimal, request: { ...full.request, request_headers: { age: 1 } } }],
  ["request.response_status_code", { ...minimal, request: { ...full.request, response_status_code: "200" } }],
];

const bad = { ...minimal, log_level: "DEBUG" };
const rejected = { field: "log_level", value: "DEBUG", reason: expect.any(String), log_index: 1 };
const { log_index: _, ...withoutIndex } = rejected;

scenarios({
  "stores the entries of a batch unchanged, by account": [
    accepts(minimal, full),
    [`${LOGS} as shop-2`, { logs: [minimal] }, 200],
    stored(minimal, full, minimal),
    async ({ emulator }) => {
      expect(emulator.logs("shop-1")).toEqual([minimal, full]);
      expect((await sendTo(emulator.administrationUrl, "GET /logs?account=shop-2")).body).toEqual([minimal]);
    },
  ],
  "clears the entries on request, and on a reset": [
    accepts(minimal),
    clear,
    stored(),
    accepts(minimal),
    ({ emulator }) => emulator.reset(),
    stored(),
  ],
  "accepts a batch of 1 to 250 entries": [
    accepts(minimal),
    accepts(...entries(250)),
    stored(...entries(251)),
    clear,
    ...[[], entries(251), minimal, null].map((logs) => rejects(logs)),
    stored(),
  ],
  "limits the Unicode characters of a string": limits.flatMap(([[outer, inner], limit]) => [
    accepts(entryWith(outer, inner, "x".repeat(limit)), entryWith(outer, inner, "👜".repeat(limit))),
    rejects(
      [entryWith(outer, inner, "x".repeat(limit + 1))],
      `logs[0].${inner === undefined ? outer : `${outer}.${inner}`}`,
    ),
  ]),
  "rejects a missing, unknown or invalid value, and names it": [
    { switches: { logsErrorShape: "rejected" } },
    ...refused.map(([field, log]) =>
      send([minimal, log], 400, {
        rejected_logs: [{ field, value: expect.any(String), reason: expect.any(String), log_index: 1 }],
      }),
    ),
    stored(),
  ],
  "rejects with a list of the entries in generation 5.28, without indexes if the switch is set": [
    { switches: { generation: "5.28" } },
    send([minimal, bad, bad], 400, { rejected_logs: [rejected, { ...rejected, log_index: 2 }] }),
    { switches: { logsIndex: "omitted" } },
    send([minimal, bad], 400, { rejected_logs: [withoutIndex] }),
  ],
  "rejects the whole batch, or only the invalid entries if the switch is set": [
    rejects([full, bad], "logs[1]"),
    stored(),
    { switches: { logsRejection: "partial" } },
    rejects([full, bad], "logs[1]"),
    stored(full),
  ],
});
