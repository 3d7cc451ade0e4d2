import { expect, test } from "@jest/globals";
import type { LogEntry } from "../../../provider/api";
import { logEntriesPerRequest } from "../../expected/limits";
import { redacted, responded } from "../../expected/messages";
import { failureOf } from "../helpers/client";
import type { Reply } from "../helpers/fake-api.mts";
import { fake } from "../helpers/fake-client";
import { entry } from "./helpers";

const ok: Reply = { status: 200, body: {} };
const refused: Reply = { status: 400, body: { code: 1, message: "no" } };
const refusal = `${responded(400, 1)}: no`;
const forbidden: Reply = { status: 401, body: { code: 2, message: "Authentication failed." } };

/** An error response that names rejected entries. */
const rejectionOf = (...rejected_logs: object[]): Reply => ({
  status: 400,
  body: { code: 1, message: "no", details: { rejected_logs } },
});

/** A response that lists rejected entries, but is not an error. */
const rejectedListOf = (status: number, ...rejected_logs: object[]): Reply => ({
  status,
  body: { rejected_logs },
});

const indexes = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const entries = (count: number) => indexes(count).map((index) => entry(`m${index}`));

/** Report entries to an API that records those of a success. @param replyTo receives the messages of the entries in a request. */
async function sendReport(
  logs: readonly LogEntry[],
  replyTo: (messages: string[], bytes: number) => Reply = () => ok,
) {
  const recorded: string[] = [];
  const sizes: number[] = [];
  const bodies: number[] = [];
  const reply = ({ body }: { body: string }): Reply => {
    const messages: string[] = JSON.parse(body).logs.map(({ message }: LogEntry) => message);
    const bytes = Buffer.byteLength(body);
    sizes.push(messages.length);
    bodies.push(bytes);
    const result = replyTo(messages, bytes);
    if ("status" in result && result.status === 200) recorded.push(...messages);
    return result;
  };
  const { clock, client } = fake(reply, { maxAttempts: 1 });
  const report = await clock.run(client.reportLogs(logs));
  return { report, recorded, sizes, bodies };
}

/** Reject requests that contain one of these entries, without naming it. */
const refusing = (bad: readonly string[]) => (messages: string[]) =>
  messages.some((message) => bad.includes(message)) ? refused : ok;

test("sends an entry by the API's names", async () => {
  const { api, clock, client } = fake(() => ok);
  const error = { name: "E", lineNumber: 3 };
  const request = { method: "GET", host: "h", path: "/", requestHeaders: { Accept: "a" } } as const;
  await clock.run(client.reportLogs([entry("m", { advertiserId: null, error, request })]));
  expect(api.requests).toMatchObject([{ method: "POST", path: "/v5/integrations/logs" }]);
  expect(JSON.parse(api.requests[0]?.body ?? "")).toEqual({
    logs: [
      {
        client_timestamp: 1_700_000_000_000,
        event_type: "APP",
        log_level: "INFO",
        message: "m",
        advertiser_id: null,
        error: { name: "E", line_number: 3 },
        request: { method: "GET", host: "h", path: "/", request_headers: { Accept: "a" } },
      },
    ],
  });
});

test.each([{}, { message: "Success" }, "", " \n"])("the response %j is a success", async (body) => {
  const { report } = await sendReport([entry("m")], () => ({ status: 200, body }));
  expect(report).toEqual({ accepted: [0], rejected: [], unknown: [] });
});

test("redacts hidden values and tokens in Pinterest's reasons", async () => {
  const message = "the value 5ecret and pina_TESTTOKEN0123456789 are bad";
  const { clock, client } = fake(() => ({ status: 400, body: { code: 1, message } }));
  const { rejected } = await clock.run(client.reportLogs([entry("m")], { hidden: ["5ecret"] }));
  expect(rejected[0]?.reason).toBe(`${responded(400, 1)}: the value ${redacted} and ${redacted} are bad`);
});

test("sends at most as many entries in a request as Pinterest accepts, in order", async () => {
  const all = entries(2 * logEntriesPerRequest + 1);
  const { report, sizes, recorded } = await sendReport(all);
  expect(sizes).toEqual([logEntriesPerRequest, logEntriesPerRequest, 1]);
  expect(report).toEqual({ accepted: indexes(all.length), rejected: [], unknown: [] });
  expect(recorded).toEqual(all.map(({ message }) => message));
});

