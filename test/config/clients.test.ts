import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients, readConfiguration, takeInventory } from "../../provider/config";
import { wrongToken } from "../expected/messages";
import { hostWith } from "../run-context";
import { temporaryDirectory } from "../temporary-directory";
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

interface Place {
  readonly place: string;
  readonly from: "environment" | "configuration";
  readonly values?: Values;
  readonly environment?: Record<string, string>;
  readonly account?: string;
  readonly provider?: string;
}

test.each<Place>([
  {
    place: "in PINTEREST_ACCESS_TOKEN",
    from: "environment",
    environment: { PINTEREST_ACCESS_TOKEN: "x" },
    provider: "south",
  },
  { place: "in `pinterest:accessToken`", from: "configuration", values: { accessToken: "x" } },
  {
    place: "in `accessToken` of provider 'south'",
    from: "configuration",
    values: { accessToken: "x" },
    provider: "south",
  },
  {
    place: "for account 'a' in `accounts` of provider 'south'",
    from: "configuration",
    values: { accounts: '{"a":"x"}' },
    account: "a",
    provider: "south",
  },
  {
    place: "for account 'a' in PINTEREST_ACCOUNTS",
    from: "environment",
    environment: { PINTEREST_ACCOUNTS: '{"a":"x"}' },
    account: "a",
  },
])(
  "the remedy for a rejected token names its place: $place",
  ({ place, from, values = {}, environment, account, provider }) => {
    const configuration = readConfiguration((key) => values[key], hostWith(environment));
    const credentials = new Clients(configuration, { provider: () => provider }).credentials(account);
    const remedy = `${wrongToken(` ${place}`)}.`;
    expect(credentials).toMatchObject({ from, remedy });
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

test("takes an inventory of accounts with one run of the account command, and reports its progress", async () => {
  emulator.seed(300);
  // More accounts than are listed in parallel.
  const names = Array.from({ length: 9 }, (_, index) => `account-${index}`);
  const runs = join(temporaryDirectory(), "runs");
  const script = `require("node:fs").appendFileSync(${json(runs)}, require("node:fs").readFileSync(0));
    console.log(${json(json(Object.fromEntries(names.map((name) => [name, emulator.token("shop-2")]))))});`;
  const accountCommand = json([process.execPath, "-e", script]);
  const progress: unknown[] = [];
  const inventory = await takeInventory(
    clients({ accessToken: emulator.token(), accountCommand }),
    [undefined, ...names, "nobody"],
    ({ ...each }) => progress.push(each),
  );
  expect(inventory.map(({ account, integrations }) => [account, integrations?.length])).toEqual([
    [undefined, 300],
    ...names.map((name) => [name, 0]),
    ["nobody", undefined],
  ]);
  expect(inventory.at(-1)?.error).toMatchObject({ kind: "credentials" });
  expect(readFileSync(runs, "utf8")).toBe(`${json({ accounts: [...names, "nobody"] })}\n`);
  // One report per page or account: the default account has two pages, and the last account has none.
  expect(progress).toHaveLength(11 + 2 + 9);
  expect(progress.at(-1)).toEqual({ accounts: 11, integrations: 300 });
});
