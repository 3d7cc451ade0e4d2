import { describe, expect, test } from "@jest/globals";
import {
  type ConfigurationKey,
  configurationKeyNames,
  environmentVariable,
  fullKey,
  rowOf,
} from "../../provider/config";
import type { ConfigurationRow } from "../../provider/config/keys";
import { wholeNumber } from "../expected/messages";
import { schema } from "../plugin/helpers/schema";
import { configurationError, configured } from "./helpers/configuration";

test.each([
  ["apiUrl", "pinterest:apiUrl", "PINTEREST_API_URL"],
  ["accountCommandTimeout", "pinterest:accountCommandTimeout", "PINTEREST_ACCOUNT_COMMAND_TIMEOUT"],
] as const)("%s has a name in the configuration and in the environment", (key, full, variable) => {
  expect([fullKey(key), environmentVariable(key)]).toEqual([full, variable]);
});

test("keys that contain tokens are secret", () => {
  const secret = configurationKeyNames.filter((key) => rowOf(key).secret);
  expect(secret).toEqual(configurationKeyNames.filter((key) => /(Token|Secret|^accounts)$/.test(key)));
});

/** The keys of a kind, with their rows. */
function keysOf<K extends ConfigurationRow["kind"]>(kind: K) {
  return configurationKeyNames.flatMap((key) => {
    const row: ConfigurationRow = rowOf(key);
    return row.kind === kind ? [{ key, row: row as Extract<ConfigurationRow, { kind: K }> }] : [];
  });
}

// The build writes the comment of a key's row into the schema.
const commentOf = (key: ConfigurationKey) => schema.config.variables[key]?.description ?? "";

/** The default that the comment of a key names. */
const defaultIn = (key: ConfigurationKey) => /Default: (.*)\.$/.exec(commentOf(key))?.[1];

const defaults = configurationKeyNames.flatMap((key) => {
  const row: ConfigurationRow = rowOf(key);
  return "default" in row && row.default !== undefined ? [{ key, value: String(row.default) }] : [];
});
const withoutDefault = configurationKeyNames.filter((name) => defaults.every(({ key }) => key !== name));

test.each(defaults)("the comment of $key has the default of the row: $value", ({ key, value }) => {
  expect(defaultIn(key)?.replaceAll("`", "")).toBe(value);
});

test.each(withoutDefault)("the comment of %s, which has no default, names no value", (key) => {
  expect(defaultIn(key) ?? "none").toMatch(/^(none|no limit|only )/);
});

test.each(keysOf("seconds"))("the comment of $key has the unit and the maximum", ({ key }) => {
  expect(commentOf(key)).toContain("in seconds, at most 3600.");
});

test.each(keysOf("whole"))("the comment of $key has the limits of the row", ({ key, row }) => {
  const [least, most] = [row.least, row.most].map((value) => value.toLocaleString("en-US"));
  expect(commentOf(key)).toContain(`from ${least} to ${most}`);
});

test.each(keysOf("choice"))("the comment of $key describes each choice", ({ key, row }) => {
  for (const choice of row.choices) expect(commentOf(key)).toContain(`\`${choice}\`: `);
});

/** The message about an invalid value of a key, which does not repeat the value. */
const rejection = (key: ConfigurationKey, problem: string) =>
  `\`pinterest:${key}\` (${environmentVariable(key)}) ${problem}`;

describe.each(keysOf("seconds"))("$key", ({ key }) => {
  test.each([
    ["0.001", 1],
    ["3600", 3_600_000],
  ])("accepts %s s, and is %d ms", (value, milliseconds) => {
    expect(configured({ [key]: value })).toHaveProperty(`${key}Ms`, milliseconds);
  });

  test.each(["0", "-1", "3600.001", "30s", "soon", "pina_5ecret", "NaN", "Infinity", "1,5"])(
    "rejects %j, and names the allowed values",
    (value) => {
      const problem = "must be a number of seconds above 0 and up to 3600";
      expect(configurationError({ [key]: value })).toBe(rejection(key, problem));
    },
  );
});

describe.each(keysOf("whole"))("$key", ({ key, row: { least, most } }) => {
  test.each([least, most])("accepts its limit %d", (value) => {
    expect(configured({ [key]: `${value}` })).toHaveProperty(key, value);
  });

  test.each([`${least - 1}`, `${most + 1}`, `${least}.5`, "1e7", " ", "one"])(
    "rejects %j, and names the allowed values",
    (value) => {
      expect(configurationError({ [key]: value })).toBe(rejection(key, wholeNumber(least, most)));
    },
  );
});

describe.each(keysOf("choice"))("$key", ({ key, row }) => {
  test.each(row.choices)("accepts %j", (choice) => {
    expect(configured({ [key]: choice })).toHaveProperty(key, choice);
  });

  test.each([row.default.toUpperCase(), "other"])("rejects %j, and names the choices", (value) => {
    const problem = `must be one of: ${row.choices.join(", ")}`;
    expect(configurationError({ [key]: value })).toBe(rejection(key, problem));
  });
});

describe.each(keysOf("flag"))("$key", ({ key }) => {
  test.each([
    ["true", true],
    ["false", false],
  ])("accepts %s", (value, parsed) => {
    expect(configured({ [key]: value })).toHaveProperty(key, parsed);
  });

  test.each(["True", "1"])("rejects %j, and names the allowed values", (value) => {
    expect(configurationError({ [key]: value })).toBe(rejection(key, "must be one of: true, false"));
  });
});
