import { expect, test } from "@jest/globals";
import type { PresetName } from "../../emulator";
import { emulate, type Received } from "./helpers/emulate";
import { scenarios } from "./helpers/scenarios";

const LIST = "GET /integrations";

async function responseOf(preset: PresetName): Promise<Received> {
  const { send, emulator } = await emulate({ now: () => 1_700_000_000_789 });
  emulator.armFault({ kind: "response", preset });
  return send(LIST);
}

/** Presets that respond with an HTML page, and their statuses. */
const pages = {
  "internal-error-page": 500,
  "bad-gateway-page": 502,
  "unavailable-page": 503,
  "gateway-timeout-page": 504,
} satisfies Partial<Record<PresetName, number>>;

test.each(Object.entries(pages))("%s responds with status %d and a page", async (preset, expected) => {
  const { status, headers, body } = await responseOf(preset as PresetName);
  expect(status).toBe(expected);
  expect(headers.get("content-type")).toContain("text/html");
  expect(body).toContain("<html>");
  expect(headers.get("x-pinterest-rid")).toMatch(/^\d{16}$/);
  for (const name of ["x-ratelimit-limit", "x-ratelimit-reset", "retry-after"])
    expect(headers.get(name)).toBeNull();
});

/** `resetSeconds` is in `x-ratelimit-reset`. */
type ErrorRow = readonly [status: number, code: number, resetSeconds?: string, retryAfter?: string];

const errors = {
  "internal-error": [500, 0],
  "internal-error-911": [500, 911],
  "bad-gateway": [502, 0],
  unavailable: [503, 0],
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
} satisfies Record<Exclude<PresetName, keyof typeof pages>, ErrorRow>;

test.each(Object.entries<ErrorRow>(errors))("%s responds with %j", async (preset, row) => {
  const [expectedStatus, code, resetSeconds = null, retryAfter = null] = row;
  const { status, headers, body } = await responseOf(preset as PresetName);
  expect(status).toBe(expectedStatus);
  expect(headers.get("content-type")).toBe("application/json");
  expect(body).toMatchObject({ code, message: expect.any(String) });
  expect(headers.get("x-pinterest-rid")).toMatch(/^\d{16}$/);
  expect(headers.get("x-ratelimit-reset")).toBe(resetSeconds);
  expect(headers.get("retry-after")).toBe(retryAfter);
  const limits = /^\d+, \d+;w=\d+;name="/;
  expect(headers.get("x-ratelimit-limit")).toEqual(resetSeconds && expect.stringMatching(limits));
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
