import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { importId, importPlace } from "../../provider/plugin/resources";
import { notAnAccount } from "../expected/messages";

const accounts =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name);

describe("an import ID", () => {
  test.each([
    ["shop-1", { externalBusinessId: "shop-1" }],
    ["a:b", { externalBusinessId: "a:b" }],
    ["north::shop-1", { externalBusinessId: "shop-1", account: "north" }],
    ["north::a::b", { externalBusinessId: "a::b", account: "north" }],
    ["north:::a", { externalBusinessId: ":a", account: "north" }],
    ["north::eu::shop-1", { externalBusinessId: "eu::shop-1", account: "north" }],
    ["south::eu::shop-1", { externalBusinessId: "shop-1", account: "south::eu" }],
    ["::a::b", { externalBusinessId: "a::b" }],
    ["::north::shop-1", { externalBusinessId: "north::shop-1" }],
  ])("%s", (id, place) => {
    expect(importPlace(id, accounts("north", "south::eu"))).toEqual(place);
  });

  test("is refused if the account is not configured, with the allowed formats", () => {
    expect(() => importPlace("nroth::shop-1", accounts("north"))).toThrow(
      `importing 'nroth::shop-1': ${notAnAccount("nroth")}. Use \`ID\`, \`ACCOUNT::ID\``,
    );
  });
});

/** Strings, many of them with single and double colons. */
const text = fc
  .array(fc.oneof(fc.constantFrom(":", "::", "a"), fc.string()), { minLength: 1 })
  .map((parts) => parts.join(""))
  .filter((joined) => joined !== "");

test("parses the IDs that it prints", () => {
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), (externalBusinessId, account) => {
      // An ID that starts with two colons belongs to the default account, and an account name that ends with a colon would create two.
      fc.pre(account === undefined || !account.startsWith(":"));
      const place = { externalBusinessId, ...(account === undefined ? {} : { account }) };
      const isAccount = (name: string) => name === account;
      expect(importPlace(importId(externalBusinessId, account), isAccount)).toEqual(place);
    }),
  );
});
