import { expect, test } from "@jest/globals";
import { diffIntegration as diff } from "../../provider/lifecycle/diff";

test("replaces for another external business ID, and deletes the old integration first", () => {
  expect(diff("shop-1", { externalBusinessId: "shop-2" })).toEqual({
    replaces: ["externalBusinessId"],
    deleteBeforeReplace: true,
  });
});

test.each([
  { externalBusinessId: "shop-1" },
  { externalBusinessId: "shop-1", connectedMerchantId: "2", account: "other", adopt: true },
])("leaves other comparisons to the engine: %j", (news) => {
  expect(diff("shop-1", news)).toStrictEqual({ replaces: [], deleteBeforeReplace: true });
});
