import { expect, test } from "@jest/globals";
import { type IntegrationFilter, matches } from "../../provider/api/pages";

const integration = {
  externalBusinessId: "eu-shop",
  connectedMerchantId: "1",
  connectedAdvertiserId: "2",
  connectedTagId: "3",
};

test.each<[boolean, IntegrationFilter]>([
  [true, {}],
  [true, { connectedMerchantId: "1" }],
  [false, { connectedMerchantId: "2" }],
  [true, { connectedAdvertiserId: "2", connectedTagId: "3" }],
  [false, { connectedAdvertiserId: "2", connectedTagId: "2" }],
  [true, { externalBusinessIdPrefix: "eu-" }],
  [false, { externalBusinessIdPrefix: "shop" }],
  [false, { connectedTagId: "3", externalBusinessIdPrefix: "us-" }],
  [false, { connectedTagId: "1", externalBusinessIdPrefix: "eu-" }],
])("is %s for %p", (expected, filter) => {
  expect(matches(filter)(integration)).toBe(expected);
});

test("a prefix excludes integrations without an external business ID", () => {
  const { externalBusinessId: _, ...unnamed } = integration;
  expect(matches({ externalBusinessIdPrefix: "eu-" })(unnamed)).toBe(false);
  expect(matches({ connectedTagId: "3" })(unnamed)).toBe(true);
});
