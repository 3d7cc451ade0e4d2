import { describe, expect, test } from "@jest/globals";
import { Agent } from "undici";
import type { PinterestClient } from "../../provider/api";
import { RetryBudget } from "../../provider/api/retry";
import {
  backoffMs,
  defaultAttempts,
  longestBackoffMs,
  retryBudget,
  waitReportedAfterSeconds,
} from "../expected/limits";
import {
  dailyLimit,
  failedAfter,
  mayBeCarriedOut,
  namedRequest,
  nothingChanged,
  reading,
  responded,
  retryNotice,
} from "../expected/messages";
import { clientFor, failureOf } from "./helpers/client";
import { type Reply, success } from "./helpers/fake-api.mts";
import { type FakeOptions, fake } from "./helpers/fake-client";
import { serve } from "./helpers/server";
import { VirtualClock } from "./helpers/virtual-clock.mts";

const calls = {
  create: (client) => client.createCommerceIntegration({ externalBusinessId: "shop-1" }),
  read: (client) => client.getCommerceIntegration("shop-1"),
  update: (client) => client.updateCommerceIntegration("shop-1", { connectedTagId: "3" }),
  delete: (client) => client.deleteCommerceIntegration("shop-1"),
  list: (client) => client.listIntegrations(),
} satisfies Record<string, (client: PinterestClient) => Promise<unknown>>;

type Operation = keyof typeof calls;
const all = Object.keys(calls) as Operation[];
/** The operations that are sent again if Pinterest may have carried them out. A second create could recreate a deleted integration. */
const allButCreate = all.filter((operation) => operation !== "create");
const none: readonly Operation[] = [];

const status = (code: number, headers = {}): Reply => ({ status: code, headers });
const spam = { status: 429, body: { code: 8, message: "no", message_detail: "This looks like Spam" } };

/** Faults of the first request, and the operations that are then sent again. */
const faults: readonly (readonly [what: string, fault: Reply, sentAgain: readonly Operation[]])[] = [
  ["no connection (ECONNREFUSED)", { unreachable: "ECONNREFUSED" }, all],
  ["no connection (ENOTFOUND)", { unreachable: "ENOTFOUND" }, all],
  ["no connection (EAI_AGAIN)", { unreachable: "EAI_AGAIN" }, all],
  ["no connection (ENETUNREACH)", { unreachable: "ENETUNREACH" }, all],
  ["no connection (EHOSTUNREACH)", { unreachable: "EHOSTUNREACH" }, all],
  ["no connection (UND_ERR_CONNECT_TIMEOUT)", { unreachable: "UND_ERR_CONNECT_TIMEOUT" }, all],
  ["a refusal by a proxy", { unreachable: "UND_ERR_ABORTED" }, none],
  ["a self-signed certificate", { unreachable: "DEPTH_ZERO_SELF_SIGNED_CERT" }, none],
  ["another host's certificate", { unreachable: "ERR_TLS_CERT_ALTNAME_INVALID" }, none],
  ["an expired certificate", { unreachable: "CERT_HAS_EXPIRED" }, none],
  ["a lost connection (ECONNRESET)", { broken: "ECONNRESET" }, allButCreate],
  ["a lost connection (EPIPE)", { broken: "EPIPE" }, allButCreate],
  ["a lost connection (ETIMEDOUT)", { broken: "ETIMEDOUT" }, allButCreate],
  ["a lost connection (UND_ERR_SOCKET)", { broken: "UND_ERR_SOCKET" }, allButCreate],
  ["a truncated success", { status: 200, body: '{"id": "73' }, allButCreate],
  ["an HTML page", { status: 200, body: "<html>Sign in</html>" }, none],
  ["a redirect (301)", status(301), none],
  ["a 400", status(400), none],
  ["a 401", status(401), none],
  ["a 403", status(403), none],
  ["a 404", { status: 404, body: { code: 4180, message: "no" } }, none],
  ["a 407", status(407), none],
  ["a 408", status(408), allButCreate],
  ["a 409", status(409), none],
  ["a 422", status(422), none],
  ["a rate limit (429)", status(429), all],
  ["a rate limit with Retry-After", status(429, { "retry-after": "3" }), all],
  ["a 429 for spam", spam, none],
  ["a 500", status(500), allButCreate],
  ["a 501", status(501), none],
  ["a 502", status(502), allButCreate],
  ["a 503", status(503), allButCreate],
  ["a 504", status(504), allButCreate],
];

