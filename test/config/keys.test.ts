import { describe, expect, test } from "@jest/globals";
import { configurationKeyNames, environmentVariable, fullKey, rowOf } from "../../provider/config";
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

describe.each(configurationKeyNames.filter((key) => rowOf(key).kind === "whole"))("%s", (key) => {
  const row = rowOf(key);
  const { least, most } = row.kind === "whole" ? row : { least: 0, most: 0 };

  test("accepts its lowest and its highest value", () => {
    expect(configured({ [key]: String(least) })).toMatchObject({ [key]: least });
    expect(configured({ [key]: String(most) })).toMatchObject({ [key]: most });
  });

  test.each([String(least - 1), String(most + 1), `${least}.5`, "1e7", " ", "one"])("rejects %j", (value) => {
    expect(configurationError({ [key]: value })).toBe(
      `\`pinterest:${key}\` (${environmentVariable(key)}) must be a whole number from ${least} to ${most}`,
    );
  });
});

describe.each(configurationKeyNames.filter((key) => rowOf(key).kind === "seconds"))("%s", (key) => {
  test("accepts a fraction of a second, and 3600 s", () => {
    expect(configured({ [key]: "0.001" })).toMatchObject({ [`${key}Ms`]: 1 });
    expect(configured({ [key]: "3600" })).toMatchObject({ [`${key}Ms`]: 3_600_000 });
  });
});
