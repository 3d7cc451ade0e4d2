import { describe, expect, test } from "@jest/globals";
import { type ConfigurationKey, lookupIn } from "../../provider/config";

function textOf(key: ConfigurationKey, value: unknown): string | undefined {
  return lookupIn({ [key]: value })(key);
}

describe("a key of the provider's configuration has the text that a stack's configuration would have", () => {
  test.each<[ConfigurationKey, unknown, string]>([
    ["accounts", { north: "pina_1" }, '{"north":"pina_1"}'],
    ["accounts", '{"north":"pina_1"}', '{"north":"pina_1"}'],
    ["accountCommand", ["vault", "--json"], '["vault","--json"]'],
    ["accountCommand", '["vault","--json"]', '["vault","--json"]'],
    ["accountCommand", "vault --json", "vault --json"],
    ["accountCommand", '"/opt/my tools/vault" --json', '"/opt/my tools/vault" --json'],
    ["requestTimeout", 30, "30"],
    ["requestTimeout", "30", "30"],
    ["compareSecrets", true, "true"],
  ])("%s: %j", (key, value, text) => {
    expect(textOf(key, value)).toBe(text);
  });

  test("a text that a generated SDK wrote as JSON is taken out of its quotes", () => {
    expect(textOf("accountCommand", JSON.stringify('vault "north"'))).toBe('vault "north"');
    expect(textOf("accounts", JSON.stringify('{"north":"pina_1"}'))).toBe('{"north":"pina_1"}');
  });

  test.each([undefined, null])("a key that is %s has none", (value) => {
    expect(textOf("accessToken", value)).toBeUndefined();
  });

  test("a key that is always text keeps its quotes", () => {
    expect(textOf("accessToken", '"pina_1"')).toBe('"pina_1"');
  });
});
