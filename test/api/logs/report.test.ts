import { expect, test } from "@jest/globals";
import { type LogEntry, PinterestApiError } from "../../../provider/api";
import { deadlineError } from "../../../provider/api/error-mapping";
import {
  bodyBytes,
  type LogsResponse,
  maxBatchBytes,
  maxSearchRequests,
  type OutgoingLog,
  prepareLog,
  reportLogs,
} from "../../../provider/api/logs/report";
import { entry } from "./helpers";

const ok: LogsResponse = { others: "accepted", summary: "", rejections: [] };
const context = { operation: "reportLogs" } as const;

const entries = (count: number) => Array.from({ length: count }, (_, index) => entry(`m${index}`));
const textsOf = (batch: readonly OutgoingLog[]) =>
  batch.map(({ wire }) => (wire as { message: string }).message);

/** A fake API that records a whole batch or nothing. */
function pinterest(answerTo: (texts: string[], batch: readonly OutgoingLog[]) => LogsResponse) {
  const recorded: string[] = [];
  const sizes: number[] = [];
  const send = async (batch: readonly OutgoingLog[]): Promise<LogsResponse> => {
    sizes.push(batch.length);
    const answer = answerTo(textsOf(batch), batch);
    if (answer.others === "accepted") recorded.push(...textsOf(batch));
    return answer;
  };
  return { recorded, sizes, send };
}

const refusing = (bad: readonly string[]) =>
  pinterest((texts) =>
    texts.some((text) => bad.includes(text)) ? { others: "refused", summary: "no", rejections: [] } : ok,
  );

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test("sends nothing without entries", async () => {
  const { send, sizes } = pinterest(() => ok);
  expect(await reportLogs([], send)).toEqual({ accepted: [], rejected: [], unknown: [] });
  expect(sizes).toEqual([]);
});

test("sends at most 250 entries in a request, in order", async () => {
  const { send, sizes, recorded } = pinterest(() => ok);
  const report = await reportLogs(entries(501), send);
  expect(sizes).toEqual([250, 250, 1]);
  expect(report).toEqual({ accepted: numbers(501), rejected: [], unknown: [] });
  expect(recorded).toEqual(entries(501).map(({ message }) => message));
});

test("limits the bytes of a body, counted in UTF-8", async () => {
  const bodies: number[] = [];
  const { send } = pinterest((_texts, batch) => {
    const body = JSON.stringify({ logs: batch.map(({ wire }) => wire) });
    bodies.push(Buffer.byteLength(body));
    expect(bodyBytes(batch)).toBe(Buffer.byteLength(body));
    return ok;
  });
  const long = entries(100).map((log) => ({ ...log, error: { stackTrace: "ü".repeat(20_000) } }));
  expect((await reportLogs(long, send)).accepted).toHaveLength(100);
  expect(Math.max(...bodies)).toBeLessThanOrEqual(maxBatchBytes);
  expect(bodies).toHaveLength(5);
});

test("rejects an entry that exceeds the limit for a body, and sends the others", async () => {
  const { send, recorded } = pinterest(() => ok);
  const sized = (length: number) => entry("large", { error: { stackTrace: "x".repeat(length) } });
  const { outgoing } = prepareLog(sized(0), 0);
  const longest = maxBatchBytes - bodyBytes(outgoing === undefined ? [] : [outgoing]);
  const report = await reportLogs([entry("a"), sized(longest + 1), sized(longest)], send);
  expect(report).toMatchObject({
    accepted: [0, 2],
    rejected: [{ index: 1, reason: expect.stringContaining("bytes") }],
  });
  expect(recorded).toEqual(["a", "large"]);
});

test("rejects entries with problems by index and field, and sends the others", async () => {
  const { send, recorded } = pinterest(() => ok);
  const bad = { ...entry("b"), eventType: "X", logLevel: "Y" } as unknown as LogEntry;
  const report = await reportLogs([entry("a"), bad, entry("c")], send);
  expect(report.accepted).toEqual([0, 2]);
  expect(report.rejected.map(({ index, field }) => [index, field])).toEqual([
    [1, "eventType"],
    [1, "logLevel"],
  ]);
  expect(recorded).toEqual(["a", "c"]);
});

test("sends the other entries again if the response names the rejected ones", async () => {
  const { send, sizes, recorded } = pinterest((texts) =>
    texts.includes("m1")
      ? {
          others: "refused",
          summary: "no",
          rejections: [
            { logIndex: texts.indexOf("m1"), field: "message", reason: "bad" },
            { logIndex: texts.indexOf("m3"), reason: "worse" },
          ],
        }
      : ok,
  );
  const report = await reportLogs(entries(5), send);
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
  const { send, sizes } = pinterest(() => ({
    others: "unclear",
    summary: "",
    rejections: [{ logIndex: 1, field: "message", reason: "bad" }],
  }));
  const report = await reportLogs(entries(3), send);
  expect(report.rejected).toEqual([{ index: 1, field: "message", reason: "bad" }]);
  expect(report.unknown.map(({ index }) => index)).toEqual([0, 2]);
  expect(sizes).toEqual([3]);
});

test("treats all entries as unknown if a list of rejected entries has no indexes, but rejects a single entry", async () => {
  const silent: LogsResponse = {
    others: "unclear",
    summary: "",
    rejections: [{ field: "tag_id", reason: "bad" }],
  };
  const report = await reportLogs(entries(2), pinterest(() => silent).send);
  expect(report.unknown).toEqual(
    [0, 1].map((index) => ({ index, reason: expect.stringContaining("did not report which (tag_id: bad)") })),
  );
  expect(await reportLogs(entries(1), pinterest(() => silent).send)).toEqual({
    accepted: [],
    rejected: [{ index: 0, field: "tag_id", reason: "bad" }],
    unknown: [],
  });
});

