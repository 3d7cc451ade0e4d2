import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Emulator, startEmulator } from "../../emulator";
import { Clients, type Configuration } from "../../provider/configuration";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.stop());

function clients(configuration: Partial<Configuration> = {}): Clients {
  return new Clients({
    apiUrl: emulator.url,
    requestTimeoutMs: 30_000,
    settleTimeoutMs: 10_000,
    accounts: new Map(),
    operationTimeoutMs: 300_000,
    maxAttempts: 1,
    whenUnreachable: "fail",
    compareSecrets: false,
    reportLogs: false,
    ...configuration,
  });
}

test("the default account has its token, each named one its own", async () => {
  const made = clients({
    accessToken: emulator.token("shop-1"),
    accounts: new Map([["b", emulator.token("shop-2")]]),
  });
  await made.client(undefined).listIntegrations();
  await made.client("b").listIntegrations();
  await made.client("b").listIntegrations();
  expect(emulator.counters().accounts).toEqual({ "shop-1": { GET: 1 }, "shop-2": { GET: 2 } });
});

test("an account has one client, however often it is asked for", () => {
  const made = clients({ accessToken: "pina_a", accounts: new Map([["b", "pina_b"]]) });
  expect(made.client("b")).toBe(made.client("b"));
  expect(made.client(undefined)).toBe(made.client(undefined));
  expect(made.client("b")).not.toBe(made.client(undefined));
});

test("without a token of the default account, asking for it says what to set", () => {
  expect(() => clients({ accounts: new Map([["b", "pina_b"]]) }).client(undefined)).toThrow(
    /^no access token: set `pinterest:accessToken` \(PINTEREST_ACCESS_TOKEN\).*--secret pinterest:accessToken.*or name an account$/,
  );
});

test("an account that is not there is named, with those that are", () => {
  const accounts = new Map([
    ["shop-a", "pina_5ecret"],
    ["shop-b", "pina_5ecret"],
  ]);
  const ask = () => clients({ accessToken: "pina_5ecret", accounts }).client("shop-c");
  expect(ask).toThrow(
    "no access token for account 'shop-c': `pinterest:accounts` (PINTEREST_ACCOUNTS) holds 'shop-a', 'shop-b'",
  );
  expect(ask).not.toThrow(/5ecret/);
});

test("of many accounts twenty are named, and the others counted", () => {
  const accounts = new Map(Array.from({ length: 200 }, (_, index) => [`shop-${index + 1}`, "pina_a"]));
  expect(() => clients({ accounts }).client("other")).toThrow(/'shop-20', and 180 more$/);
});

test("exactly twenty accounts are all named", () => {
  const accounts = new Map(Array.from({ length: 20 }, (_, index) => [`shop-${index + 1}`, "pina_a"]));
  expect(() => clients({ accounts }).client("other")).toThrow(/'shop-20'$/);
});

test("where no accounts are configured, that is said", () => {
  expect(() => clients({ accessToken: "pina_a" }).client("shop-c")).toThrow(
    /PINTEREST_ACCOUNTS\) is not set$/,
  );
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "an account called %s is one like any other",
  async (name) => {
    expect(() => clients({ accessToken: "pina_a" }).client(name)).toThrow(
      `no access token for account '${name}'`,
    );
    await clients({ accounts: new Map([[name, emulator.token("shop-2")]]) })
      .client(name)
      .listIntegrations();
    expect(emulator.counters().accounts).toEqual({ "shop-2": { GET: 1 } });
  },
);

test("the configured time for a request is the client's", async () => {
  emulator.armFault({ kind: "hang", times: "all" });
  const call = clients({ accessToken: emulator.token(), requestTimeoutMs: 20 })
    .client(undefined)
    .listIntegrations();
  await expect(call).rejects.toMatchObject({ kind: "timeout", timeoutMs: 20 });
});

test("an address that is none is refused, without repeating it", () => {
  const ask = () =>
    clients({ accessToken: "pina_a", apiUrl: "http://user:5ecret@10.0.0.1" }).client(undefined);
  expect(ask).toThrow(/apiUrl/);
  expect(ask).not.toThrow(/5ecret/);
});
