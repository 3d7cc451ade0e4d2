import { describe, expect, test } from "@jest/globals";
import { configurationKeyNames, environmentVariable, fullKey, rowOf } from "../../provider/config";
import type { ConfigurationRow } from "../../provider/config/keys";
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

// The build writes the comment of a key's row into the schema.
describe.each(configurationKeyNames)("the comment of %s", (key) => {
  const row = rowOf(key);
  const { description = "" } = schema.config.variables[key] ?? {};
  const number = (value: number) => value.toLocaleString("en-US");

  test("has the default of the row", () => {
    const [, documented] = /Default: (.*)\.$/.exec(description) ?? [];
    if ("default" in row && row.default !== undefined) {
      expect(documented?.replaceAll("`", "")).toBe(String(row.default));
    } else expect(documented ?? "none").toMatch(/^(none|no limit|only )/);
  });

  test("has the limits and choices of the row", () => {
    if (row.kind === "seconds") expect(description).toContain("in seconds, at most 3600.");
    if (row.kind === "whole")
      expect(description).toContain(`from ${number(row.least)} to ${number(row.most)}`);
    for (const choice of row.kind === "choice" ? row.choices : [])
      expect(description).toContain(`\`${choice}\`: `);
  });
});

interface KeyValues {
  readonly accepted: readonly (readonly [text: string, parsed: unknown])[];
  readonly rejected: readonly string[];
  /** The end of the message about a rejected value. */
  readonly allowed: string;
}

/** Values of a key. Undefined if its kind has no limits. */
function valuesOf(row: ConfigurationRow): KeyValues | undefined {
  switch (row.kind) {
    case "seconds":
      return {
        accepted: [
          ["0.001", 1],
          ["3600", 3_600_000],
        ],
        rejected: ["0", "-1", "3600.001", "30s", "soon", "pina_5ecret", "NaN", "Infinity", "1,5"],
        allowed: "a number of seconds above 0 and up to 3600",
      };
    case "whole":
      return {
        accepted: [row.least, row.most].map((value) => [`${value}`, value]),
        rejected: [`${row.least - 1}`, `${row.most + 1}`, `${row.least}.5`, "1e7", " ", "one"],
        allowed: `a whole number from ${row.least} to ${row.most}`,
      };
    case "choice":
      return {
        accepted: row.choices.map((choice) => [choice, choice]),
        rejected: [row.default.toUpperCase(), "other"],
        allowed: `one of: ${row.choices.join(", ")}`,
      };
    case "flag":
      return {
        accepted: [
          ["true", true],
          ["false", false],
        ],
        rejected: ["True", "1"],
        allowed: "one of: true, false",
      };
    default:
      return undefined;
  }
}

const keysWithValues = configurationKeyNames.flatMap((key) => {
  const values = valuesOf(rowOf(key));
  return values === undefined ? [] : [{ key, ...values }];
});

describe.each(keysWithValues)("$key", ({ key, accepted, rejected, allowed }) => {
  test.each(accepted)("accepts %j", (value, parsed) => {
    const name = rowOf(key).kind === "seconds" ? `${key}Ms` : key;
    expect(configured({ [key]: value })).toHaveProperty(name, parsed);
  });

  test.each(rejected)(
    "rejects %j without repeating it, and names the key and the allowed values",
    (value) => {
      expect(configurationError({ [key]: value })).toBe(
        `\`pinterest:${key}\` (${environmentVariable(key)}) must be ${allowed}`,
      );
    },
  );
});
