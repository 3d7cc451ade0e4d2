import { expect, test } from "@jest/globals";
import { diffIntegration as diff } from "../../provider/lifecycle/diff";

test("another external id replaces, with the old one deleted first", () => {
  expect(diff("shop-1", { externalBusinessId: "shop-2" })).toEqual({
    replaces: ["externalBusinessId"],
    deleteBeforeReplace: true,
  });
});

test.each([
  { externalBusinessId: "shop-1" },
  { externalBusinessId: "shop-1", connectedMerchantId: "2", account: "other", adopt: true },
])("everything else leaves the comparison to the engine: %j", (news) => {
  expect(diff("shop-1", news)).toStrictEqual({ replaces: [], deleteBeforeReplace: true });
});
