import { expect, test } from "@jest/globals";
import { logProblems, PinterestApiError } from "../../../provider/pinterest";
import { entryOfOperation } from "../../../provider/pinterest/logs/operation-entry";
import { event } from "./helpers";

function failure(status: number, apiMessage: string, code = 1) {
  const context = { operation: "getCommerceIntegration", externalBusinessId: "a" } as const;
  return new PinterestApiError(context, { status, code, apiMessage });
}

const read = { operation: "getCommerceIntegration", method: "GET" } as const;

test("a write is told with what it took, and without headers", () => {
  expect(entryOfOperation(event("shop-1"))).toEqual({
    clientTimestamp: 1_700_000_000_001,
    eventType: "API",
    logLevel: "INFO",
    message: "updateCommerceIntegration succeeded: 1 request, 123 ms, request id 77",
    appVersionNumber: expect.any(String),
    platformVersionNumber: process.versions.node,
    externalBusinessId: "shop-1",
    request: {
      method: "PATCH",
      host: "api.example",
      path: "/v5/integrations/commerce/shop-1",
      responseStatusCode: 200,
    },
  });
});

test("one that took several requests is a warning, one that failed an error with what is known of it", () => {
  expect(entryOfOperation(event("a", { attempts: 2 }))).toMatchObject({ logLevel: "WARN" });
  expect(entryOfOperation(event("a", { status: 500, error: failure(500, "Oops", 911) }))).toMatchObject({
    logLevel: "ERROR",
    message: "updateCommerceIntegration failed (outcome: unknown): 1 request, 123 ms, request id 77",
    error: { name: "PinterestApiError", message: expect.stringContaining("Oops"), number: 911 },
  });
});

test("reads are told where they failed; that nothing is there is no failure", () => {
  expect(entryOfOperation(event("a", read))).toBeUndefined();
  expect(entryOfOperation(event("a", { ...read, error: failure(404, "none", 4180) }))).toBeUndefined();
  expect(entryOfOperation(event("a", { ...read, error: failure(403, "no", 29) }))).toMatchObject({
    logLevel: "ERROR",
  });
});

test("the reporting itself is not reported", () => {
  const reporting = { operation: "reportLogs", method: "POST" } as const;
  expect(entryOfOperation(event("a", { ...reporting, error: failure(500, "no") }))).toBeUndefined();
});

test("every entry is within Pinterest's limits, whatever happened", () => {
  const worst = failure(400, `${"🛍".repeat(9000)} access_token=abc Bearer abcdefghijklmnopqrst`);
  const entry = entryOfOperation(event("x".repeat(3000), { error: worst }));
  expect(logProblems(entry)).toEqual([]);
  expect(entry).not.toHaveProperty("externalBusinessId");
});
