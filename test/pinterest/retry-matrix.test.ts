import { describe, expect, test } from "@jest/globals";
import { Agent } from "undici";
import type { PinterestClient } from "../../provider/pinterest";
import { clientFor, failureOf } from "./helpers/client";
import { type Reply, success } from "./helpers/fake-api.mts";
import { fake } from "./helpers/fake-client";
import { serve } from "./helpers/server";
import { VirtualClock } from "./helpers/virtual-clock.mts";

const operations: Record<string, (client: PinterestClient) => Promise<unknown>> = {
  create: (client) => client.createCommerceIntegration({ externalBusinessId: "shop-1" }),
  read: (client) => client.getCommerceIntegration("shop-1"),
  update: (client) => client.updateCommerceIntegration("shop-1", { connectedTagId: "3" }),
  delete: (client) => client.deleteCommerceIntegration("shop-1"),
  list: (client) => client.listIntegrations(),
};
const all = Object.keys(operations);
const repeatable = ["read", "update", "delete", "list"];

const page = { status: 200, body: "<html>Sign in</html>" };
const brokenOff = { status: 200, body: '{"id": "73' };
const status = (code: number, headers = {}): Reply => ({ status: code, headers });
const spam = { status: 429, body: { code: 8, message: "no", message_detail: "This looks like Spam" } };

/** What goes wrong once, and which operations are sent again because of it. */
const faults: readonly (readonly [string, Reply, readonly string[]])[] = [
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"].map(
    (code) => [`no connection (${code})`, { unreachable: code }, all] as const,
  ),
  ...["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"].map(
    (code) => [`a connection that broke (${code})`, { broken: code }, repeatable] as const,
  ),
  ...[408, 500, 502, 503, 504].map((code) => [`a ${code}`, status(code), repeatable] as const),
  ["a rate limit", status(429), all],
  ["a rate limit that tells how long", status(429, { "retry-after": "3" }), all],
  ["a success that broke off", brokenOff, repeatable],
  ["a 429 for spam", spam, []],
  ["a page of a portal", page, []],
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED"].map(
    (code) => [`a certificate that is not accepted (${code})`, { unreachable: code }, []] as const,
  ),
  ["a proxy that refuses", { unreachable: "UND_ERR_ABORTED" }, []],
  ...[301, 400, 401, 403, 407, 409, 422, 501].map((code) => [`a ${code}`, status(code), []] as const),
  ["a 404", { status: 404, body: { code: 4180, message: "no" } }, []],
];

describe.each(faults)("%s", (_name, fault, repeated) => {
  test.each(all)(`${repeated.length === 0 ? "never repeats" : "repeats where it may"}: %s`, async (name) => {
    const { clock, api, client } = fake((request, index) => (index === 0 ? fault : success(request)));
    const call = operations[name]?.(client) ?? Promise.reject();
    if (repeated.includes(name)) {
      await clock.run(call);
      expect(api.requests).toHaveLength(2);
      expect(api.requests[1]).toEqual({ ...api.requests[0], at: expect.any(Number) });
    } else {
      const error = await clock.run(failureOf(call));
      expect(error.attempts).toBe(1);
      expect(api.requests).toHaveLength(1);
      expect(clock.sleeps.filter((milliseconds) => milliseconds > 0)).toEqual([]);
    }
  });
});

test("an attempt that takes too long is repeated", async () => {
  const clock = new VirtualClock();
  const agent = new Agent();
  let answered = 0;
  const server = await serve((_request, response) => {
    answered += 1;
    if (answered > 1) response.end(JSON.stringify({ external_business_id: "shop-1" }));
  });
  const dispatcher = clock.tracking(agent);
  const client = clientFor(server.apiUrl, { clock, dispatcher, requestTimeoutMs: 60, maxAttempts: 50 });
  await clock.run(client.updateCommerceIntegration("shop-1", {}));
  // On a busy machine the time may also be over before a request is there, or before its answer is back.
  expect(server.requests.length).toBeGreaterThanOrEqual(2);
  await agent.destroy();
});
