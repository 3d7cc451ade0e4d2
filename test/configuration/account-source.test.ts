import { describe, expect, test } from "@jest/globals";
import { sourceOf } from "../../provider/configuration";
import { configured, type Values } from "./helpers/configuration";

const source = (values: Values, account?: string) => sourceOf(configured(values), account);
const app = { appId: "1", appSecret: "s" };

test("the default account has its access token, and only without one its refresh token", () => {
  const refresh = { refreshToken: "pinr_a", ...app };
  expect(source({ accessToken: "pina_a", ...refresh })).toEqual({ accessToken: "pina_a" });
  expect(source(refresh)).toEqual(refresh);
});

test("a named account has what the map holds, and only without that the command's token", () => {
  const values = { accounts: '{"b":"pina_b"}', accountCommand: "print-tokens" };
  expect(source(values, "b")).toEqual({ accessToken: "pina_b" });
  expect(source(values, "c")).toEqual({ command: { shell: "print-tokens" }, account: "c" });
});

describe("without a token", () => {
  test("the default account says each way to set one", () => {
    const ask = () => source({ accounts: '{"b":"pina_b"}', accountCommand: "print-tokens" });
    expect(ask).toThrow(
      "no access token: set `pinterest:accessToken` (PINTEREST_ACCESS_TOKEN) with `pulumi config set --secret pinterest:accessToken`, " +
        "or `pinterest:refreshToken` (PINTEREST_REFRESH_TOKEN) with `pinterest:appId` and `pinterest:appSecret`; " +
        "or give the resource the `account` that it belongs to",
    );
  });

  test("a named one is told from those that are there, of which the nearest is meant", () => {
    const values = { accessToken: "pina_5ecret", accounts: '{"shop-a":"pina_5ecret","north":"pina_5ecret"}' };
    const ask = () => source(values, "nort");
    expect(ask).toThrow(
      "no access token for account 'nort': `pinterest:accounts` (PINTEREST_ACCOUNTS) holds 'shop-a', 'north'. " +
        "Did you mean 'north'? Add the account there, or set `pinterest:accountCommand` (PINTEREST_ACCOUNT_COMMAND)",
    );
    expect(ask).not.toThrow(/5ecret/);
  });

  test("a name that is like none makes no guess", () => {
    expect(() => source({ accounts: '{"shop-a":"pina_a"}' }, "berlin")).not.toThrow(/Did you mean/);
    expect(() => source({ accounts: '{"shop-2":"pina_a"}' }, "shop-4")).not.toThrow(/Did you mean/);
  });

  test("of many accounts twenty are named, and the others counted", () => {
    const names = (count: number) =>
      JSON.stringify(
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`shop-${index + 1}`, "pina_a"])),
      );
    expect(() => source({ accounts: names(200) }, "other")).toThrow(/'shop-20', and 180 more\. /);
    expect(() => source({ accounts: names(20) }, "other")).toThrow(/'shop-20'\. /);
  });

  test("a token in a name's place is not repeated", () => {
    const ask = () => source({ accountCommand: "print-tokens" }, "pina_5ecret_0123456789");
    expect(ask).toThrow(/a token stands where the name of an account belongs/);
    expect(ask).not.toThrow(/5ecret/);
  });

  test("where no accounts are configured, that is said", () => {
    expect(() => source({ accessToken: "pina_a" }, "shop-c")).toThrow(/PINTEREST_ACCOUNTS\) is not set\. /);
  });
});
