import { describe, expect, test } from "@jest/globals";
import { configuredAccounts, sourceOf } from "../../provider/config";
import { noDefaultToken, noToken } from "../expected/messages";
import { configured, type Values } from "./helpers/configuration";

const source = (values: Values, account?: string) => sourceOf(configured(values), account);
const app = { appId: "1", appSecret: "s" };

test("the default account uses its access token, or without one its refresh token", () => {
  const refresh = { refreshToken: "pinr_a", ...app };
  expect(source({ accessToken: "pina_a", ...refresh })).toEqual({ accessToken: "pina_a" });
  expect(source(refresh)).toEqual(refresh);
});

test("a named account uses its configured token, or without one the account command", () => {
  const values = { accounts: '{"b":"pina_b"}', accountCommand: "print-tokens" };
  expect(source(values, "b")).toEqual({ accessToken: "pina_b" });
  expect(source(values, "c")).toEqual({ command: { shell: "print-tokens" }, account: "c" });
});

test.each<[Values, (string | undefined)[]]>([
  [{ accounts: '{"a":"pina_a","b":"pina_b"}' }, ["a", "b"]],
  [{ accessToken: "pina_x", accounts: '{"a":"pina_a"}' }, [undefined, "a"]],
  [{ refreshToken: "pinr_x", ...app }, [undefined]],
  [{ accountCommand: "print-tokens" }, []],
])("%j configures the accounts %j", (values, accounts) => {
  expect(configuredAccounts(configured(values))).toEqual(accounts);
});

describe("without a token", () => {
  test("the default account's error names each way to set one", () => {
    const read = () => source({ accounts: '{"b":"pina_b"}', accountCommand: "print-tokens" });
    expect(read).toThrow(
      `${noDefaultToken}. Set \`pinterest:accessToken\` (PINTEREST_ACCESS_TOKEN) ` +
        "with `pulumi config set --secret pinterest:accessToken`, " +
        "or `pinterest:refreshToken` (PINTEREST_REFRESH_TOKEN) with `pinterest:appId` and `pinterest:appSecret`, " +
        "or set the `account` of the resource",
    );
  });

  test("a named account's error contains the configured names and the nearest one", () => {
    const values = { accessToken: "pina_5ecret", accounts: '{"shop-a":"pina_5ecret","north":"pina_5ecret"}' };
    const read = () => source(values, "nort");
    expect(read).toThrow(
      `${noToken("nort")}: \`pinterest:accounts\` (PINTEREST_ACCOUNTS) contains 'shop-a', 'north'. ` +
        "Did you mean 'north'? Add the account there, or set `pinterest:accountCommand` (PINTEREST_ACCOUNT_COMMAND)",
    );
    expect(read).not.toThrow(/5ecret/);
  });

  test("suggests no name if none is similar", () => {
    expect(() => source({ accounts: '{"shop-a":"pina_a"}' }, "berlin")).toThrow(
      / 'shop-a'\. Add the account there/,
    );
    expect(() => source({ accounts: '{"abcd":"pina_a"}' }, "axyz")).not.toThrow(/Did you mean/);
    expect(() => source({ accounts: '{"north":"pina_a"}' }, "south")).not.toThrow(/Did you mean/);
    expect(() => source({ accounts: '{"shop-2":"pina_a"}' }, "shop-4")).not.toThrow(/Did you mean/);
  });

  test("names five accounts, and counts the others", () => {
    const names = (count: number) =>
      JSON.stringify(
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`shop-${index + 1}`, "pina_a"])),
      );
    expect(() => source({ accounts: names(200) }, "other")).toThrow(/'shop-5', and 195 more\. /);
    expect(() => source({ accounts: names(5) }, "other")).toThrow(/'shop-5'\. /);
  });

  test.each(["pina_5ecret_0123456789", "pinr-5ecret-0123456789-0123456789-0123456789"])(
    "does not repeat a token in place of a name: %s",
    (token) => {
      const read = () => source({ accountCommand: "print-tokens" }, token);
      expect(read).toThrow(/an `account` is a token, but must be the name of an account/);
      expect(read).not.toThrow(/5ecret/);
    },
  );

  test("accepts a name that begins like a token", () => {
    const account = "pina-colada-barcelona-1";
    const command = { shell: "print-tokens" };
    expect(source({ accountCommand: command.shell }, account)).toEqual({ command, account });
  });

  test("does not claim that `accounts` is not set, because the configuration of the last update may lack it alone", () => {
    expect(() => source({ accessToken: "pina_a" }, "shop-c")).toThrow(
      new RegExp(
        `^${noToken("shop-c")}\\. Add the account to \`pinterest:accounts\` \\(PINTEREST_ACCOUNTS\\), or set `,
      ),
    );
  });

  test.each<[what: string, values: Values, name: string]>([
    ["one account of several", { accounts: '{"b":"pina_b"}' }, "UnconfiguredAccount"],
    ["the whole configuration", {}, "CredentialsError"],
  ])("the error's name shows that %s is missing", (_what, values, name) => {
    expect(() => source(values, "shop-c")).toThrow(expect.objectContaining({ name }));
  });
});
