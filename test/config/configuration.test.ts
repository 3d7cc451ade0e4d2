import { expect, test } from "@jest/globals";
import {
  configurationKeyNames,
  environmentVariable,
  lookupWithStackLimits,
  readConfiguration,
} from "../../provider/config";
import { type ConfigurationRow, configurationKeys, rowOf } from "../../provider/config/keys";
import { hostWith } from "../run-context";
import { configurationError, configured, type Values } from "./helpers/configuration";

const nothing = () => undefined;
const from = (values: Values) => (key: keyof Values) => values[key];

test("has defaults and no token without any configuration", () => {
  const defaults = configurationKeyNames.flatMap((key) => {
    const row = rowOf(key);
    if (row.kind === "seconds") return [[`${key}Ms`, row.default * 1000]];
    return "default" in row ? [[key, row.default]] : [];
  });
  expect(readConfiguration(nothing, hostWith())).toStrictEqual({
    ...Object.fromEntries(defaults),
    host: hostWith(),
    refresh: undefined,
    accounts: new Map(),
    accountCommand: undefined,
    tokensFrom: { accessToken: undefined, refreshToken: undefined, accounts: undefined },
  });
});

/** A valid value of a key, and the parsed result. */
function sampleOf(row: ConfigurationRow): readonly [text: string, parsed: unknown] {
  switch (row.kind) {
    case "address":
      return ["http://127.0.0.1:1/v5", "http://127.0.0.1:1/v5"];
    case "seconds":
      return ["1.5", 1500];
    case "whole":
      return ["2", 2];
    case "flag":
      return ["true", true];
    case "choice":
      return [row.choices[1] ?? "", row.choices[1]];
    default:
      return ["a string", "a string"];
  }
}

/** Keys that do not depend on other keys. The next test has the others. */
const independent = configurationKeyNames
  .filter((key) => !["refreshCredentials", "accounts", "command"].includes(rowOf(key).kind))
  .map((key) => {
    const [text, parsed] = sampleOf(rowOf(key));
    return { key, name: rowOf(key).kind === "seconds" ? `${key}Ms` : key, text, parsed };
  });

test.each(independent)("$key is read from its variable: $text", ({ key, name, text, parsed }) => {
  const host = hostWith({ [environmentVariable(key)]: text });
  expect(readConfiguration(nothing, host)).toHaveProperty(name, parsed);
});

test.each(independent)("$key is read from the configuration: $text", ({ key, name, text, parsed }) => {
  expect(readConfiguration(from({ [key]: text }), hostWith())).toHaveProperty(name, parsed);
});

const combined = {
  refreshToken: "pinr_a",
  appId: "1",
  appSecret: "s",
  accounts: '{"shop-a":"pina_b"}',
  accountCommand: "print-tokens",
};

test("reads the credentials that consist of several keys, from the configuration or from variables", () => {
  const environment = Object.fromEntries(
    Object.entries(combined).map(([key, value]) => [environmentVariable(key as keyof Values), value]),
  );
  for (const read of [configured(combined), readConfiguration(nothing, hostWith(environment))]) {
    expect(read).toMatchObject({
      refresh: { refreshToken: "pinr_a", appId: "1", appSecret: "s" },
      accounts: new Map([["shop-a", { accessToken: "pina_b" }]]),
      accountCommand: { shell: "print-tokens" },
    });
    for (const key of ["refreshToken", "appId", "appSecret"]) expect(read).not.toHaveProperty(key);
  }
});

test("a refresh token of the configuration takes precedence over an access token of the environment", () => {
  const environment = { PINTEREST_ACCESS_TOKEN: "pina_other" };
  const refresh = { refreshToken: "pinr_a", appId: "1", appSecret: "s" };
  expect(readConfiguration(from(refresh), hostWith(environment))).toMatchObject({ refresh });
  expect(readConfiguration(from(refresh), hostWith(environment)).accessToken).toBeUndefined();
  expect(readConfiguration(from({}), hostWith(environment)).accessToken).toBe("pina_other");
});

test("treats an empty string as unset, in a key and in a variable", () => {
  const environment = {
    PINTEREST_ACCESS_TOKEN: "pina_variable",
    PINTEREST_API_URL: "",
    PINTEREST_ACCOUNTS: "",
  };
  expect(
    readConfiguration(from({ accessToken: "", requestTimeout: "" }), hostWith(environment)),
  ).toMatchObject({
    accessToken: "pina_variable",
    apiUrl: configurationKeys.apiUrl.default,
    requestTimeoutMs: configurationKeys.requestTimeout.default * 1000,
    accounts: new Map(),
  });
});

test("rejects an invalid apiUrl, and names the key and its variable", () => {
  expect(configurationError({ apiUrl: "api.pinterest.com" })).toMatch(
    /^`pinterest:apiUrl` \(PINTEREST_API_URL\) must be an absolute URL/,
  );
});

test.each([
  ["deleteLimit", "1", "200", "200"],
  ["whenUnreachable", "keep", "forget", "forget"],
  ["onDelete", "retain", "refuse", "refuse"],
  ["onDelete", "refuse", "retain", "refuse"],
] as const)(
  "a %s of %s in the configuration and %s in the environment, which is for one run, is %s",
  (key, configured, forOneRun, value) => {
    const environment = { [environmentVariable(key)]: forOneRun };
    expect(String(readConfiguration(from({ [key]: configured }), hostWith(environment))[key])).toBe(value);
    expect(String(readConfiguration(from({ [key]: configured }), hostWith())[key])).toBe(configured);
  },
);

test.each([
  [{ deleteLimit: 5 }, { deleteLimit: "3" }, "deleteLimit", "3"],
  [{ deleteLimit: 3 }, { deleteLimit: "5" }, "deleteLimit", "3"],
  [{ deleteLimit: 3 }, { deleteLimit: "" }, "deleteLimit", "3"],
  [{ deleteLimit: "" }, { deleteLimit: "3" }, "deleteLimit", "3"],
  [{ onDelete: "retain" }, { onDelete: "refuse" }, "onDelete", "refuse"],
  [{ onDelete: "refuse" }, { onDelete: "disconnect" }, "onDelete", "refuse"],
  [{ maxAttempts: 2 }, { maxAttempts: "9" }, "maxAttempts", "2"],
] as const)(
  "a provider with %j in a stack with %j uses the stricter limit on deletions: %s",
  (own, ofStack, key, value) => {
    expect(lookupWithStackLimits(own, { PULUMI_CONFIG: JSON.stringify(ofStack) })(key)).toBe(value);
  },
);

test("a provider ignores a stack's configuration that it cannot read", () => {
  expect(lookupWithStackLimits({ deleteLimit: 5 }, { PULUMI_CONFIG: "no JSON" })("deleteLimit")).toBe("5");
});
