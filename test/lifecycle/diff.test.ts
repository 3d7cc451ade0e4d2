import { expect, test } from "@jest/globals";
import { diffIntegration as diff } from "../../provider/lifecycle/diff";
import { unknownValue } from "../../provider/lifecycle/values";

test.each(["shop-2", unknownValue])(
  "replaces for the ID %s, and deletes the old integration first",
  (externalBusinessId) => {
    expect(diff("shop-1", { externalBusinessId })).toEqual({
      replaces: ["externalBusinessId"],
      deleteBeforeReplace: true,
    });
  },
);

test.each([
  { externalBusinessId: "shop-1" },
  { externalBusinessId: "shop-1", connectedMerchantId: "2", account: "other", adopt: true },
])("leaves other comparisons to the engine: %j", (news) => {
  expect(diff("shop-1", news)).toStrictEqual({ replaces: [], deleteBeforeReplace: true });
});
