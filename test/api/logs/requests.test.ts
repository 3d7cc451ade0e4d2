import { expect, test } from "@jest/globals";
import { clientFor } from "../helpers/client";
import { respondWith, serve } from "../helpers/server";
import { entry } from "./helpers";

const full = entry("m", {
  externalBusinessId: "shop-1",
  advertiserId: null,
  feedProfileId: "5",
  error: { name: "E", lineNumber: 3, stackTrace: "s" },
  request: {
    method: "GET",
    host: "api.example",
    path: "/",
    requestHeaders: { Accept: "a" },
    responseStatusCode: 200,
  },
});

test.each([[{}], [{ message: "Success" }], [""], [" \n"]])(
  "sends entries with the API's names; %j is a success",
  async (body) => {
    const server = await serve(respondWith(200, body));
    await expect(clientFor(server.apiUrl).reportLogs([full])).resolves.toEqual({
      accepted: [0],
      rejected: [],
      unknown: [],
    });
    expect(server.requests.map(({ method, url }) => [method, url])).toEqual([
      ["POST", "/v5/integrations/logs"],
    ]);
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      logs: [
        {
          client_timestamp: 1_700_000_000_000,
          event_type: "APP",
          log_level: "INFO",
          message: "m",
          external_business_id: "shop-1",
          advertiser_id: null,
          feed_profile_id: "5",
          error: { name: "E", line_number: 3, stack_trace: "s" },
          request: {
            method: "GET",
            host: "api.example",
            path: "/",
            request_headers: { Accept: "a" },
            response_status_code: 200,
          },
        },
      ],
    });
  },
);

const rejected = { field: "message", value: "the value 5ecret", reason: "is too long" };
const failing = [
  [
    "an error with details",
    { code: 1, message: "bad", details: { rejected_logs: [{ ...rejected, log_index: 0 }] } },
    { index: 0, field: "message", reason: "is too long" },
  ],
  [
    "a list without indexes",
    { rejected_logs: [rejected] },
    { index: 0, field: "message", reason: "is too long" },
  ],
  ["HTML", "<html>no</html>", { index: 0, reason: "Pinterest responded with HTTP 400: no" }],
] as const;

test.each(failing)("a 400 with %s rejects the entry, without its value", async (_what, body, rejection) => {
  const server = await serve(respondWith(400, body));
  const report = await clientFor(server.apiUrl).reportLogs([full]);
  expect(report).toEqual({ accepted: [], rejected: [rejection], unknown: [] });
  expect(server.requests).toHaveLength(1);
});

test("redacts hidden values in Pinterest's reasons", async () => {
  const server = await serve(respondWith(400, { code: 1, message: "the value 5ecret is bad" }));
  const { rejected } = await clientFor(server.apiUrl).reportLogs([full], { hidden: ["5ecret"] });
  expect(rejected[0]?.reason).toBe("Pinterest responded with HTTP 400, code 1: the value [redacted] is bad");
});
