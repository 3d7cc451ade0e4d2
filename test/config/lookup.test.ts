import { describe, expect, test } from "@jest/globals";
import { type ConfigurationKey, lookupIn } from "../../provider/config";

function stringOf(key: ConfigurationKey, value: unknown): string | undefined {
  return lookupIn({ [key]: value })(key);
}

describe("converts a value of the provider's configuration to the string in a stack's configuration", () => {
  test.each<[ConfigurationKey, unknown, string]>([
    ["accounts", { north: "pina_1" }, '{"north":"pina_1"}'],
    ["accountCommand", ["vault", "--json"], '["vault","--json"]'],
    ["accountCommand", "vault --json", "vault --json"],
    ["accountCommand", '"/opt/my tools/vault" --json', '"/opt/my tools/vault" --json'],
    ["requestTimeout", 30, "30"],
    ["requestTimeout", "30", "30"],
    ["compareSecrets", true, "true"],
  ])("%s: %j", (key, value, text) => {
    expect(stringOf(key, value)).toBe(text);
  });

  test("decodes a string that a generated SDK has encoded as JSON", () => {
    expect(stringOf("accountCommand", JSON.stringify('vault "north"'))).toBe('vault "north"');
    expect(stringOf("accounts", JSON.stringify('{"north":"pina_1"}'))).toBe('{"north":"pina_1"}');
    expect(stringOf("onDelete", '"retain"')).toBe("retain");
  });

  test.each([undefined, null])("returns undefined for %s", (value) => {
    expect(stringOf("accessToken", value)).toBeUndefined();
  });

  test("keeps the quotes of a key that is always a string", () => {
    expect(stringOf("accessToken", '"pina_1"')).toBe('"pina_1"');
  });
});
