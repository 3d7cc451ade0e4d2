import { expect, test } from "@jest/globals";
import { replacedProperties } from "../../provider/lifecycle/diff";
import { unknownValue } from "../../provider/lifecycle/values";

test("another external business ID forces a replacement", () => {
  expect(
    replacedProperties("shop-1", { externalBusinessId: "shop-2" }, () => ({ deleteLimit: 0 }), "program"),
  ).toEqual(["externalBusinessId"]);
});

test.each([
  { externalBusinessId: "shop-1" },
  { externalBusinessId: unknownValue },
  { externalBusinessId: "shop-1", connectedMerchantId: "2", account: "other", adopt: true },
])("forces no replacement: %j", (news) => {
  expect(replacedProperties("shop-1", news, () => ({ onDelete: "refuse" }), "program")).toEqual([]);
});

test("refuses another external business ID with `onDelete: refuse`", () => {
  expect(() =>
    replacedProperties("shop-1", { externalBusinessId: "shop-2" }, () => ({ onDelete: "refuse" }), "program"),
  ).toThrow("`pinterest:onDelete` (PINTEREST_ON_DELETE) is `refuse`");
});
