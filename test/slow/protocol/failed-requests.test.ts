import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FaultAction, RequestEntry } from "../../../emulator";
import type { Declarations } from "../../engine/helpers/program";
import type { ProviderType } from "../../engine/helpers/provider-type";
import {
  creating,
  deleting,
  listing,
  mayBeCarriedOut,
  namedRequest,
  nothingChanged,
  pattern,
  reading,
  responded,
  spamRemedy,
  updating,
  wrongToken,
} from "../../expected/messages";
import { Lab } from "../../fake-engine/lab";

// A request of any kind can fail in any way. If it fails once, it is sent again, and the command succeeds, unless the failure is final (`attempts: 1`).
// If each attempt fails, the operation fails with a message that says what failed, why, and what to do, and the next update converges.

/** The requests that fail, by the integration that they are for. Each integration has its own account, because a rate limit affects a whole account. */
const requests = {
  created: { operation: "create", doing: creating("created") },
  /** The read before a create. */
  checked: { operation: "get", doing: reading("checked") },
  refreshed: { operation: "get", doing: reading("refreshed") },
  updated: { operation: "update", doing: updating("updated") },
  deleted: { operation: "delete", doing: deleting("deleted") },
  /** An account of which the program lists the integrations. */
  listed: { operation: "list", doing: listing },
  /** Created while reads are stale. */
  stale: { operation: "create", doing: creating("stale") },
} as const;

type Name = keyof typeof requests;

/** A way in which a request fails, and what the provider does. */
interface Failure {
  readonly fault: FaultAction;
  /** The reason in the message, without the request ID. */
  readonly reports: RegExp;
  /** @default to run the command again later */
  readonly remedy?: RegExp;
  /** Whether the message contains the ID of the request, because Pinterest responded. @default true */
  readonly hasRequestId?: false;
  /** Whether a write takes effect. @default false */
  readonly takesEffect?: true;
  /** The maximum number of requests of an operation. Infinity: limited only by time. 1: the first failure is final. @default 4 */
  readonly attempts?: number;
  /** Integrations whose request cannot fail like this. */
  readonly except?: readonly Name[];
}

const rateLimit = {
  reports: new RegExp(`${responded(429, 8)}: `),
  remedy: /rate limit|limit of the rate/,
  attempts: Number.POSITIVE_INFINITY,
};

const failedRequests: Record<string, Failure> = {
  "a lost connection": {
    fault: { kind: "reset" },
    reports: /lost the connection to http/,
    hasRequestId: false,
  },
  "a connection that is lost after the request took effect": {
    fault: { kind: "reset", commit: true },
    takesEffect: true,
    reports: /lost the connection to http/,
    hasRequestId: false,
  },
  "a truncated response": {
    fault: { kind: "truncate" },
    takesEffect: true,
    reports: /the response \(HTTP 200\) is not what Pinterest's API describes/,
    remedy: /Check apiUrl and whether a proxy or portal responds/,
    // The response to a deletion is empty, and a truncated 404 does not count as Pinterest's.
    except: ["deleted", "checked"],
  },
  "HTTP 500": {
    fault: { kind: "response", preset: "internal-error" },
    reports: new RegExp(responded(500, "\\d")),
  },
  "HTTP 500 after the request took effect": {
    fault: { kind: "response", preset: "internal-error-911", commit: true },
    takesEffect: true,
    reports: new RegExp(responded(500, 911)),
  },
  "HTTP 502": {
    fault: { kind: "response", preset: "bad-gateway" },
    reports: new RegExp(responded(502, "\\d")),
  },
  "HTTP 503": {
    fault: { kind: "response", preset: "unavailable" },
    reports: new RegExp(responded(503, "\\d")),
  },
  "HTTP 503 with a page": {
    fault: { kind: "response", preset: "unavailable-page" },
    reports: /the response was HTTP 503: .*Service Unavailable/,
  },
  "HTTP 504 with a page, after the request took effect": {
    fault: { kind: "response", preset: "gateway-timeout-page", commit: true },
    takesEffect: true,
    reports: /the response was HTTP 504: .*Gateway Timeout/,
  },
  "HTTP 429": { fault: { kind: "response", preset: "rate-limit" }, ...rateLimit },
  "HTTP 429 with Retry-After in seconds": {
    fault: { kind: "response", preset: "rate-limit-retry-after" },
    ...rateLimit,
  },
  "HTTP 429 with a date in Retry-After": {
    fault: { kind: "response", preset: "rate-limit-retry-date" },
    ...rateLimit,
  },
  "HTTP 429 without headers": { fault: { kind: "response", preset: "rate-limit-bare" }, ...rateLimit },
  "HTTP 429 with code 30": {
    fault: { kind: "response", preset: "rate-limit-30" },
    ...rateLimit,
    reports: new RegExp(`${responded(429, 30)}: `),
  },
  "HTTP 429 because of spam": {
    fault: { kind: "response", preset: "spam" },
    reports: new RegExp(`${responded(429, 8)}: .*spam`),
    remedy: new RegExp(spamRemedy),
    attempts: 1,
  },
  "HTTP 401": {
    fault: { kind: "response", preset: "authentication-failed" },
    reports: new RegExp(`${responded(401, 2)}: Authentication failed`),
    remedy: new RegExp(wrongToken(" for account '.*' in PINTEREST_ACCOUNTS")),
    attempts: 1,
  },
};

