import { describe, expect, test } from "@jest/globals";
import { type ConfigurationKey, type Lookup, readConfiguration } from "../../provider/configuration";

const from =
  (values: { [K in ConfigurationKey]?: string }): Lookup =>
  (key) =>
    values[key];
const nothing = from({});

function failureOf(values: { [K in ConfigurationKey]?: string }): string {
  try {
    readConfiguration(from(values), {});
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected a failure");
}

test("without any configuration there are defaults, and no token", () => {
  expect(readConfiguration(nothing, {})).toStrictEqual({
    apiUrl: "https://api.pinterest.com/v5",
    requestTimeoutMs: 30_000,
    settleTimeoutMs: 10_000,
    accounts: new Map(),
  });
});

test("every key is read", () => {
  const values = {
    apiUrl: "http://127.0.0.1:1/v5",
    requestTimeout: "1.5",
    settleTimeout: "3600",
    accessToken: "pina_a",
    accounts: '{"shop-a":"pina_b"}',
  };
  expect(readConfiguration(from(values), {})).toStrictEqual({
    apiUrl: "http://127.0.0.1:1/v5",
    requestTimeoutMs: 1500,
    settleTimeoutMs: 3_600_000,
    accessToken: "pina_a",
    accounts: new Map([["shop-a", "pina_b"]]),
  });
});

test("every key has a variable, which is read where the key is not set", () => {
  const environment = {
    PINTEREST_API_URL: "http://127.0.0.1:2/v5",
    PINTEREST_REQUEST_TIMEOUT: "2",
    PINTEREST_SETTLE_TIMEOUT: "3",
    PINTEREST_ACCESS_TOKEN: "pina_c",
    PINTEREST_ACCOUNTS: '{"shop-b":"pina_d"}',
  };
  expect(readConfiguration(nothing, environment)).toStrictEqual({
    apiUrl: "http://127.0.0.1:2/v5",
    requestTimeoutMs: 2000,
    settleTimeoutMs: 3000,
    accessToken: "pina_c",
    accounts: new Map([["shop-b", "pina_d"]]),
  });
});

test("a key goes before its variable, each for itself", () => {
  const environment = { PINTEREST_ACCESS_TOKEN: "pina_variable", PINTEREST_API_URL: "http://127.0.0.1:2/v5" };
  expect(readConfiguration(from({ accessToken: "pina_key" }), environment)).toMatchObject({
    accessToken: "pina_key",
    apiUrl: "http://127.0.0.1:2/v5",
  });
});

test("an empty text is no value, in a key and in a variable", () => {
  const environment = {
    PINTEREST_ACCESS_TOKEN: "pina_variable",
    PINTEREST_API_URL: "",
    PINTEREST_ACCOUNTS: "",
  };
  expect(readConfiguration(from({ accessToken: "", requestTimeout: "" }), environment)).toMatchObject({
    accessToken: "pina_variable",
    apiUrl: "https://api.pinterest.com/v5",
    requestTimeoutMs: 30_000,
    accounts: new Map(),
  });
});

describe.each([
  ["requestTimeout", "PINTEREST_REQUEST_TIMEOUT"],
  ["settleTimeout", "PINTEREST_SETTLE_TIMEOUT"],
] as const)("%s", (key, variable) => {
  test.each(["0", "-1", "3601", "30s", "pina_5ecret", "NaN", "Infinity", "1,5"])(
    "is refused as %j, naming the key, its variable and what is allowed, not the value",
    (value) => {
      const message = failureOf({ [key]: value });
      expect(message).toContain(`\`pinterest:${key}\` (${variable})`);
      expect(message).toContain("allowed is a number of seconds above 0 and up to 3600");
      expect(message).not.toContain(`'${value}'`);
      expect(message).not.toContain("5ecret");
    },
  );
});

describe("accounts", () => {
  const allowed = "a JSON object of account names and access tokens";

  test.each([
    ["a token alone", "pina_5ecret", /is not JSON/],
    ["JSON that breaks off", '{"shop-a":"pina_5ecret"', /is not JSON/],
    ["a text", '"pina_5ecret"', /is no JSON object/],
    ["a list", '["pina_5ecret"]', /is no JSON object/],
    ["null", "null", /is no JSON object/],
    ["names and tokens swapped", '{"pina_5ecret_0123456789":"shop-a"}', /holds a token where a name belongs/],
    ["an empty token", '{"other":"pina_5ecret","shop-a":""}', /holds no access token for 'shop-a'/],
    ["a number for a token", '{"shop-a":815,"other":"pina_5ecret"}', /holds no access token for 'shop-a'/],
    [
      "an object for a token",
      '{"shop-a":{"accessToken":"pina_5ecret"}}',
      /holds no access token for 'shop-a'/,
    ],
  ])("are refused as %s, without the text", (_what, accounts, problem) => {
    const message = failureOf({ accounts });
    expect(message).toMatch(problem);
    expect(message).toContain("`pinterest:accounts` (PINTEREST_ACCOUNTS)");
    expect(message).toContain(allowed);
    expect(message).not.toMatch(/5ecret|815/);
  });

  test.each(["__proto__", "constructor", "toString", "shop a/ä", "1"])("may be called %j", (name) => {
    const accounts = `{${JSON.stringify(name)}:"pina_a"}`;
    expect(readConfiguration(from({ accounts }), {}).accounts).toEqual(new Map([[name, "pina_a"]]));
  });
});
