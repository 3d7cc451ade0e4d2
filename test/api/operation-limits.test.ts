import { describe, expect, test } from "@jest/globals";
import type { AmbientLimits } from "../../provider/api";
import { defaultAttempts } from "../expected/limits";
import { clientFor, failureOf } from "./helpers/client";
import { success } from "./helpers/fake-api.mts";
import { type Fake, fake } from "./helpers/fake-client";
import { respondWith, serve } from "./helpers/server";
import { VirtualClock } from "./helpers/virtual-clock.mts";

/** The arrival times of the requests, in milliseconds after the start. */
function times({ api, clock, elapsed }: Fake): number[] {
  const start = clock.now() - elapsed();
  return api.requests.map(({ at }) => at - start);
}

test("a write keeps its turn during retries", async () => {
  const one = fake((request, index) => (index === 0 ? { status: 503 } : success(request)));
  await one.clock.run(
    Promise.all([
      one.client.updateCommerceIntegration("shop-1", {}),
      one.client.deleteCommerceIntegration("shop-1"),
    ]),
  );
  expect(one.api.requests.map(({ method }) => method)).toEqual(["PATCH", "PATCH", "DELETE"]);
});

test("reads, and writes to other integrations or accounts, are not delayed", async () => {
  const clock = new VirtualClock();
  const one = fake(success, { latencyMs: 100, clock });
  const other = fake(success, { latencyMs: 100, clock, account: "other" });
  await clock.run(
    Promise.all([
      one.client.updateCommerceIntegration("shop-1", {}),
      one.client.updateCommerceIntegration("shop-2", {}),
      one.client.getCommerceIntegration("shop-1"),
      one.client.getCommerceIntegration("shop-1"),
      other.client.updateCommerceIntegration("shop-1", {}),
    ]),
  );
  expect([...times(one), ...times(other)]).toEqual([50, 50, 50, 50, 50]);
});

test("a write that is canceled before its turn is not sent, and later ones keep waiting for earlier ones", async () => {
  const controller = new AbortController();
  const one = fake(success, { latencyMs: 100 });
  const first = one.client.updateCommerceIntegration("shop-1", {});
  const canceled = failureOf(one.client.deleteCommerceIntegration("shop-1", { signal: controller.signal }));
  const third = one.client.updateCommerceIntegration("shop-1", {});
  controller.abort();
  expect(await one.clock.run(canceled)).toMatchObject({ kind: "aborted", outcome: "never-sent" });
  await one.clock.run(Promise.all([first, third]));
  expect(times(one)).toEqual([50, 150]);
});

test("does not send a write whose time limit passed before its turn", async () => {
  const one = fake(() => ({ status: 503, headers: { "retry-after": "60" } }), { maxAttempts: 3 });
  const first = failureOf(one.client.updateCommerceIntegration("shop-1", {}));
  const second = failureOf(one.client.deleteCommerceIntegration("shop-1", { operationTimeoutMs: 1000 }));
  const error = await one.clock.run(second);
  await first;
  expect(error).toMatchObject({ kind: "timeout", outcome: "never-sent", attempts: 0 });
  expect(error.message).toContain("waiting for earlier writes of the same integration");
  expect(error.message).toContain("Nothing was sent: run again later.");
  expect(one.api.requests.map(({ method }) => method)).toEqual(["PATCH", "PATCH", "PATCH"]);
});

const entry = { clientTimestamp: 1_800_000_000_000, eventType: "API", logLevel: "INFO" } as const;

/** An API that rejects log entries, and accepts other requests. */
const withRejectedLogs = (status: number) =>
  fake(({ path }) =>
    path.endsWith("/logs")
      ? { status, body: { code: 8, message: "no" }, headers: { "retry-after": "30" } }
      : { status: 200, body: { external_business_id: "shop-1" } },
  );