test("rejects an entry that exceeds the limit for a body, and sends the others", async () => {
  const entryOfSize = (length: number) => entry("lärge", { error: { stackTrace: "x".repeat(length) } });
  const { bodies } = await sendReport([entryOfSize(0)]);
  const longest = 1_000_000 - (bodies[0] ?? 0);
  const { report, recorded } = await sendReport([entry("a"), entryOfSize(longest + 1), entryOfSize(longest)]);
  expect(report).toMatchObject({
    accepted: [0, 2],
    rejected: [{ index: 1, reason: expect.stringContaining("bytes") }],
  });
  expect(recorded).toEqual(["a", "lärge"]);
});

test("sends the other entries again if the response names the rejected ones", async () => {
  const { report, sizes, recorded } = await sendReport(entries(5), (messages) =>
    messages.includes("m1")
      ? rejectionOf(
          { log_index: messages.indexOf("m1"), field: "message", reason: "bad" },
          { log_index: messages.indexOf("m3"), reason: "worse" },
        )
      : ok,
  );
  expect(report).toEqual({
    accepted: [0, 2, 4],
    rejected: [
      { index: 1, field: "message", reason: "bad" },
      { index: 3, reason: "worse" },
    ],
    unknown: [],
  });
  expect(sizes).toEqual([5, 3]);
  expect(recorded).toEqual(["m0", "m2", "m4"]);
});

test("treats the others as unknown if the response only lists rejected entries", async () => {
  const { report, sizes } = await sendReport(entries(3), () =>
    rejectedListOf(400, { log_index: 1, field: "message", reason: "bad" }),
  );
  expect(report.rejected).toEqual([{ index: 1, field: "message", reason: "bad" }]);
  const reason = expect.stringContaining("rejected other entries of the same request");
  expect(report.unknown).toEqual([0, 2].map((index) => ({ index, reason })));
  expect(sizes).toEqual([3]);
});

test("treats all entries as unknown if a list of rejected entries has no indexes, but rejects a single entry", async () => {
  const withoutIndexes = () =>
    rejectedListOf(400, { field: "tag_id", reason: "bad" }, { reason: "worse" }, { reason: "worse" });
  const reason = expect.stringContaining("did not report which (tag_id: bad; worse)");
  expect((await sendReport(entries(2), withoutIndexes)).report).toEqual({
    accepted: [],
    rejected: [],
    unknown: [0, 1].map((index) => ({ index, reason })),
  });
  const single = () => rejectedListOf(400, { field: "tag_id", reason: "bad" });
  expect((await sendReport(entries(1), single)).report).toEqual({
    accepted: [],
    rejected: [{ index: 0, field: "tag_id", reason: "bad" }],
    unknown: [],
  });
});

test.each([
  [{ log_index: 0, reason: "bad" }, [1, 2], [0], []],
  [{ log_index: 3, reason: "bad" }, [], [], [0, 1, 2]],
])("a success that lists the rejected entry %j", async (listed, accepted, rejected, unknown) => {
  const { report } = await sendReport(entries(3), () => rejectedListOf(200, listed));
  expect(report.accepted).toEqual(accepted);
  expect(report.rejected).toEqual(rejected.map((index) => ({ index, reason: "bad" })));
  expect(report.unknown.map(({ index }) => index)).toEqual(unknown);
});

test.each<[reply: Reply, field: string | undefined, reason: string]>([
  [rejectedListOf(400, { log_index: 0 }), undefined, "Pinterest gave no reason"],
  [
    { status: 400, body: { code: 1, message: "'logs[0]' is not valid" } },
    undefined,
    `${responded(400, 1)}: 'logs[0]' is not valid`,
  ],
  [
    { status: 400, body: { code: 1, message: "'logs[0].message' is not valid" } },
    "message",
    `${responded(400, 1)}: 'logs[0].message' is not valid`,
  ],
  [
    { status: 400, body: "<h1>Bad\nrequest</h1>" },
    undefined,
    "Pinterest responded with HTTP 400: Bad request",
  ],
])("rejects an entry for %j with the field and the reason, if known", async (reply, field, reason) => {
  const { report } = await sendReport(entries(1), () => reply);
  expect(report.rejected).toEqual([{ index: 0, ...(field && { field }), reason }]);
});