/** The time limit of requests in the tests of missing responses. This time really passes. */
const requestTimeoutMs = 200;

const timeout = { reports: /timed out after [\d.]+ s while/, hasRequestId: false } as const;

const missingResponses: Record<string, Failure> = {
  "no response": { fault: { kind: "hang" }, ...timeout },
  "no response, although the request took effect": {
    fault: { kind: "hang", commit: true },
    takesEffect: true,
    ...timeout,
  },
  "no response in time, and the request takes effect after it": {
    fault: { kind: "slow", ms: requestTimeoutMs + 100 },
    takesEffect: true,
    ...timeout,
  },
};

// Both provider types use the same client.
describe.each(Object.entries(failedRequests))("dynamic provider: %s", (_name, failure) =>
  testFailure("dynamic", failure, {}),
);

describe.each(Object.entries(missingResponses))("plugin: %s", (_name, failure) =>
  testFailure("plugin", failure, { PINTEREST_REQUEST_TIMEOUT: String(requestTimeoutMs / 1000) }),
);

function testFailure(
  providerType: ProviderType,
  failure: Failure,
  environment: Record<string, string>,
): void {
  const isFinal = failure.attempts === 1;
  const affected = (...names: Name[]) => names.filter((name) => !failure.except?.includes(name));
  let lab: Lab;

  async function open(): Promise<void> {
    // Without reads before an update, which would count as attempts.
    const settings = { PINTEREST_DETECT_DRIFT: "refresh", ...environment };
    lab = await Lab.open({ providerType, accounts: 1, environment: settings });
    const tokens = Object.keys(requests).map((name) => [
      name,
      lab.emulator.addAccount({ name }).access_tokens[0],
    ]);
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
    lab.emulator.seed(2, { prefix: "listed-", account: "listed" });
  }

  /** Makes the next request for these integrations fail, or all requests. */
  function fail(times: 1 | "all", names: readonly Name[]): void {
    lab.emulator.disarmFaults();
    lab.emulator.clearRequests();
    for (const account of names) {
      const { operation } = requests[account];
      lab.emulator.armFault({ ...failure.fault, operation, account, times });
      if (times === "all" && failure.takesEffect) failReadsAfterWrite(account);
    }
  }

  /** Makes the reads fail that would determine the outcome of a write. Those before a create succeed. */
  function failReadsAfterWrite(account: Name): void {
    const { operation } = requests[account];
    const failReads = () =>
      void lab.emulator.armFault({ kind: "response", status: 503, operation: "get", account, times: "all" });
    if (operation === "update" || operation === "delete") failReads();
    if (operation !== "create") return;
    const stop = lab.emulator.onRequest((entry) => {
      if (entry.operation !== "create" || entry.account !== account) return;
      stop();
      failReads();
    });
  }

  /** Checks that all faults affected a request. */
  function expectFailures(): void {
    expect(lab.emulator.faults().filter(({ fired }) => fired === 0)).toEqual([]);
  }

  /** Rejects lists, so that a refresh reads each integration individually. */
  function rejectLists(): void {
    lab.emulator.armFault({ kind: "response", preset: "not-permitted", operation: "list", times: "all" });
  }

  function requestsFor(account: Name): RequestEntry[] {
    const { operation } = requests[account];
    return lab.emulator
      .requests()
      .filter((entry) => entry.operation === operation && entry.account === account);
  }

  /** Checks that all responses about an integration have the ID of the existing one. */
  function expectOneIntegration(name: Name): void {
    const received = lab.emulator
      .requests()
      .filter(({ account }) => account === name)
      .flatMap(({ response_body }) => (response_body as { id?: string } | null)?.id ?? []);
    const existing = lab.emulator.integration(name)?.id;
    expect(existing).toEqual(expect.any(String));
    expect(new Set([existing, ...received])).toEqual(new Set([existing]));
  }

  /** Checks the message about the request that failed: the operation, the failure, the request ID and the remedy. */
  function expectMessage(messages: readonly string[], name: Name): void {
    const start = `${requests[name].doing} (account '${name}') failed`;
    const message = messages.find((line) => line.includes(start));
    expect({ start, messages, found: message !== undefined }).toMatchObject({ found: true });
    expect(message).toMatch(failure.reports);
    expect(message).toMatch(failure.remedy ?? new RegExp(`${nothingChanged}|${mayBeCarriedOut()}`));
    const sent = requestsFor(name);
    if (failure.hasRequestId !== false) {
      const [named] = new RegExp(pattern(namedRequest("\\d+"))).exec(message ?? "") ?? [];
      expect(sent.map(({ request_id }) => namedRequest(request_id))).toContain(named);
    }
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThanOrEqual(failure.attempts ?? 4);
  }

  /** The tags at Pinterest by external business ID. */
  function tagsAtPinterest(): Record<string, unknown> {
    const tagged = lab.emulator.integrations().filter(({ connected_tag_id }) => connected_tag_id);
    return Object.fromEntries(tagged.map((one) => [one.external_business_id, one.connected_tag_id]));
  }

  // After one final failure, the operation has failed.
  if (!isFinal)
    describe("once", () => {
      beforeAll(open);
      afterAll(() => lab.close());

      test("a create, the check before it, and a list succeed, with one integration each", async () => {
        const tags = { created: "1", checked: "1", refreshed: "1", updated: "1", deleted: "1" };
        lab.program(integrations(tags), listingOfAccount);
        fail(1, affected("created", "checked", "listed"));
        await lab.up();
        expectFailures();
        expect(tagsAtPinterest()).toEqual(tags);
        expectOneIntegration("created");
        expectOneIntegration("checked");
        expect(lab.outputs().listed).toBe(2);
      });

      test("a refresh, an update, and a deletion succeed", async () => {
        const tags = { created: "1", checked: "1", refreshed: "1", updated: "2" };
        lab.program(integrations(tags));
        lab.emulator.change("refreshed", { connected_tag_id: "drifted" });
        fail(1, affected("refreshed", "updated", "deleted"));
        rejectLists();
        await lab.up("--refresh");
        expectFailures();
        expect(tagsAtPinterest()).toEqual(tags);
        fail(1, []);
        expect(await lab.previewExit("--refresh")).toBe(0);
      });

      test("a create with stale reads after it succeeds, with one integration", async () => {
        const tags = { created: "1", checked: "1", refreshed: "1", updated: "2", stale: "1" };
        lab.program(integrations(tags));
        lab.emulator.setSwitches({ readLag: 2 });
        fail(1, ["stale"]);
        await lab.up();
        expectFailures();
        expect(tagsAtPinterest()).toEqual(tags);
        expectOneIntegration("stale");
      });
    });

  describe("in each attempt", () => {
    beforeAll(async () => {
      await open();
      lab.program(integrations({ refreshed: "1", updated: "1", deleted: "1" }));
      await lab.up();
      // The limit of an operation's wait for a rate limit that never resets.
      lab.environment.PINTEREST_OPERATION_TIMEOUT = "5";
    });
    afterAll(() => lab.close());

    const changed = { created: "1", checked: "1", refreshed: "1", updated: "2" };

    if (affected("deleted").length > 0)
      test("a deletion fails with a message", async () => {
        // No other resource changes, because the engine deletes nothing if another resource has failed.
        lab.program(integrations({ refreshed: "1", updated: "1" }));
        fail("all", ["deleted"]);
        const { output } = await lab.upFails();
        expectFailures();
        expectMessage(errorLines(output), "deleted");
      });

    test("only a create, the check before it, an update, and a list fail, each with a message", async () => {
      const failing = affected("created", "checked", "updated");
      lab.program(integrations(changed), listingOfAccount);
      fail("all", [...failing, "listed"]);
      const { output } = await lab.upFails();
      expectFailures();
      for (const name of failing) expectMessage(errorLines(output), name);
      expectMessage([String(lab.outputs().listed)], "listed");
      const failed = output.matchAll(/(?:error: |\* )\w+ commerce integration "([^"]*)" .*?failed/g);
      expect(new Set([...failed].map(([, id]) => id))).toEqual(new Set(failing));
    });

    test("a refresh fails with a message, without drift, and state does not change", async () => {
      fail("all", ["refreshed"]);
      rejectLists();
      const before = lab.state();
      const { exitCode, output } = await lab.run("refresh", "--skip-preview");
      expect([0, 7]).not.toContain(exitCode);
      expectFailures();
      expectMessage(errorLines(output), "refreshed");
      const { inputs, outputs } = before.refreshed ?? {};
      expect(lab.state().refreshed).toMatchObject({ inputs, outputs });
    });

    test("the next update converges, with one integration each", async () => {
      fail("all", []);
      await lab.up("--refresh");
      expect(tagsAtPinterest()).toEqual(changed);
      expectOneIntegration("created");
      expectOneIntegration("checked");
      for (const resource of Object.values(lab.state())) expect(resource).not.toHaveProperty("initErrors");
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });
}

/** Integrations with these tags, by external business ID. */
function integrations(tags: Record<string, string>): Declarations {
  return Object.fromEntries(
    Object.entries(tags).map(([id, connectedTagId]) => [
      id,
      { externalBusinessId: id, account: id, connectedTagId },
    ]),
  );
}

/** A stack output: the number of integrations of the account `listed`, or the error. */
const listingOfAccount = `
exports.listed = pinterest.getIntegrations({ account: "listed" }).then(
  ({ integrations }) => integrations.length,
  (error) => error.message,
);`;

/** The engine's errors, without the output of provider processes. */
function errorLines(output: string): string[] {
  return output.split("\n").filter((line) => /error: |\* /.test(line));
}