test.each([
  [429, "a PinterestApiError"],
  [503, "a report of unknown entries"],
])(
  "a background operation that is refused with %d ends at once with %s, and delays no other",
  async (status, result) => {
    const { clock, api, client, elapsed, notices } = withRejectedLogs(status);
    const reporting = client.reportLogs([entry], { background: true }).then(
      ({ unknown }) => unknown.length === 1 && "a report of unknown entries",
      (error: Error) => `a ${error.name}`,
    );
    const writing = client.updateCommerceIntegration("shop-1", { connectedTagId: "1" });
    const nextWrite = writing.then(() => client.updateCommerceIntegration("shop-1", { connectedTagId: "2" }));
    await clock.run(Promise.all([reporting, nextWrite]));
    expect(await reporting).toBe(result);
    expect(elapsed()).toBe(0);
    expect(api.requests).toHaveLength(3);
    expect(notices).toEqual([]);
  },
);

describe("limits of a larger task", () => {
  test("cancel a wait before a retry, and later operations", async () => {
    const { apiUrl, requests } = await serve(
      respondWith(503, { code: 0, message: "Down." }, { "retry-after": "60" }),
    );
    const task = new AbortController();
    const waits = Promise.withResolvers<void>();
    const client = clientFor(apiUrl, {
      maxAttempts: 4,
      limits: () => ({ signal: task.signal }),
      onWait: () => waits.resolve(),
    });
    const call = failureOf(client.getCommerceIntegration("shop"));
    await Promise.race([waits.promise, call]);
    task.abort();
    expect(await call).toMatchObject({ kind: "aborted", attempts: 1 });
    expect(await failureOf(client.getCommerceIntegration("shop"))).toMatchObject({ kind: "aborted" });
    expect(requests).toHaveLength(1);
  });

  test("set the time limit, whose source is in the error", async () => {
    const { apiUrl } = await serve(() => {});
    const limits = (): AmbientLimits => ({ endsAt: Date.now() + 20, setBy: "the resource's customTimeouts" });
    const client = clientFor(apiUrl, { limits });
    const error = await failureOf(client.getCommerceIntegration("shop"), "timeout");
    expect(error.message).toMatch(
      /The operation's time limit has passed \(\d[\d.]* s, the resource's customTimeouts\)/,
    );
  });

  /** A read whose first response asks to wait 20 s, in a task that ends after this time. */
  function readInTask(timeMs: number) {
    const clock = new VirtualClock();
    clock.randomValues = [0];
    const { client, elapsed } = fake(
      (request, index) =>
        index === 0 ? { status: 503, headers: { "retry-after": "20" } } : success(request),
      { clock, limits: () => ({ endsAt: clock.now() + timeMs }) },
    );
    return { clock, elapsed, read: client.getCommerceIntegration("shop") };
  }

  test("allow a wait that ends before them", async () => {
    const { clock, elapsed, read } = readInTask(21_000);
    await clock.run(read);
    expect(elapsed()).toBe(20_000);
  });

  test.each([19_000, -1_000])(
    "fail an operation at once if its wait would exceed them (they end in %d ms)",
    async (timeMs) => {
      const { clock, elapsed, read } = readInTask(timeMs);
      await clock.run(failureOf(read));
      expect(elapsed()).toBe(0);
    },
  );

  test("do not apply to a background operation", async () => {
    const { apiUrl } = await serve(respondWith(200, {}));
    const client = clientFor(apiUrl, { limits: () => ({ signal: AbortSignal.abort() }) });
    expect(await client.reportLogs([entry], { background: true })).toMatchObject({
      rejected: [],
      unknown: [],
    });
  });
});

test.each([
  ["ENOENT", 1],
  ["ECONNREFUSED", defaultAttempts],
])("a gate that fails with %s is called %d times, and its error is reported", async (code, times) => {
  let calls = 0;
  const { clock, api, client } = fake(undefined, {
    gate: {
      name: "the fleet's request limit",
      wait: async () => {
        calls += 1;
        throw Object.assign(new Error(`connect ${code}`), { code });
      },
    },
  });
  const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
  expect(calls).toBe(times);
  expect(error).toMatchObject({ kind: "connection", outcome: "never-sent" });
  expect(error.message).toContain("the fleet's request limit");
  expect(error.message).not.toMatch(/network|proxy/);
  expect(api.requests).toEqual([]);
});
