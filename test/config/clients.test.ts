import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients, readConfiguration } from "../../provider/config";
import { hostWith } from "../run-context";
import { configured, type Values } from "./helpers/configuration";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

function clients(values: Values = {}): Clients {
  return new Clients(configured({ apiUrl: emulator.url, maxAttempts: "1", ...values }));
}

const json = JSON.stringify;

test("sends the token of the account", async () => {
  const accountClients = clients({
    accessToken: emulator.token("shop-1"),
    accounts: json({ b: emulator.token("shop-2") }),
  });
  await accountClients.client(undefined).listIntegrations();
  await accountClients.client("b").listIntegrations();
  await accountClients.client("b").listIntegrations();
  expect(emulator.counters().accounts).toEqual({ "shop-1": { GET: 1 }, "shop-2": { GET: 2 } });
});

const rejected = "this one is wrong, expired or revoked.";

test.each<[string, Values, Record<string, string>, string | undefined, string | undefined, string]>([
  [
    "environment",
    {},
    { PINTEREST_ACCESS_TOKEN: "pina_x" },
    undefined,
    "south",
    `in PINTEREST_ACCESS_TOKEN: ${rejected}`,
  ],
  [
    "configuration",
    { accessToken: "pina_x" },
    {},
    undefined,
    undefined,
    `in \`pinterest:accessToken\`: ${rejected}`,
  ],
  [
    "configuration",
    { accessToken: "pina_x" },
    {},
    undefined,
    "south",
    `in \`accessToken\` of provider 'south': ${rejected}`,
  ],
  [
    "configuration",
    { accounts: '{"a":"pina_x"}' },
    {},
    "a",
    "south",
    `for account 'a' in \`accounts\` of provider 'south': ${rejected}`,
  ],
  [
    "environment",
    {},
    { PINTEREST_ACCOUNTS: '{"a":"pina_x"}' },
    "a",
    undefined,
    `for account 'a' in PINTEREST_ACCOUNTS: ${rejected}`,
  ],
])(
  "the remedy for a rejected token fits its source: %s (case %#)",
  (from, values, environment, account, provider, place) => {
    const configuration = readConfiguration((key) => values[key], hostWith(environment));
    const credentials = new Clients(configuration, { provider: () => provider }).credentials(account);
    expect(credentials).toMatchObject({ from, remedy: `Set a valid access token ${place}` });
  },
);

test("the remedy for a rejected token of the account command names the command and the account", () => {
  const credentials = clients({ accountCommand: "print-tokens" }).credentials("a");
  expect(credentials).toMatchObject({
    from: "command",
    remedy:
      "Check what the command in pinterest:accountCommand (PINTEREST_ACCOUNT_COMMAND) prints for account 'a': the access token is wrong, expired or revoked.",
  });
});

/** Configuration of the emulator's app. */
function appOf(account: string): Values {
  const { app_id, app_secret } = emulator.account(account);
  return { appId: app_id, appSecret: app_secret };
}

test("shares the exchange of accounts with the same refresh token", async () => {
  const refreshToken = emulator.refreshToken("shop-1");
  const accountClients = clients({
    accounts: json({ a: { refreshToken }, b: { refreshToken } }),
    ...appOf("shop-1"),
  });
  await Promise.all([
    accountClients.client("a").listIntegrations(),
    accountClients.client("b").listIntegrations(),
  ]);
  expect(emulator.counters().operations).toMatchObject({ token: 1, list: 2 });
});

test("passes operations, exchanges and expiries to listeners, without tokens", async () => {
  const events: object[] = [];
  const { refresh_token: refreshToken, app_id: appId, app_secret: appSecret } = emulator.account("shop-2");
  const accounts = json({ b: { refreshToken, appId, appSecret } });
  const accountClients = new Clients(
    configured({ apiUrl: emulator.url, accessToken: emulator.token(), accounts }),
    {
      onOperation: ({ account, status, requestId, rate }) =>
        events.push({ account, status, requestId, rate }),
      onExchange: (event) => events.push(event),
      onExpiry: (event) => events.push(event),
    },
  );
  await accountClients.client("b").listIntegrations();
  await accountClients.client(undefined).listIntegrations();
  const succeeded = { status: 200, rate: { limits: [] } };
  expect(events).toEqual([
    { account: "b", scopes: ["ads:read", "ads:write"], renewed: true },
    { account: "b", token: "refresh token", expiresAt: expect.any(Number) },
    { ...succeeded, account: "b", requestId: expect.any(String) },
    { ...succeeded, requestId: expect.any(String) },
  ]);
  expect(json(events)).not.toMatch(/pin[ar]_/);
});
