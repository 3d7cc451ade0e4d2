import { expect, test } from "@jest/globals";
import type { PresetName } from "../../emulator";
import { emulate, type Received } from "./helpers/emulate";
import { scenarios } from "./helpers/scenarios";

const LIST = "GET /integrations";

async function responseOf(preset: PresetName, headers?: Record<string, string>): Promise<Received> {
  const { send, emulator } = await emulate({ now: () => 1_700_000_000_789 });
  emulator.armFault({ kind: "response", preset, headers });
  return send(LIST);
}

/** Status, code or HTML page, the seconds in `x-ratelimit-reset`, and `retry-after`. */
type Row = readonly [status: number, code: number | "page", reset?: string, retryAfter?: string];

const rows = {
  "internal-error": [500, 0],
  "internal-error-911": [500, 911],
  "bad-gateway": [502, 0],
  unavailable: [503, 0],
  "internal-error-page": [500, "page"],
  "bad-gateway-page": [502, "page"],
  "unavailable-page": [503, "page"],
  "gateway-timeout-page": [504, "page"],
  "rate-limit": [429, 8, "1"],
  "rate-limit-bare": [429, 8],
  "rate-limit-retry-after": [429, 8, "1", "1"],
  "rate-limit-retry-date": [429, 8, "1", "Tue, 14 Nov 2023 22:13:22 GMT"],
  "rate-limit-day": [429, 8, "67150"],
  "rate-limit-30": [429, 30],
  spam: [429, 8],
  "authentication-failed": [401, 2],
  "missing-scope": [401, 3],
  "restricted-feature": [401, 3],
  "not-permitted": [403, 29],
  "merchant-connected": [409, 4163],
  "account-disapproved": [403, 2625],
  "account-under-review": [403, 2626],
} satisfies Record<PresetName, Row>;

test.each(Object.entries<Row>(rows))("%s responds with %j", async (preset, row) => {
  const { status, headers, body } = await responseOf(preset as PresetName);
  const [, code, reset = null, retryAfter = null] = row;
  expect([status, headers.get("x-ratelimit-reset"), headers.get("retry-after")]).toEqual([
    row[0],
    reset,
    retryAfter,
  ]);
  expect(headers.get("x-ratelimit-limit")).toEqual(reset && expect.stringMatching(/^\d+, \d+;w=\d+;name="/));
  expect(headers.get("x-pinterest-rid")).toMatch(/^\d{16}$/);
  const type = code === "page" ? expect.stringContaining("text/html") : "application/json";
  expect(headers.get("content-type")).toEqual(type);
  if (code === "page") expect(body).toContain("<html>");
  else expect(body).toMatchObject({ code, message: expect.any(String) });
});

scenarios({
  "executes the request only with commit": [
    { fault: { kind: "response", preset: "unavailable-page", commit: true } },
    { fault: { kind: "response", preset: "unavailable-page" } },
    ["POST /integrations/commerce", { external_business_id: "a" }, 503],
    ["POST /integrations/commerce", { external_business_id: "b" }, 503],
    { stored: { a: {} } },
  ],
  "responds with 429 for a limit and for faults": [
    { switches: { rateLimits: { ads_read: [{ limit: 1, window: 60 }] } } },
    { fault: { kind: "response", preset: "spam" } },
    [LIST, 429],
    [LIST, 200],
    [LIST, 429],
  ],
});
