import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Emulator, type FaultAction, type Operation, startEmulator } from "../../emulator";
import { PinterestApiError, type PinterestClient, staticToken, systemClock } from "../../provider/api";
import { Clients, readConfiguration } from "../../provider/config";
import { clientFor, failureOf, failureOfKind } from "../api/helpers/client";
import { hostWith } from "../run-context";

const log = { clientTimestamp: 1_700_000_000_000, eventType: "API", logLevel: "INFO" } as const;

interface OperationCase {
  readonly operation: Operation;
  readonly call: (client: PinterestClient) => Promise<unknown>;
  readonly operationText: string;
}

const operations: readonly OperationCase[] = [
  {
    operation: "create",
    call: (client) => client.createCommerceIntegration({ externalBusinessId: "shop" }),
    operationText: "creating commerce integration \"shop\" (account 'north')",
  },
  {
    operation: "get",
    call: (client) => client.getCommerceIntegration("shop"),
    operationText: "reading commerce integration \"shop\" (account 'north')",
  },
  {
    operation: "update",
    call: (client) => client.updateCommerceIntegration("shop", { connectedTagId: "1" }),
    operationText: "updating commerce integration \"shop\" (account 'north')",
  },
  {
    operation: "delete",
    call: (client) => client.deleteCommerceIntegration("shop"),
    operationText: "deleting commerce integration \"shop\" (account 'north')",
  },
  {
    operation: "list",
    call: (client) => client.listIntegrations(),
    operationText: "listing the account's integrations (account 'north')",
  },
  {
    operation: "getById",
    call: (client) => client.getIntegration("73"),
    operationText: "reading integration ID \"73\" (account 'north')",
  },
  {
    operation: "logs",
    call: (client) => client.reportLogs([log]),
    operationText: "reporting logs (account 'north')",
  },
];

interface Rejection {
  readonly status: number;
  readonly code: number;
  readonly action: FaultAction;
  readonly outcome: "refused" | "unknown";
}

function rejection(status: number, code: number, outcome: Rejection["outcome"] = "refused"): Rejection {
  const body = { code, message: "As documented." };
  return { status, code, action: { kind: "response", status, body }, outcome };
}

/** Every rejection that the descriptions or Pinterest's own clients list for an operation. */
const rejections: readonly Rejection[] = [
  rejection(400, 1),
  rejection(401, 2),
  rejection(401, 3),
  rejection(403, 29),
  rejection(404, 4180),
  rejection(404, 4517),
  rejection(409, 4163),
  rejection(409, 4182),
  rejection(429, 8),
  rejection(500, 0, "unknown"),
  rejection(503, 911, "unknown"),
];

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

/** Creates the client of a separate program. Its clock is new, because clients with the same clock share rate limits. */
const program = () =>
  clientFor(emulator.url, {
    account: "north",
    credentials: staticToken(emulator.token()),
    clock: { ...systemClock },
  });

describe.each(operations)("$operation", ({ operation, call, operationText }) => {
  test.each(rejections)(
    "reports a failure with HTTP $status, code $code",
    async ({ status, code, action, outcome }) => {
      emulator.armFault({ ...action, operation });
      const result = call(program());
      if (operation === "logs" && (status === 400 || outcome === "unknown")) {
        // A rejected entry and an unknown outcome are reported by entry, not thrown.
        const report = { index: 0, reason: expect.stringContaining(`HTTP ${status}, code ${code}`) };
        expect(await result).toEqual({
          accepted: [],
          rejected: status === 400 ? [report] : [],
          unknown: status === 400 ? [] : [report],
          ...(status === 400 ? {} : { stopped: expect.any(PinterestApiError) }),
        });
        return;
      }
      const error = await failureOfKind(PinterestApiError, result);
      const requestId = emulator.requests()[0]?.request_id;
      expect(error).toMatchObject({ status, code, outcome, requestId, attempts: 1 });
      const [failure, advice] = error.message.split(`(request ID ${requestId}). `);
      expect(failure).toBe(
        `${operationText} failed: Pinterest responded with HTTP ${status}, code ${code}: As documented `,
      );
      expect(advice).toMatch(/^[A-Z].{20,}[.`]$/);
    },
  );
});

describe("an exchange of a refresh token", () => {
  const client = () => {
    const { app_id, app_secret, refresh_token } = emulator.account();
    const settings: Record<string, string> = {
      apiUrl: emulator.url,
      refreshToken: refresh_token,
      appId: app_id,
      appSecret: app_secret,
      maxAttempts: "1",
    };
    return new Clients(readConfiguration((key) => settings[key], hostWith())).client(undefined);
  };

  test.each([
    [400, 1],
    [401, 2],
    [401, 283],
    [429, 8],
    [503, 0],
  ])(
    "that fails with HTTP %d, code %d fails the operation that needs it, and the error reports it",
    async (status, code) => {
      emulator.armFault({ ...rejection(status, code).action, operation: "token" });
      const error = await failureOf(client().getCommerceIntegration("shop"), "credentials");
      expect(error.outcome).toBe("never-sent");
      expect(error.message).toMatch(
        new RegExp(
          `^reading commerce integration "shop" failed: .*HTTP ${status}, code ${code}: As documented`,
        ),
      );
      expect(emulator.counters().operations).toMatchObject({ token: 1, get: 0 });
    },
  );

  test("is limited by its own category", async () => {
    emulator.setSwitches({ rateLimits: { org_read: [{ limit: 1, window: 60 }] } });
    emulator.put("shop");
    await client().getCommerceIntegration("shop");
    const error = await failureOf(client().getCommerceIntegration("shop"));
    expect(error.message).toContain("HTTP 429, code 8");
  });
});

test.each(operations)(
  "$operation is limited by its category if another program has used up the limit",
  async ({ operation, call }) => {
    const once = [{ limit: 1, window: 60 }];
    emulator.setSwitches({ rateLimits: { ads_read: once, ads_write: once } });
    emulator.put("shop");
    await call(program()).catch(() => {});
    const error = await failureOfKind(PinterestApiError, call(program()));
    expect(error).toMatchObject({ status: 429, code: 8, outcome: "refused", retryAfterMs: 60_000 });
    expect(emulator.requests().filter(({ status }) => status === 429)).toMatchObject([{ operation }]);
  },
);
