import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Emulator, type Operation, startEmulator } from "../../emulator";
import { PinterestApiError, type PinterestClient, staticToken } from "../../provider/api";
import { systemClock } from "../../provider/base/clock";
import { Clients, readConfiguration } from "../../provider/config";
import { clientFor, failureOf } from "../api/helpers/client";
import {
  creating,
  deleting,
  listing,
  namedRequest,
  reading,
  responded,
  updating,
} from "../expected/messages";
import { hostWith } from "../run-context";

const log = { clientTimestamp: 1_700_000_000_000, eventType: "API", logLevel: "INFO" } as const;

type Call = (client: PinterestClient) => Promise<unknown>;

const operations: readonly (readonly [operation: Operation, doing: string, call: Call])[] = [
  ["create", creating("shop"), (client) => client.createCommerceIntegration({ externalBusinessId: "shop" })],
  ["get", reading("shop"), (client) => client.getCommerceIntegration("shop")],
  ["update", updating("shop"), (client) => client.updateCommerceIntegration("shop", { connectedTagId: "1" })],
  ["delete", deleting("shop"), (client) => client.deleteCommerceIntegration("shop")],
  ["list", listing, (client) => client.listIntegrations()],
  ["getById", 'reading integration ID "73"', (client) => client.getIntegration("73")],
];

const reportLogs: Call = (client) => client.reportLogs([log]);

const bodyOf = (code: number) => ({ code, message: "As documented." });

/** Every rejection that the descriptions or Pinterest's own clients list for an operation. */
const refusals = [
  [401, 2],
  [401, 3],
  [403, 29],
  [404, 4180],
  [404, 4517],
  [409, 4163],
  [409, 4182],
  [429, 8],
] as const;
const invalid = [400, 1] as const;
const serverErrors = [
  [500, 0],
  [503, 911],
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

/** The result of a call to which Pinterest responds with this failure. */
function failing(operation: Operation, status: number, code: number, call: Call): Promise<unknown> {
  emulator.armFault({ kind: "response", status, body: bodyOf(code), operation });
  return call(program());
}

/** Expects an error with Pinterest's response and advice. */
async function expectError(result: Promise<unknown>, doing: string, status: number, code: number) {
  const error = await failureOf(result, "api");
  const requestId = emulator.requests()[0]?.request_id;
  expect(error).toMatchObject({ status, code, requestId, attempts: 1 });
  const [failure, advice] = error.message.split(`${namedRequest(`${requestId}`)}. `);
  expect(failure).toBe(`${doing} (account 'north') failed: ${responded(status, code)}: As documented `);
  expect(advice).toMatch(/^[A-Z].{20,}[.`]$/);
  return error;
}

describe.each(operations)("%s", (operation, doing, call) => {
  test.each([invalid, ...refusals])("is refused by HTTP %d, code %d", async (status, code) => {
    const error = await expectError(failing(operation, status, code, call), doing, status, code);
    expect(error.outcome).toBe("refused");
  });

  test.each(serverErrors)("has an unknown outcome after HTTP %d, code %d", async (status, code) => {
    const error = await expectError(failing(operation, status, code, call), doing, status, code);
    expect(error.outcome).toBe("unknown");
  });
});

describe("logs", () => {
  test.each(refusals)("are refused by HTTP %d, code %d", async (status, code) => {
    const result = failing("logs", status, code, reportLogs);
    const error = await expectError(result, "reporting logs", status, code);
    expect(error.outcome).toBe("refused");
  });

  test("have a report of the entry that HTTP 400 rejects", async () => {
    expect(await failing("logs", ...invalid, reportLogs)).toEqual({
      accepted: [],
      rejected: [{ index: 0, reason: expect.stringContaining("HTTP 400, code 1") }],
      unknown: [],
    });
  });

  test.each(serverErrors)(
    "have a report of an unknown outcome after HTTP %d, code %d",
    async (status, code) => {
      expect(await failing("logs", status, code, reportLogs)).toEqual({
        accepted: [],
        rejected: [],
        unknown: [{ index: 0, reason: expect.stringContaining(`HTTP ${status}, code ${code}`) }],
        stopped: expect.any(PinterestApiError),
      });
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
        new RegExp(`^${reading("shop")} failed: .*HTTP ${status}, code ${code}: As documented`),
      );
      expect(emulator.counters().operations).toMatchObject({ token: 1, get: 0 });
    },
  );
});