test("treats a success that is not from Pinterest as an unknown outcome", async () => {
  const portal: Reply = { status: 200, body: "<html>Sign in to the network</html>" };
  const { report } = await sendReport(entries(2), () => portal);
  expect(report.unknown.map(({ index }) => index)).toEqual([0, 1]);
  expect(report.stopped?.message).toContain("it is not a JSON object");
});

test.each([[["m0"]], [["m249"]], [["m7", "m200"]]])(
  "finds the rejected entries %j in a batch of 250, and sends the others once",
  async (bad) => {
    const { report, sizes, recorded } = await sendReport(entries(250), refusing(bad));
    expect(report.rejected).toEqual(bad.map((text) => ({ index: Number(text.slice(1)), reason: refusal })));
    expect(report.accepted).toHaveLength(250 - bad.length);
    expect(new Set(recorded).size).toBe(recorded.length);
    expect(sizes.length).toBeLessThanOrEqual(1 + 32);
  },
);

test("limits the requests that search for rejected entries, and rejects the remaining ones", async () => {
  const count = 2 * logEntriesPerRequest;
  const { report, sizes } = await sendReport(entries(count), () => refused);
  expect(sizes.length).toBeLessThanOrEqual(2 + 32);
  expect(report.rejected.map(({ index }) => index)).toEqual(indexes(count));
  expect(report.rejected.at(-1)).toMatchObject({
    reason: expect.stringContaining("Pinterest rejected too many requests"),
    canResend: true,
  });
  expect(report.rejected[0]).not.toHaveProperty("canResend");
  expect(report).not.toHaveProperty("stopped");
});

test("splits bodies that are too large for the server, and rejects an entry that is too large by itself", async () => {
  const limit = 20_000;
  const logs = [...entries(100), entry("large", { error: { stackTrace: "x".repeat(limit) } })].map((log) => ({
    ...log,
    appVersionNumber: "12345678901234567890",
    error: { stackTrace: "y".repeat(1000), ...log.error },
  }));
  const { report, recorded } = await sendReport(logs, (_messages, bytes) =>
    bytes <= limit ? ok : { status: 413, body: "" },
  );
  expect(report.accepted).toEqual(indexes(100));
  expect(report.rejected).toEqual([{ index: 100, reason: expect.stringContaining("413") }]);
  expect(recorded).toHaveLength(100);
});

test("stops after an unknown outcome", async () => {
  const batch = logEntriesPerRequest;
  // The response to the second request is lost.
  const { report, sizes } = await sendReport(entries(2 * batch + 100), (messages) =>
    messages.includes(`m${batch}`) ? { broken: "ECONNRESET" } : ok,
  );
  expect(sizes).toEqual([batch, batch]);
  expect(report.accepted).toEqual(indexes(batch));
  const reason = expect.stringMatching(
    /^reporting logs failed: .* Pinterest may have recorded the entries\.$/,
  );
  expect(report.unknown).toEqual(indexes(batch, batch).map((index) => ({ index, reason })));
  expect(report.rejected.map(({ index }) => index)).toEqual(indexes(100, 2 * batch));
  expect(report.rejected[0]).toMatchObject({
    reason: expect.stringContaining("not sent, because"),
    canResend: true,
  });
  expect(report.stopped?.kind).toBe("connection");
});

test("throws an error that is not about the entries, but returns it if Pinterest recorded some, or may have", async () => {
  const two = entries(logEntriesPerRequest + 1);
  const error = await failureOf(
    sendReport(two, () => forbidden),
    "api",
  );
  expect(error.status).toBe(401);
  for (const first of [ok, rejectedListOf(400, { log_index: 999, reason: "bad" })]) {
    const { report } = await sendReport(two, (messages) => (messages.includes("m0") ? first : forbidden));
    expect(report.accepted.length + report.unknown.length).toBe(logEntriesPerRequest);
    expect(report.rejected).toEqual([
      { index: logEntriesPerRequest, reason: report.stopped?.message, canResend: true },
    ]);
    expect(report.stopped).toMatchObject({ status: 401, code: 2 });
  }
});
