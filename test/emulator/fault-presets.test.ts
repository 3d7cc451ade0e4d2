import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { PresetName } from "../../emulator";
import { presetNames } from "../../emulator/presets";
import { emulate, type Received } from "./helpers/emulate";

const LIST = "GET /integrations";

async function answerOf(preset: PresetName, headers?: Record<string, string>): Promise<Received> {
  const { send, emulator } = await emulate({ now: () => 1_700_000_000_789 });
  emulator.armFault({ kind: "answer", preset, headers });
  return send(LIST);
}

test.each([
  ["internal-error", 500, 0],
  ["internal-error-911", 500, 911],
  ["bad-gateway", 502, 0],
  ["unavailable", 503, 0],
  ["rate-limit", 429, 8],
  ["rate-limit-bare", 429, 8],
  ["rate-limit-retry-after", 429, 8],
  ["rate-limit-retry-date", 429, 8],
  ["rate-limit-day", 429, 8],
  ["rate-limit-30", 429, 30],
  ["spam", 429, 8],
  ["authentication-failed", 401, 2],
  ["missing-scope", 401, 3],
  ["restricted-feature", 401, 3],
  ["not-permitted", 403, 29],
  ["merchant-connected", 409, 4163],
  ["account-disapproved", 403, 2625],
  ["account-under-review", 403, 2626],
] as const)("%s answers in JSON with status %i and code %i", async (preset, status, code) => {
  const answer = await answerOf(preset);
  expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } });
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("x-pinterest-rid")).toMatch(/^\d{16}$/);
});

test.each([
  ["internal-error-page", 500],
  ["bad-gateway-page", 502],
  ["unavailable-page", 503],
  ["gateway-timeout-page", 504],
] as const)("%s answers with an HTML page and status %i", async (preset, status) => {
  const answer = await answerOf(preset);
  expect(answer).toMatchObject({ status, body: expect.stringContaining("<html>") });
  expect(answer.headers.get("content-type")).toContain("text/html");
});

test.each([
  ["rate-limit", "1", null],
  ["rate-limit-bare", null, null],
  ["rate-limit-retry-after", "1", "1"],
  ["rate-limit-retry-date", "1", "Tue, 14 Nov 2023 22:13:22 GMT"],
  ["rate-limit-day", "67150", null],
  ["rate-limit-30", null, null],
  ["spam", null, null],
] as const)("%s has the reset %s and the Retry-After header %s", async (preset, reset, retry) => {
  const { headers } = await answerOf(preset);
  expect(headers.get("x-ratelimit-reset")).toBe(reset);
  expect(headers.get("retry-after")).toBe(retry);
  if (reset !== null) expect(headers.get("x-ratelimit-limit")).toMatch(/^\d+, \d+;w=\d+;name="/);
});

test("spam contains the word only in message_detail", async () => {
  const { body } = await answerOf("spam");
  expect(body.message).not.toMatch(/spam/i);
  expect(body.message_detail).toMatch(/spam/i);
});

test("adds and replaces headers of a preset", async () => {
  const { headers } = await answerOf("rate-limit", { "x-ratelimit-reset": "7", "retry-after": "9" });
  expect(headers.get("x-ratelimit-reset")).toBe("7");
  expect(headers.get("x-ratelimit-remaining")).toBe("0");
  expect(headers.get("retry-after")).toBe("9");
});

test("executes the request only with commit", async () => {
  const { send, emulator } = await emulate();
  emulator.armFault({ kind: "answer", preset: "unavailable-page", commit: true });
  emulator.armFault({ kind: "answer", preset: "unavailable-page" });
  for (const external_business_id of ["a", "b"])
    await send("POST /integrations/commerce", { body: { external_business_id } });
  expect(emulator.integrations()).toMatchObject([{ external_business_id: "a" }]);
});

test("answers 429 for a limit and for faults", async () => {
  const { send, emulator } = await emulate({
    switches: { rateLimits: { ads_read: [{ limit: 1, window: 60 }] } },
  });
  emulator.armFault({ kind: "answer", preset: "spam" });
  for (let count = 0; count < 3; count += 1) await send(LIST);
  expect(emulator.requests().map(({ status }) => status)).toEqual([429, 200, 429]);
});

test("has exactly the presets in the reference", () => {
  const reference = readFileSync(join(__dirname, "../../docs/reference/emulator-faults.md"), "utf8");
  const [, table = ""] = /\n## Presets\n(.*)/s.exec(reference) ?? [];
  const named = [...table.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(presetNames.toSorted());
});