test.each(faults)(
  "after %s, the right operations are sent again, and the others fail at once",
  async (_what, fault, sentAgain) => {
    for (const operation of all) {
      const { api, client, clock } = fake((request, index) => (index === 0 ? fault : success(request)));
      const call: Promise<unknown> = calls[operation](client);
      const result = await clock.run(
        call.then(
          () => "succeeds",
          () => "fails",
        ),
      );
      const waits = clock.sleeps.filter((milliseconds) => milliseconds > 0);
      const requests = api.requests.length;
      if (sentAgain.includes(operation))
        expect({ operation, result, requests }).toEqual({ operation, result: "succeeds", requests: 2 });
      else
        expect({ operation, result, requests, waits }).toEqual({
          operation,
          result: "fails",
          requests: 1,
          waits: [],
        });
    }
  },
);

test.each(all)("%s: the request that is sent again is the same", async (operation) => {
  const { api, client, clock } = fake((request, index) => (index === 0 ? status(429) : success(request)));
  await clock.run<unknown>(calls[operation](client));
  const [first, second] = api.requests;
  expect(second).toEqual({ ...first, at: expect.any(Number) });
});

test("an attempt that times out is repeated", async () => {
  const clock = new VirtualClock();
  const agent = new Agent();
  let responses = 0;
  const server = await serve((_request, response) => {
    responses += 1;
    if (responses > 1) response.end(JSON.stringify({ external_business_id: "shop-1" }));
  });
  const dispatcher = clock.tracking(agent);
  const client = clientFor(server.apiUrl, { clock, dispatcher, requestTimeoutMs: 60, maxAttempts: 50 });
  await clock.run(client.updateCommerceIntegration("shop-1", {}));
  // On a busy machine, more attempts can time out.
  expect(server.requests.length).toBeGreaterThanOrEqual(2);
  await agent.destroy();
});

const down: Reply = { status: 503, body: { code: 0, message: "Down." }, headers: { "x-pinterest-rid": "7" } };

/** A client of an API that is down, after a failed read. @param randomValues the results of the clock's `random()`, of which the last one is repeated. */
async function failedRead(randomValues: number[], options: FakeOptions = {}) {
  const one = fake((_request, index) => ({ ...down, body: { code: 0, message: `no ${index}` } }), options);
  one.clock.randomValues = randomValues;
  const error = await one.clock.run(failureOf(one.client.getCommerceIntegration("shop-1")));
  return { ...one, error, waits: one.clock.sleeps.filter((wait) => wait > 0).map(Math.round) };
}

describe("an API that is down", () => {
  test("receives the default number of requests, with exponential backoff, and the error has the last response", async () => {
    const { api, waits, error, elapsed } = await failedRead([0.999_999]);
    expect(api.requests).toHaveLength(defaultAttempts);
    expect(waits).toEqual(backoffMs);
    const waitedMs = backoffMs.reduce<number>((sum, waitMs) => sum + waitMs, 0);
    expect(Math.round(elapsed())).toBe(waitedMs);
    expect(error).toMatchObject({ kind: "api", status: 503, attempts: defaultAttempts });
    expect(error.message).toBe(
      `${reading("shop-1")}${failedAfter(defaultAttempts, `${waitedMs / 1000} s`)}${responded(503, 0)}: no ${defaultAttempts - 1} ${namedRequest("7")}. ${nothingChanged}`,
    );
    expect(error.stack?.split("\n")[0]).toBe(`PinterestApiError: ${error.message}`);
  });

  test("receives retries after random waits up to the backoff, and up to the longest one", async () => {
    expect((await failedRead([0.5, 0.25, 0.75], { maxAttempts: 4 })).waits).toEqual([
      0.5 * backoffMs[0],
      0.25 * backoffMs[1],
      0.75 * backoffMs[2],
    ]);
    expect(Math.max(...(await failedRead([0.999_999], { maxAttempts: 10 })).waits)).toBe(longestBackoffMs);
  });
});

