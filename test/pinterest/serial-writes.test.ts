import { expect, test } from "@jest/globals";
import { failureOf } from "./helpers/client";
import { success } from "./helpers/fake-api.mts";
import { type Fake, fake } from "./helpers/fake-client";
import { VirtualClock } from "./helpers/virtual-clock.mts";

/** When each request was sent, in milliseconds since the beginning. */
function times({ api, clock, elapsed }: Fake): number[] {
  const start = clock.now() - elapsed();
  return api.requests.map(({ at }) => at - start);
}

test("writes of one integration go one after the other, in their order", async () => {
  const one = fake(success, { latencyMs: 100 });
  await one.clock.run(
    Promise.all([
      one.client.createCommerceIntegration({ externalBusinessId: "shop-1" }),
      one.client.updateCommerceIntegration("shop-1", {}),
      one.client.deleteCommerceIntegration("shop-1"),
    ]),
  );
  expect(times(one)).toEqual([50, 150, 250]);
});

test("a write that is repeated keeps its turn", async () => {
  const one = fake((request, index) => (index === 0 ? { status: 503 } : success(request)));
  await one.clock.run(
    Promise.all([
      one.client.updateCommerceIntegration("shop-1", {}),
      one.client.deleteCommerceIntegration("shop-1"),
    ]),
  );
  expect(one.api.requests.map(({ method }) => method)).toEqual(["PATCH", "PATCH", "DELETE"]);
});

test("reads, writes of other integrations and those of other accounts are not held up", async () => {
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

test("a write that fails lets the next one go", async () => {
  const one = fake((request, index) => (index === 0 ? { status: 400 } : success(request)));
  const first = failureOf(one.client.updateCommerceIntegration("shop-1", {}));
  await one.clock.run(one.client.updateCommerceIntegration("shop-1", {}));
  expect(await first).toMatchObject({ status: 400 });
});

test("a caller who gives up while waiting for a turn sends nothing, and nobody passes the one before", async () => {
  const controller = new AbortController();
  const one = fake(success, { latencyMs: 100 });
  const first = one.client.updateCommerceIntegration("shop-1", {});
  const given = failureOf(one.client.deleteCommerceIntegration("shop-1", { signal: controller.signal }));
  const third = one.client.updateCommerceIntegration("shop-1", {});
  controller.abort();
  expect(await one.clock.run(given)).toMatchObject({ kind: "aborted", outcome: "never-sent" });
  await one.clock.run(Promise.all([first, third]));
  expect(times(one)).toEqual([50, 150]);
});

test("a write whose time is over when its turn comes is not sent", async () => {
  const one = fake(() => ({ status: 503, headers: { "retry-after": "60" } }), { maxAttempts: 3 });
  const first = failureOf(one.client.updateCommerceIntegration("shop-1", {}));
  const second = failureOf(one.client.deleteCommerceIntegration("shop-1", { operationTimeoutMs: 1000 }));
  const error = await one.clock.run(second);
  await first;
  expect(error).toMatchObject({ kind: "timeout", outcome: "never-sent", timeoutMs: 1000, attempts: 0 });
  expect(error.message).toContain("waiting for earlier writes of the same integration");
  expect(one.api.requests.map(({ method }) => method)).toEqual(["PATCH", "PATCH", "PATCH"]);
});
