import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Emulator, type Operation, startEmulator } from "../../emulator";
import { PinterestApiError, type PinterestClient, staticToken, systemClock } from "../../provider/api";
import { Clients, readConfiguration } from "../../provider/config";
import { clientFor, failureOf } from "../api/helpers/client";
import { hostWith } from "../run-context";

const log = { clientTimestamp: 1_700_000_000_000, eventType: "API", logLevel: "INFO" } as const;

const operations: readonly (readonly [
  operation: Operation,
  text: string,
  call: (client: PinterestClient) => Promise<unknown>,
])[] = [
  [
    "create",
    'creating commerce integration "shop"',
    (client) => client.createCommerceIntegration({ externalBusinessId: "shop" }),
  ],
  ["get", 'reading commerce integration "shop"', (client) => client.getCommerceIntegration("shop")],
  [
    "update",
    'updating commerce integration "shop"',
    (client) => client.updateCommerceIntegration("shop", { connectedTagId: "1" }),
  ],
  ["delete", 'deleting commerce integration "shop"', (client) => client.deleteCommerceIntegration("shop")],
  ["list", "listing the account's integrations", (client) => client.listIntegrations()],
  ["getById", 'reading integration ID "73"', (client) => client.getIntegration("73")],
  ["logs", "reporting logs", (client) => client.reportLogs([log])],
];

const bodyOf = (code: number) => ({ code, message: "As documented." });

/** Every rejection that the descriptions or Pinterest's own clients list for an operation. */
const rejections = [
  [400, 1, "refused"],
  [401, 2, "refused"],
  [401, 3, "refused"],
  [403, 29, "refused"],
  [404, 4180, "refused"],
  [404, 4517, "refused"],
  [409, 4163, "refused"],
  [409, 4182, "refused"],
  [429, 8, "refused"],
  [500, 0, "unknown"],
  [503, 911, "unknown"],
] as const;

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

describe.each(operations)("%s", (operation, text, call) => {
  test.each(rejections)("reports a failure with HTTP %d, code %d", async (status, code, outcome) => {
    emulator.armFault({ kind: "response", status, body: bodyOf(code), operation });
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
    const error = await failureOf(result, "api");
    const requestId = emulator.requests()[0]?.request_id;
    expect(error).toMatchObject({ status, code, outcome, requestId, attempts: 1 });
    const [failure, advice] = error.message.split(`(request ID ${requestId}). `);
    expect(failure).toBe(
      `${text} (account 'north') failed: Pinterest responded with HTTP ${status}, code ${code}: As documented `,
    );
    expect(advice).toMatch(/^[A-Z].{20,}[.`]$/);
  });
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
    [401, 2],
    [401, 283],
    [503, 0],
  ])(
    "that fails with HTTP %d, code %d fails the operation that needs it, and the error reports it",
    async (status, code) => {
      emulator.armFault({ kind: "response", status, body: bodyOf(code), operation: "token" });
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
});
