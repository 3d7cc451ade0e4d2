import { describe, expect, test } from "@jest/globals";
import { configured, refusal } from "./helpers/configuration";

const json = JSON.stringify;
const called = "`pinterest:accounts` (PINTEREST_ACCOUNTS)";

describe("accounts", () => {
  test.each([
    ["a token alone", "pina_5ecret", /is not JSON/],
    ["JSON that breaks off", '{"shop-a":"pina_5ecret"', /is not JSON/],
    ["a text", '"pina_5ecret"', /is no JSON object/],
    ["a list", '["pina_5ecret"]', /is no JSON object/],
    ["null", "null", /is no JSON object/],
    ["names and tokens swapped", '{"pina_5ecret_0123456789":"shop-a"}', /holds a token where a name belongs/],
    ["an empty token", '{"other":"pina_5ecret","shop-a":""}', /holds no access token for 'shop-a'/],
    ["a number for a token", '{"shop-a":815,"other":"pina_5ecret"}', /holds no access token for 'shop-a'/],
    ["null for a token", '{"shop-a":null}', /holds no access token for 'shop-a'/],
    ["a list for a token", '{"shop-a":["pina_5ecret"]}', /holds no access token for 'shop-a'/],
    ["an object without a token", '{"shop-a":{}}', /holds no access token for 'shop-a'/],
    ["a number in an object", '{"shop-a":{"accessToken":815}}', /holds no access token for 'shop-a'/],
  ])("are refused as %s, without the text", (_what, accounts, problem) => {
    const message = refusal({ accounts });
    expect(message).toMatch(problem);
    expect(message).toContain(called);
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
      "a key that is none",
      { accessToken: "pina_5ecret", expires: 1 },
      /keys for 'shop-a' .* accessToken, expiresAt, refreshToken, appId, appSecret$/,
    ],
    ["a token for a key", { pina_5ecret: 1 }, /keys for 'shop-a'/],
    [
      "a date that is none",
      { accessToken: "pina_5ecret", expiresAt: "soon" },
      /`expiresAt` for 'shop-a' that is no moment/,
    ],
    [
      "seconds for milliseconds",
      { accessToken: "pina_5ecret", expiresAt: 1_900_000_000 },
      /milliseconds since 1970/,
    ],
    [
      "a token with a line end",
      { accessToken: "pina_5ecret\n" },
      /a token for 'shop-a' that contains whitespace, a line break/,
    ],
    [
      "a text with a line end",
      "pina_5ecret\n",
      /a token for 'shop-a' that contains whitespace, a line break/,
    ],
    [
      "an app id with a colon",
      { refreshToken: "pinr_5ecret", appId: "1:2", appSecret: "s" },
      /`appId` for 'shop-a'.*colon/,
    ],
  ])("are refused with %s", (_what, value, problem) => {
    const message = refusal({ accounts: json({ "shop-a": value }) });
    expect(message).toMatch(problem);
    expect(message).toContain(called);
    expect(message).not.toContain("5ecret");
  });

  test.each(["__proto__", "constructor", "toString", "shop a/ä", "1"])("may be called %j", (name) => {
    const { accounts } = configured({ accounts: `{${json(name)}:"pina_a"}` });
    expect(accounts).toEqual(new Map([[name, { accessToken: "pina_a" }]]));
  });

  test("may say when their tokens expire, as a text or in milliseconds", () => {
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

  test("may have refresh tokens, of the shared app or of one of their own, or of half of one", () => {
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
    [{ appId: "1" }, "set `pinterest:appSecret` (PINTEREST_APP_SECRET), or"],
    [{ appSecret: "5ecret" }, "set `pinterest:appId` (PINTEREST_APP_ID), or"],
  ])("with a refresh token but only %j of an app are told what is missing", (app, missing) => {
    const message = refusal({ accounts: '{"shop-a":{"refreshToken":"pinr_5ecret"}}', ...app });
    expect(message).toContain("refresh token for 'shop-a'");
    expect(message).toContain(missing);
    expect(message).not.toContain("5ecret");
  });
});

describe("the default account's refresh token", () => {
  test.each([
    [{}, "set `pinterest:appId` (PINTEREST_APP_ID) and `pinterest:appSecret` (PINTEREST_APP_SECRET)"],
    [{ appId: "1" }, "set `pinterest:appSecret` (PINTEREST_APP_SECRET)"],
    [{ appSecret: "5ecret" }, "set `pinterest:appId` (PINTEREST_APP_ID)"],
  ])("with only %j of its app says what is missing", (app, missing) => {
    const message = refusal({ refreshToken: "pinr_5ecret", ...app });
    expect(message).toMatch(/^`pinterest:refreshToken` \(PINTEREST_REFRESH_TOKEN\) needs the app/);
    expect(message.endsWith(missing)).toBe(true);
    expect(message).not.toContain("5ecret");
  });

  test("is refused with a line end that came along", () => {
    const message = refusal({ refreshToken: "pinr_5ecret\n", appId: "1", appSecret: "s" });
    expect(message).toMatch(/PINTEREST_REFRESH_TOKEN\) contains whitespace, a line break/);
    expect(message).not.toContain("5ecret");
  });

  test("is not asked for by an app alone", () => {
    expect(configured({ appId: "1", appSecret: "s" })).not.toHaveProperty("refresh");
  });

  test.each(["1:2", "1 2", "ä"])("is refused with the app id %j", (appId) => {
    expect(refusal({ refreshToken: "pinr_a", appId, appSecret: "s" })).toMatch(
      /PINTEREST_APP_ID\) has a blank, a colon/,
    );
  });
});
