import { describe, expect, test } from "@jest/globals";
import { configurationError, configured } from "./helpers/configuration";

const json = JSON.stringify;
const keyName = "`pinterest:accounts` (PINTEREST_ACCOUNTS)";

describe("accounts", () => {
  test.each([
    ["a token", "pina_5ecret", /is not valid JSON/],
    ["incomplete JSON", '{"shop-a":"pina_5ecret"', /is not valid JSON/],
    ["an array", '["pina_5ecret"]', /is not a JSON object/],
    [
      "names and tokens swapped",
      '{"pina_5ecret_0123456789":"shop-a"}',
      /contains a token in place of an account name/,
    ],
    ["a number for a token", '{"shop-a":815,"other":"pina_5ecret"}', /contains no access token for 'shop-a'/],
    ["an object without a token", '{"shop-a":{}}', /contains no access token for 'shop-a'/],
  ])("rejects %s without repeating it", (_what, accounts, problem) => {
    const message = configurationError({ accounts });
    expect(message).toMatch(problem);
    expect(message).toContain(keyName);
    expect(message).toContain("a JSON object of account names and access tokens");
    expect(message).not.toMatch(/5ecret|815/);
  });

  test.each([
    [
      "both kinds of tokens",
      { accessToken: "pina_5ecret", refreshToken: "pinr_5ecret" },
      /both `accessToken` and `refreshToken` for 'shop-a'/,
    ],
    [
      "an unknown property",
      { accessToken: "pina_5ecret", expires: 1 },
      /unknown properties for 'shop-a'\. Use accessToken, expiresAt, refreshToken, appId, appSecret$/,
    ],
    [
      "an invalid date",
      { accessToken: "pina_5ecret", expiresAt: "soon" },
      /invalid `expiresAt` for 'shop-a'\. Set it to an ISO 8601 date/,
    ],
    [
      "an expiry in seconds",
      { accessToken: "pina_5ecret", expiresAt: 1_900_000_000 },
      /milliseconds since 1970/,
    ],
    [
      "an empty string",
      "",
      /contains an empty access token for 'shop-a'\. Set the token, or remove the account$/,
    ],
    ["both, one of them empty", { accessToken: "", refreshToken: "pinr_5ecret" }, /both `accessToken` and/],
    [
      "an app ID of another type",
      { refreshToken: "pinr_5ecret", appId: ["1"] },
      /invalid `appId` for 'shop-a'/,
    ],
    [
      "a token with a line break",
      { accessToken: "pina_5ecret\n" },
      /a token for 'shop-a' that contains whitespace, a line break.*\. Set the token exactly as Pinterest issued it$/,
    ],
    [
      "an app ID with a colon",
      { refreshToken: "pinr_5ecret", appId: "1:2", appSecret: "s" },
      /`appId` for 'shop-a'.*colon.*\. Set the ID that Pinterest shows for the app at https:/,
    ],
  ])("rejects %s", (_what, value, problem) => {
    const message = configurationError({ accounts: json({ "shop-a": value }) });
    expect(message).toMatch(problem);
    expect(message).toContain(keyName);
    expect(message).not.toContain("5ecret");
  });

  test.each([
    ["pina_5ecret", 1, 1],
    ['{\n  "shop-a": "pina_5ecret",\n}', 3, 1],
    ['{"shop-a":1,"shop-a":2,}', 1, 14],
  ])("names the position of the error in %j", (accounts, line, column) => {
    expect(configurationError({ accounts })).toContain(
      `is not valid JSON: see line ${line}, column ${column}. Set it`,
    );
  });

  test.each(["__proto__", "constructor", "toString", "shop a/ä", "1"])("accepts the name %j", (name) => {
    const { accounts } = configured({ accounts: `{${json(name)}:"pina_a"}` });
    expect(accounts).toEqual(new Map([[name, { accessToken: "pina_a" }]]));
  });

  test("accepts expiries as ISO 8601 dates or in milliseconds", () => {
    const accounts = json({
      a: { accessToken: "pina_a", expiresAt: "2027-01-31T12:00:00Z" },
      b: { accessToken: "pina_b", expiresAt: Date.UTC(2027, 0, 31) },
      c: { accessToken: "pina_c", expiresAt: "2027-01-31" },
      d: { accessToken: "pina_d", expiresAt: null },
    });
    expect(Object.fromEntries(configured({ accounts }).accounts)).toStrictEqual({
      a: { accessToken: "pina_a", expiresAt: Date.UTC(2027, 0, 31, 12) },
      b: { accessToken: "pina_b", expiresAt: Date.UTC(2027, 0, 31) },
      c: { accessToken: "pina_c", expiresAt: Date.UTC(2027, 0, 31) },
      d: { accessToken: "pina_d" },
    });
  });

  test("accepts refresh tokens of the shared app, or with their own app ID or app secret", () => {
    const accounts = json({
      a: { refreshToken: "pinr_a" },
      b: { refreshToken: "pinr_b", appId: "2", appSecret: "s2" },
      c: { refreshToken: "pinr_c", appSecret: "s3" },
      d: { refreshToken: "pinr_d", appId: 4 },
    });
    expect(Object.fromEntries(configured({ accounts, appId: "1", appSecret: "s1" }).accounts)).toStrictEqual({
      a: { refreshToken: "pinr_a", appId: "1", appSecret: "s1" },
      b: { refreshToken: "pinr_b", appId: "2", appSecret: "s2" },
      c: { refreshToken: "pinr_c", appId: "1", appSecret: "s3" },
      d: { refreshToken: "pinr_d", appId: "4", appSecret: "s1" },
    });
  });

  test.each([
    [{}, "`pinterest:appId` (PINTEREST_APP_ID) and `pinterest:appSecret` (PINTEREST_APP_SECRET), or"],
    [{ appId: "1" }, "Set `pinterest:appSecret` (PINTEREST_APP_SECRET), or"],
    [{ appSecret: "5ecret" }, "Set `pinterest:appId` (PINTEREST_APP_ID), or"],
  ])("reports what is missing for a refresh token with only %j", (app, missing) => {
    const message = configurationError({ accounts: '{"shop-a":{"refreshToken":"pinr_5ecret"}}', ...app });
    expect(message).toContain("refresh token for 'shop-a'");
    expect(message).toContain(missing);
    expect(message).not.toContain("5ecret");
  });
});

