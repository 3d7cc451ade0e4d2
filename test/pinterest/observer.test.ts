import { expect, test } from "@jest/globals";
import type { OperationEvent } from "../../provider/pinterest";
import { failureOf } from "./helpers/client";
import { success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

test("an operation is reported once, when it has ended, with all its attempts", async () => {
  const events: OperationEvent[] = [];
  const { clock, client } = fake((request, index) => (index === 0 ? { status: 503 } : success(request)), {
    account: "north",
    latencyMs: 100,
    onOperation: (event) => events.push(event),
  });
  await clock.run(client.updateCommerceIntegration("läden 1", { partnerAccessToken: "secret" }));
  expect(events).toEqual([
    {
      operation: "updateCommerceIntegration",
      externalBusinessId: "läden 1",
      account: "north",
      method: "PATCH",
      host: "api.fake.example",
      path: "/v5/integrations/commerce/l%C3%A4den%201",
      startedAt: Date.UTC(2026, 0, 1),
      durationMs: 450,
      attempts: 2,
      status: 200,
    },
  ]);
});

test("one that failed carries the error that was thrown, and what the last answer said", async () => {
  const events: OperationEvent[] = [];
  const { clock, client } = fake(() => ({ status: 503, headers: { "x-pinterest-rid": "7" } }), {
    onOperation: (event) => events.push(event),
  });
  const error = await clock.run(failureOf(client.listIntegrations()));
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ attempts: 4, status: 503, requestId: "7" });
  expect(events[0]?.error).toBe(error);
  expect(events[0]).not.toHaveProperty("externalBusinessId");
});

test("one that got no answer has no status", async () => {
  const events: OperationEvent[] = [];
  const { clock, client } = fake(() => ({ unreachable: "ECONNREFUSED" }), {
    onOperation: (event) => events.push(event),
  });
  await clock.run(failureOf(client.listIntegrations()));
  expect(events[0]).not.toHaveProperty("status");
});

test("an observer or a listener that throws does no harm to the operation", async () => {
  const { clock, client } = fake(
    (request, index) => (index === 0 ? { status: 503, headers: { "retry-after": "5" } } : success(request)),
    {
      requestsPerMinute: 2,
      onOperation: () => {
        throw new Error("observer");
      },
      onWait: () => {
        throw new Error("listener");
      },
    },
  );
  await clock.run(client.listIntegrations());
  await clock.run(client.listIntegrations());
});