test.each([503, 429])(
  "maxAttempts 1 disables retries, also after a %d, and the error does not mention attempts",
  async (code) => {
    const { clock, api, client } = fake(() => ({ status: code }), { maxAttempts: 1 });
    const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
    expect(api.requests).toHaveLength(1);
    expect(error).toMatchObject({ status: code, attempts: 1 });
    expect(error.message).not.toContain("attempts");
  },
);

describe("the retry budget of a client", () => {
  /** A client of an API that is down until `next.failures` requests have failed. */
  function startDown() {
    const next = { failures: Number.POSITIVE_INFINITY };
    const { api, client, clock } = fake((request) => {
      if (next.failures === 0) return success(request);
      next.failures -= 1;
      return down;
    });
    /** Reads integrations, one after the other, and returns the number of requests. */
    const read = async (count: number) => {
      const before = api.requests.length;
      for (let n = 0; n < count; n += 1)
        await clock.run(client.getCommerceIntegration(`shop-${n}`).catch(() => {}));
      return api.requests.length - before;
    };
    return { next, read };
  }

  test("limits the retries of all operations together", async () => {
    const { read } = startDown();
    expect(await read(100)).toBe(100 + retryBudget);
  });

  test("gets one retry back from ten successes", async () => {
    const { next, read } = startDown();
    await read(100);
    next.failures = 0;
    expect(await read(10)).toBe(10);
    next.failures = Number.POSITIVE_INFINITY;
    expect(await read(3)).toBe(3 + 1);
  });

  test("is not reduced by a retry that succeeds", async () => {
    const { next, read } = startDown();
    await read(100);
    next.failures = 0;
    await read(10);
    next.failures = 1;
    // The request that fails, and its retry.
    expect(await read(1)).toBe(2);
    next.failures = Number.POSITIVE_INFINITY;
    expect(await read(3)).toBe(3 + 1);
  });
});

test("clients can share a retry budget", async () => {
  const shared = { retryBudget: new RetryBudget() };
  const one = fake(() => down, shared);
  const other = fake(() => down, { clock: one.clock, account: "other", ...shared });
  const many = (client: typeof one.client) =>
    Array.from({ length: 100 }, (_, n) => failureOf(client.getCommerceIntegration(`shop-${n}`)));
  await one.clock.run(Promise.all([...many(one.client), ...many(other.client)]));
  expect(one.api.requests.length + other.api.requests.length).toBe(200 + retryBudget);
});

describe("a wait that a response asks for", () => {
  const justReported = waitReportedAfterSeconds + 1;

  test.each([
    { asked: 8, chance: 0, waitMs: 8_000, shown: "8 s" },
    { asked: 8, chance: 1, waitMs: 8_800, shown: "9 s" },
    { asked: justReported, chance: 0, waitMs: justReported * 1_000, shown: `${justReported} s` },
  ])(
    "takes at least that time, and at most 10 % more, and is reported as $shown",
    async ({ asked, chance, waitMs, shown }) => {
      const { clock, client, elapsed, notices } = fake(
        (request, index) => (index === 0 ? status(503, { "retry-after": String(asked) }) : success(request)),
        { account: "north" },
      );
      clock.randomValues = [chance];
      await clock.run(client.getCommerceIntegration("shop-1"));
      expect(elapsed()).toBe(waitMs);
      expect(notices).toEqual([
        retryNotice(
          `${responded(503, 0)}: no`,
          `${reading("shop-1")} (account 'north')`,
          shown,
          `2 of ${defaultAttempts}`,
        ),
      ]);
    },
  );

  test("is not reported if it is short", async () => {
    const { clock, client, elapsed, notices } = fake((request, index) =>
      index === 0 ? status(503, { "retry-after": String(waitReportedAfterSeconds) }) : success(request),
    );
    clock.randomValues = [0];
    await clock.run(client.getCommerceIntegration("shop-1"));
    expect(elapsed()).toBe(waitReportedAfterSeconds * 1000);
    expect(notices).toEqual([]);
  });
});

