import { expect, test } from "@jest/globals";
import { PinterestApiError } from "../../provider/pinterest";
import { failureOfKind } from "./helpers/client";
import { fake } from "./helpers/fake-client";

const entry = { clientTimestamp: 1_800_000_000_000, eventType: "API", logLevel: "INFO" } as const;

/** An API that takes everything but log entries. */
const withoutLogs = (status: number) =>
  fake(({ path }) =>
    path.endsWith("/logs")
      ? { status, body: { code: 8, message: "no" }, headers: { "retry-after": "30" } }
      : { status: 200, body: { external_business_id: "shop-1" } },
  );

test.each([429, 503])(
  "a call aside that is refused with %d is sent once, and holds up nobody",
  async (status) => {
    const { clock, api, client, elapsed, told } = withoutLogs(status);
    const reporting = client.reportLogs([entry], { aside: true });
    const writing = client.updateCommerceIntegration("shop-1", { connectedTagId: "1" });
    const ended = Promise.all([
      status === 429 ? failureOfKind(PinterestApiError, reporting) : reporting,
      writing.then(() => client.updateCommerceIntegration("shop-1", { connectedTagId: "2" })),
    ]);
    await clock.run(ended);
    expect(elapsed()).toBe(0);
    expect(api.requests).toHaveLength(3);
    expect(told).toEqual([]);
  },
);

test("any other call that meets a rate limit holds up those of its category", async () => {
  const { clock, client, elapsed } = withoutLogs(429);
  const reporting = client.reportLogs([entry], { operationTimeoutMs: 10_000 }).catch(() => {});
  await clock.run(reporting.then(() => client.updateCommerceIntegration("shop-1", { connectedTagId: "1" })));
  expect(elapsed()).toBeGreaterThanOrEqual(30_000);
});
