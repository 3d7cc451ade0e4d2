import { expect, test } from "@jest/globals";
import { PinterestTimeoutError } from "../../provider/pinterest";
import type { AmbientLimits } from "../../provider/pinterest/ambient-limits";
import { clientFor, failureOf, failureOfKind } from "./helpers/client";
import { answer, serve } from "./helpers/server";

/** A server that gives no answer, and tells when it has been asked. */
async function silent() {
  const asked = Promise.withResolvers<void>();
  const { apiUrl, requests } = await serve(() => asked.resolve());
  return { apiUrl, requests, asked: asked.promise };
}

test("what ends something larger ends a call of it that is under way", async () => {
  const { apiUrl, asked } = await silent();
  const larger = new AbortController();
  const client = clientFor(apiUrl, { limits: () => ({ signal: larger.signal }) });
  const call = failureOf(client.getCommerceIntegration("shop"));
  await asked;
  larger.abort();
  expect(await call).toMatchObject({ kind: "aborted" });
});

test("it ends a wait before a repetition, and keeps later calls from being sent", async () => {
  const { apiUrl, requests } = await serve(
    answer(503, { code: 0, message: "Down." }, { "retry-after": "60" }),
  );
  const larger = new AbortController();
  const waits = Promise.withResolvers<void>();
  const client = clientFor(apiUrl, {
    maxAttempts: 4,
    limits: () => ({ signal: larger.signal }),
    onWait: () => waits.resolve(),
  });
  const call = failureOf(client.getCommerceIntegration("shop"));
  await waits.promise;
  larger.abort();
  expect(await call).toMatchObject({ kind: "aborted", attempts: 1 });
  expect(await failureOf(client.getCommerceIntegration("shop"))).toMatchObject({ kind: "aborted" });
  expect(requests).toHaveLength(1);
});

test("its end is that of each call, and is told with what has set it", async () => {
  const { apiUrl } = await silent();
  const limits = (): AmbientLimits => ({ endsAt: Date.now() + 20, setBy: "the resource's customTimeouts" });
  const client = clientFor(apiUrl, { limits });
  const error = await failureOfKind(PinterestTimeoutError, client.getCommerceIntegration("shop"));
  expect(error.message).toMatch(
    /all the time that it may take \(\d[\d.]* s, the resource's customTimeouts\)/,
  );
});

test("a call that goes on beside the others is not ended by it", async () => {
  const { apiUrl } = await serve(answer(200, {}));
  const client = clientFor(apiUrl, { limits: () => ({ signal: AbortSignal.abort() }) });
  const entry = { clientTimestamp: 1_800_000_000_000, eventType: "API", logLevel: "INFO" } as const;
  expect(await client.reportLogs([entry], { aside: true })).toMatchObject({ rejected: [], unknown: [] });
});

test("limits are asked for at each call", async () => {
  const { apiUrl } = await serve(answer(404, { code: 4180, message: "Not there." }));
  let limits: AmbientLimits | undefined;
  const client = clientFor(apiUrl, { limits: () => limits });
  expect(await failureOf(client.getCommerceIntegration("shop"))).toMatchObject({ kind: "api" });
  limits = { signal: AbortSignal.abort() };
  expect(await failureOf(client.getCommerceIntegration("shop"))).toMatchObject({ kind: "aborted" });
});