describe("the default account's refresh token", () => {
  test.each([
    [{}, "Set `pinterest:appId` (PINTEREST_APP_ID) and `pinterest:appSecret` (PINTEREST_APP_SECRET)"],
    [{ appId: "1" }, "Set `pinterest:appSecret` (PINTEREST_APP_SECRET)"],
    [{ appSecret: "5ecret" }, "Set `pinterest:appId` (PINTEREST_APP_ID)"],
  ])("reports what is missing with only %j", (app, missing) => {
    const message = configurationError({ refreshToken: "pinr_5ecret", ...app });
    expect(message).toMatch(
      /^`pinterest:refreshToken` \(PINTEREST_REFRESH_TOKEN\) needs the app that it was issued to/,
    );
    expect(message.endsWith(missing)).toBe(true);
    expect(message).not.toContain("5ecret");
  });

  test("rejects a line break", () => {
    const message = configurationError({ refreshToken: "pinr_5ecret\n", appId: "1", appSecret: "s" });
    expect(message).toMatch(
      /PINTEREST_REFRESH_TOKEN\) contains whitespace, a line break.*\. Set the token exactly as Pinterest issued it$/,
    );
    expect(message).not.toContain("5ecret");
  });

  test.each(["1:2", "1 2", "ä"])("rejects the app ID %j", (appId) => {
    expect(configurationError({ refreshToken: "pinr_a", appId, appSecret: "s" })).toMatch(
      /PINTEREST_APP_ID\) contains whitespace, a colon.*\. Set the ID that Pinterest shows for the app at https:/,
    );
  });
});

describe("the account command", () => {
  test.each([
    ['["t"]', { argv: ["t"] }],
    [
      '["C:\\\\tools\\\\tokens.exe", "--json", "", "$HOME"]',
      { argv: ["C:\\tools\\tokens.exe", "--json", "", "$HOME"] },
    ],
    ["vault-tokens --json | jq .", { shell: "vault-tokens --json | jq ." }],
    ["[ -f tokens ] && cat tokens", { shell: "[ -f tokens ] && cat tokens" }],
    ['echo ["tokens"', { shell: 'echo ["tokens"' }],
    ["true", { shell: "true" }],
  ])("accepts %s", (accountCommand, command) => {
    expect(configured({ accountCommand }).accountCommand).toStrictEqual(command);
  });

  test("ignores whitespace", () => {
    expect(configured({ accountCommand: "  " }).accountCommand).toBeUndefined();
  });

  test.each([
    ["an empty array", "[]"],
    ["an array without a program", '["", "5ecret"]'],
    ["an array with a number", '["5ecret", 1]'],
    ["an incomplete array", '["5ecret", "--json"'],
  ])("rejects %s without repeating it", (_what, accountCommand) => {
    const message = configurationError({ accountCommand });
    expect(message).toMatch(
      /^`pinterest:accountCommand` \(PINTEREST_ACCOUNT_COMMAND\).*\. Set it to a JSON array of the program/,
    );
    expect(message).not.toContain("5ecret");
  });
});
