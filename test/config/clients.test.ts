import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients, readConfiguration, takeInventory } from "../../provider/config";
import { hostOf, programContext } from "../../provider/run/run-context";
import { TestClock } from "../api/credentials/helpers/test-clock";
import { testOnPosix } from "../platform";
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

test("creates one client per account", () => {
  const accountClients = clients({ accessToken: "pina_a", accounts: '{"b":"pina_b"}' });
  expect(accountClients.client("b")).toBe(accountClients.client("b"));
  expect(accountClients.client(undefined)).toBe(accountClients.client(undefined));
  expect(accountClients.client("b")).not.toBe(accountClients.client(undefined));
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "accepts an account named %s",
  async (name) => {
    expect(() => clients({ accessToken: "pina_a" }).client(name)).toThrow(
      `no access token for account '${name}'`,
    );
    await clients({ accounts: `{${json(name)}:${json(emulator.token("shop-2"))}}` })
      .client(name)
      .listIntegrations();
    expect(emulator.counters().accounts).toEqual({ "shop-2": { GET: 1 } });
  },
);

test("applies the configured request timeout", async () => {
  emulator.armFault({ kind: "hang", times: "all" });
  // An account that other tests do not use, because the emulator may count the canceled request later.
  const call = clients({ accessToken: emulator.token("shop-2"), requestTimeout: "0.02" })
    .client(undefined)
    .listIntegrations();
  await expect(call).rejects.toMatchObject({ kind: "timeout", summary: expect.stringContaining("0.02 s") });
});

test("rejects an invalid address without repeating it", () => {
  const read = () =>
    clients({ accessToken: "pina_a", apiUrl: "http://user:5ecret@10.0.0.1" }).client(undefined);
  expect(read).toThrow(/apiUrl/);
  expect(read).not.toThrow(/5ecret/);
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

test("a refresh token has the source of its key", () => {
  const values: Values = { accounts: '{"a":{"refreshToken":"pinr_a"}}', appId: "1", appSecret: "s" };
  const host = hostWith({ PINTEREST_REFRESH_TOKEN: "pinr_x" });
  const accountClients = new Clients(readConfiguration((key) => values[key], host));
  expect(accountClients.credentials(undefined).from).toBe("environment");
  expect(accountClients.credentials("a").from).toBe("configuration");
});

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

test("exchanges a refresh token once for all requests", async () => {
  const refreshToken = emulator.refreshToken("shop-1");
  const accountClients = clients({ refreshToken, ...appOf("shop-1") });
  await accountClients.client(undefined).listIntegrations();
  await accountClients.client(undefined).listIntegrations();
  const { operations, accounts } = emulator.counters();
  expect(operations).toMatchObject({ token: 1 });
  expect(accounts["shop-1"]).toMatchObject({ GET: 2 });
});

test("exchanges refresh tokens of several accounts with one app", async () => {
  const accounts = json({
    a: { refreshToken: emulator.refreshToken("shop-1") },
    b: { refreshToken: emulator.refreshToken("shop-2") },
  });
  const accountClients = clients({ accounts, ...appOf("shop-1") });
  await Promise.all([
    accountClients.client("a").listIntegrations(),
    accountClients.client("b").listIntegrations(),
  ]);
  expect(emulator.counters().accounts).toMatchObject({
    "shop-1": expect.objectContaining({ GET: 1 }),
    "shop-2": expect.objectContaining({ GET: 1 }),
  });
});

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

test("retries an exchange within the operation timeout", async () => {
  const headers = { "retry-after": "20" };
  emulator.armFault({ kind: "response", operation: "token", status: 503, headers, times: 2 });
  const clock = new TestClock();
  const configuration = configured({
    apiUrl: emulator.url,
    refreshToken: emulator.refreshToken(),
    ...appOf("shop-1"),
    requestTimeout: "10",
    operationTimeout: "60",
  });
  const accountClients = new Clients(configuration, { clock });
  await expect(accountClients.credentials(undefined).accessToken()).resolves.toMatch(/^pina_/);
  expect(clock.sleeps).toEqual([20_500, 20_500]);
});

test("reports a revoked refresh token with a remedy", async () => {
  const refreshToken = emulator.refreshToken("shop-1");
  emulator.expireToken(refreshToken);
  const error = await clients({ refreshToken, ...appOf("shop-1") })
    .client(undefined)
    .listIntegrations()
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ kind: "credentials", isRevoked: true });
  expect(error.message).toMatch(
    /^listing the account's integrations failed: no usable access token: Pinterest rejected.*code 283.*merchant must connect/,
  );
  expect(error.message).not.toContain(refreshToken);
});

test("reports a wrong app secret", async () => {
  const values = { refreshToken: emulator.refreshToken("shop-1"), ...appOf("shop-1"), appSecret: "5ecret" };
  const error = await clients(values)
    .client(undefined)
    .listIntegrations()
    .catch((thrown) => thrown);
  expect(error.message).toMatch(/app ID or app secret is wrong/);
  expect(error.message).not.toContain("5ecret");
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

test("ignores errors of the listeners to exchanges and expiries", async () => {
  const fail = () => {
    throw new Error("listener");
  };
  const values = { apiUrl: emulator.url, refreshToken: emulator.refreshToken(), ...appOf("shop-1") };
  const accountClients = new Clients(configured(values), { onExchange: fail, onExpiry: fail });
  await expect(accountClients.client(undefined).listIntegrations()).resolves.toMatchObject({ items: [] });
});

test("keeps exchanged tokens in the token file", async () => {
  const values = {
    refreshToken: emulator.refreshToken(),
    ...appOf("shop-1"),
    tokenFile: join(temporaryDirectory(), "tokens.json"),
  };
  for (const _process of [1, 2]) await clients(values).client(undefined).listIntegrations();
  expect(emulator.counters().operations).toMatchObject({ token: 1, list: 2 });
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

test("takes an inventory although the listener to its progress throws", async () => {
  emulator.seed(1);
  const fail = () => {
    throw new Error("the terminal is closed");
  };
  const inventory = await takeInventory(clients({ accessToken: emulator.token() }), [undefined], fail);
  expect(inventory).toMatchObject([{ account: undefined, integrations: [{}] }]);
});

testOnPosix("sockets with paths")(
  "waits for the shared request limit that the run context names",
  async () => {
    const socketPath = join(temporaryDirectory(), "limit");
    const sentBefore: number[] = [];
    const server = createServer((_request, response) => {
      sentBefore.push(emulator.counters().requests);
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const host = hostOf({ environment: {}, context: { ...programContext, requestLimiter: socketPath } });
    const values = { apiUrl: emulator.url, accessToken: emulator.token() };
    try {
      const client = new Clients(configured(values, host)).client(undefined);
      await client.listIntegrations();
      await client.listIntegrations();
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(sentBefore).toEqual([0, 1]);
  },
);