test("canceling ends a wait at once, and the error reports that the outcome is unknown", async () => {
  const controller = new AbortController();
  const { clock, api, client, elapsed } = fake(() => ({ ...down, headers: { "retry-after": "60" } }));
  const call = failureOf(client.updateCommerceIntegration("shop-1", {}, { signal: controller.signal }));
  void clock.sleep(1000).then(() => controller.abort());
  const error = await clock.run(call);
  expect(elapsed()).toBe(1000);
  expect(error).toMatchObject({ kind: "aborted", outcome: "unknown" });
  expect(api.requests).toHaveLength(1);
});

describe("a write whose first attempt has an unknown outcome", () => {
  const lost: Reply = { broken: "ECONNRESET" };

  /** The error of an update whose connection is lost, and whose next attempt has this reply. */
  async function updateError(next: Reply) {
    const { clock, client } = fake((_request, index) => (index === 0 ? lost : next));
    return clock.run(failureOf(client.updateCommerceIntegration("shop-1", {})));
  }
  const earlierUnknown = "The outcome of an earlier attempt is unknown.";

  test("and that then cannot be sent fails with an unknown outcome", async () => {
    const error = await updateError({ unreachable: "ECONNREFUSED" });
    expect(error).toMatchObject({ outcome: "unknown", note: earlierUnknown, remedy: mayBeCarriedOut() });
    expect(error.message).not.toContain("Nothing was sent");
  });

  test("and that then is refused fails with an unknown outcome, and the remedy for the refusal", async () => {
    const error = await updateError({ status: 400, body: { code: 1, message: "no" } });
    expect(error).toMatchObject({ outcome: "unknown", note: earlierUnknown });
    expect(error.remedy).toMatch(/^Fix the value/);
  });

  test("and that then would have to wait too long fails with an unknown outcome, and the remedy for the wait", async () => {
    const error = await updateError({ status: 429, headers: { "retry-after": "1000" } });
    expect(error.outcome).toBe("unknown");
    expect(error.note).toMatch(
      /^The response asks to wait until .*\. The outcome of an earlier attempt is unknown\.$/,
    );
    expect(error.remedy).toContain(dailyLimit());
  });
});

test("a write that no attempt could send was never sent", async () => {
  const { clock, client } = fake(() => ({ unreachable: "ECONNREFUSED" }));
  const error = await clock.run(failureOf(client.updateCommerceIntegration("shop-1", {})));
  expect(error).toMatchObject({ outcome: "never-sent", attempts: defaultAttempts });
});

test("a read has the outcome of its last attempt", async () => {
  const { clock, client } = fake((_request, index) =>
    index === 0 ? { broken: "ECONNRESET" } : { status: 404 },
  );
  const error = await clock.run(failureOf(client.getCommerceIntegration("shop-1")));
  expect(error.outcome).toBe("refused");
});

test.each([503, 429])(
  "fails at once with a %i if hardly any time would be left for a retry",
  async (code) => {
    const reply = { status: code, headers: { "retry-after": "20" }, body: { code: 7, message: "No." } };
    const { clock, api, client, elapsed } = fake(() => reply);
    clock.randomValues = [0];
    const error = await clock.run(
      failureOf(client.getCommerceIntegration("shop-1", { operationTimeoutMs: 20_050 })),
    );
    expect(error).toMatchObject({ kind: "api", status: code, attempts: 1 });
    expect(api.requests).toHaveLength(1);
    expect(elapsed()).toBe(0);
  },
);
