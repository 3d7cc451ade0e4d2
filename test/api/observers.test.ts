import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "@jest/globals";
import type { OperationEvent } from "../../provider/api";
import { backoffMs, defaultAttempts } from "../expected/limits";
import { failureOf, token } from "./helpers/client";
import { success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";

test("reports an operation once, at its end, with all its attempts", async () => {
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
      // Two responses, and half of the longest wait.
      durationMs: 100 + 0.5 * backoffMs[0] + 100,
      attempts: 2,
      status: 200,
      rate: { limits: [] },
    },
  ]);
});

test("reports a failed operation with its error and the last response", async () => {
  const events: OperationEvent[] = [];
  const { clock, client } = fake(() => ({ status: 503, headers: { "x-pinterest-rid": "7" } }), {
    onOperation: (event) => events.push(event),
  });
  const error = await clock.run(failureOf(client.listIntegrations()));
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ attempts: defaultAttempts, status: 503, requestId: "7" });
  expect(events[0]?.error).toBe(error);
  expect(events[0]?.externalBusinessId).toBeUndefined();
});

test("reports an operation whose arguments are invalid, although nothing is sent", async () => {
  const events: OperationEvent[] = [];
  const { api, client } = fake(undefined, { onOperation: (event) => events.push(event) });
  const errors = [
    await failureOf(client.getIntegration("12a")),
    await failureOf(client.deleteCommerceIntegration("\ud83d")),
  ];
  expect(events.map(({ error }) => error)).toEqual(errors);
  expect(events).toMatchObject([
    { attempts: 0, path: "/v5/integrations/12a" },
    { attempts: 0, durationMs: 0 },
  ]);
  expect(errors).toMatchObject([{ kind: "input" }, { kind: "input" }]);
  expect(api.requests).toEqual([]);
});

test("errors of listeners do not fail an operation", async () => {
  const { clock, client } = fake(
    (request, index) => (index === 0 ? { status: 503, headers: { "retry-after": "5" } } : success(request)),
    {
      requestsPerMinute: 2,
      onOperation: () => {
        throw new Error("observer");
      },
      onWait: () => {
        throw new Error("notice");
      },
    },
  );
  await clock.run(client.listIntegrations());
  await clock.run(client.listIntegrations());
});

/** The call that the code runs for. The plugin uses such a context to attribute messages to a resource. */
const context = new AsyncLocalStorage<string>();

test("an operation keeps its asynchronous context after a wait that ends with another operation's response or timer", async () => {
  const tokenRequests: unknown[] = [];
  const finished: unknown[] = [];
  const waits: unknown[] = [];
  const refusal = { status: 429, headers: { "retry-after": "5" }, body: { code: 8, message: "Slow down." } };
  const { client, clock } = fake((request, index) => (index === 0 ? refusal : success(request)), {
    latencyMs: 100,
    credentials: {
      accessToken: async () => {
        tokenRequests.push(context.getStore());
        return token;
      },
    },
    onWait: (message) => waits.push([context.getStore(), /"(.)"/.exec(message)?.[1]]),
    onOperation: ({ externalBusinessId }) => finished.push([context.getStore(), externalBusinessId]),
  });
  const read = (name: string) =>
    context.run(name, async () => {
      await client.getCommerceIntegration(name);
      return context.getStore();
    });

  const first = read("a");
  await clock.run(clock.sleep(1_000));
  // After the pause, the three are sent one after the other.
  expect(await clock.run(Promise.all([first, read("b"), read("c")]))).toEqual(["a", "b", "c"]);
  expect(tokenRequests).toEqual(["a", "a", "b", "c"]);
  expect(finished).toEqual(["a", "b", "c"].map((name) => [name, name]));
  expect(waits.length).toBeGreaterThan(0);
  for (const [reportedFor, about] of waits as [string, string][]) expect(reportedFor).toBe(about);
});

test("sends a notice in the context of its operation, not of the one that set the timer", async () => {
  const notices: unknown[] = [];
  const { client, clock } = fake(undefined, {
    requestsPerMinute: 1,
    onWait: (message) => notices.push([context.getStore(), /"(.)"/.exec(message)?.[1]]),
  });
  const update = (name: string, signal?: AbortSignal) =>
    context.run(name, () =>
      client.updateCommerceIntegration(name, {}, signal === undefined ? {} : { signal }),
    );
  await clock.run(update("a"));
  const controller = new AbortController();
  const canceled = failureOf(update("b", controller.signal));
  const later = update("c");
  await clock.run(clock.sleep(1_000));
  controller.abort();
  await clock.run(Promise.all([canceled, later]));
  expect(notices).toEqual([["c", "c"]]);
});