test("accepts the others of a success that lists rejected entries", async () => {
  const partly: LogsResponse = { ...ok, rejections: [{ logIndex: 0, reason: "bad" }] };
  expect(await reportLogs(entries(3), pinterest(() => partly).send)).toEqual({
    accepted: [1, 2],
    rejected: [{ index: 0, reason: "bad" }],
    unknown: [],
  });
});

test.each([[["m0"]], [["m249"]], [["m7", "m200"]]])(
  "finds the rejected entries %j in a batch of 250, and sends the others once",
  async (bad) => {
    const { send, sizes, recorded } = refusing(bad);
    const report = await reportLogs(entries(250), send);
    expect(report.rejected).toEqual(bad.map((text) => ({ index: Number(text.slice(1)), reason: "no" })));
    expect(report.accepted).toHaveLength(250 - bad.length);
    expect(new Set(recorded).size).toBe(recorded.length);
    expect(sizes.length).toBeLessThanOrEqual(1 + maxSearchRequests);
  },
);

test("limits the requests that look for rejected entries, and rejects the remaining ones", async () => {
  const { send, sizes } = refusing(entries(500).map(({ message = "" }) => message));
  const report = await reportLogs(entries(500), send);
  expect(sizes.length).toBeLessThanOrEqual(2 + maxSearchRequests);
  expect(report.rejected.map(({ index }) => index)).toEqual(numbers(500));
  expect(report.rejected.at(-1)).toMatchObject({
    reason: expect.stringContaining("Pinterest rejected too many requests"),
    canResend: true,
  });
  expect(report.rejected[0]).not.toHaveProperty("canResend");
  expect(report).not.toHaveProperty("stopped");
});

test("limits the requests if each response names one entry", async () => {
  const { send, sizes } = pinterest(() => ({
    others: "refused",
    summary: "no",
    rejections: [{ logIndex: 0, reason: "bad" }],
  }));
  const report = await reportLogs(entries(250), send);
  expect(sizes).toHaveLength(1 + maxSearchRequests);
  expect(new Set(report.rejected.map(({ index }) => index)).size).toBe(250);
});

test("divides bodies that are too large for the server, and rejects an entry that is too large by itself", async () => {
  const limit = 20_000;
  const { send, recorded } = pinterest((texts, batch) => {
    if (bodyBytes(batch) <= limit) return ok;
    expect(texts.length).toBeGreaterThan(0);
    throw new PinterestApiError(context, { status: 413, apiMessage: "" });
  });
  const some = [...entries(100), entry("large", { error: { stackTrace: "x".repeat(limit) } })].map((log) => ({
    ...log,
    appVersionNumber: "12345678901234567890",
    error: { stackTrace: "y".repeat(1000), ...log.error },
  }));
  const report = await reportLogs(some, send);
  expect(report.accepted).toEqual(numbers(100));
  expect(report.rejected).toEqual([{ index: 100, reason: expect.stringContaining("413") }]);
  expect(recorded).toHaveLength(100);
});

test("stops after an unknown outcome", async () => {
  const sizes: number[] = [];
  const report = await reportLogs(entries(600), async (batch) => {
    sizes.push(batch.length);
    if (sizes.length === 2) {
      throw deadlineError(context, { expired: true, timeoutMs: 1 }, "waiting for the answer", true);
    }
    return ok;
  });
  expect(sizes).toEqual([250, 250]);
  expect(report.accepted).toEqual(numbers(250));
  expect(report.unknown.map(({ index }) => index)).toEqual(numbers(250).map((index) => index + 250));
  expect(report.rejected.map(({ index }) => index)).toEqual(numbers(100).map((index) => index + 500));
  expect(report.rejected[0]).toMatchObject({
    reason: expect.stringContaining("not sent, because"),
    canResend: true,
  });
  expect(report.stopped?.kind).toBe("timeout");
});

test("throws an error that is not about the entries, but returns it if Pinterest recorded some", async () => {
  const refused = new PinterestApiError(context, {
    status: 401,
    code: 2,
    apiMessage: "Authentication failed.",
  });
  await expect(reportLogs(entries(1), () => Promise.reject(refused))).rejects.toBe(refused);
  let first = true;
  const report = await reportLogs(entries(251), async () => {
    if (!first) throw refused;
    first = false;
    return ok;
  });
  expect(report.accepted).toHaveLength(250);
  expect(report.rejected).toEqual([{ index: 250, reason: refused.message, canResend: true }]);
  expect(report.stopped).toBe(refused);
});

test("returns rejected entries by index, whether the client or Pinterest rejected them", async () => {
  const invalid = { ...entry("invalid"), logLevel: "X" } as unknown as LogEntry;
  const report = await reportLogs([entry("m0"), invalid], refusing(["m0"]).send);
  expect(report.rejected.map(({ index }) => index)).toEqual([0, 1]);
});

test("returns an error that is not about the entries if the outcome of earlier entries is unknown", async () => {
  const refused = new PinterestApiError(context, { status: 401, code: 2, apiMessage: "no" });
  let first = true;
  const report = await reportLogs(entries(251), async () => {
    if (!first) throw refused;
    first = false;
    return { others: "unclear", summary: "", rejections: [] };
  });
  expect(report.unknown).toHaveLength(250);
  expect(report.rejected).toEqual([{ index: 250, reason: refused.message, canResend: true }]);
  expect(report.stopped).toBe(refused);
});

test("rethrows unexpected errors", async () => {
  const bug = new TypeError("no");
  await expect(reportLogs(entries(1), () => Promise.reject(bug))).rejects.toBe(bug);
});
