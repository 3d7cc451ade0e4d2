import { describe, expect, test } from "@jest/globals";
import { importPlace } from "../../provider/plugin/resources";

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

  test("is refused if the account is not configured, with the allowed forms", () => {
    expect(() => importPlace("nroth::shop-1", accounts("north"))).toThrow(
      "importing 'nroth::shop-1': 'nroth' is not an account in `pinterest:accounts`. Use `ID`, `ACCOUNT::ID`",
    );
  });
});
