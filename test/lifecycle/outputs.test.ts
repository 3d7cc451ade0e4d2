import { expect, test } from "@jest/globals";
import type { Bag } from "../../provider/base/bag";
import {
  bagFromInputs,
  bagFromOutputs,
  inputsFromBag,
  managedKey,
  outputsFromBag,
  secretsAmong,
} from "../../provider/lifecycle/outputs";

const inputs: Bag = {
  externalBusinessId: "shop-1",
  connectedMerchantId: "1",
  connectedAdvertiserId: "2",
  connectedTagId: "3",
  connectedLbaId: "4",
  partnerAccessToken: "5",
  partnerRefreshToken: "6",
  partnerPrimaryEmail: "seven@example.com",
  partnerAccessTokenExpiry: 1_893_456_000_000,
  partnerRefreshTokenExpiry: 1_893_456_001_000,
  scopes: "a,b",
  additionalId1: "8",
  partnerMetadata: "{}",
  account: "shop-a",
  providerName: "explicit",
  adopt: false,
  whenRemoved: "clear",
};

const outputs: Bag = {
  ...inputs,
  integrationId: "7300000000000000003",
  connectedUserId: "9",
  createdTimestamp: 1,
  updatedTimestamp: 2,
  [managedKey]: "ms~t",
};

test("converts outputs to a bag and back, with the record of managed fields", () => {
  expect(bagFromOutputs(outputsFromBag(outputs))).toStrictEqual(outputs);
  expect(outputsFromBag(outputs)).toMatchObject({
    managed: ["connectedMerchantId", "scopes"],
    released: ["connectedTagId"],
  });
});

test("every field has its own letter in the record, which never changes", () => {
  const record = "matlARExysid";
  const { managed } = outputsFromBag({ externalBusinessId: "shop-1", [managedKey]: record });
  expect(managed).toEqual([
    "connectedMerchantId",
    "connectedAdvertiserId",
    "connectedTagId",
    "connectedLbaId",
    "partnerAccessToken",
    "partnerRefreshToken",
    "partnerPrimaryEmail",
    "partnerAccessTokenExpiry",
    "partnerRefreshTokenExpiry",
    "scopes",
    "additionalId1",
    "partnerMetadata",
  ]);
  expect(
    bagFromOutputs({ externalBusinessId: "shop-1", fields: {}, managed, released: [] })[managedKey],
  ).toBe(record);
});

test("partner secrets and released fields are secret outputs", () => {
  expect(secretsAmong(outputs).sort()).toEqual([
    "connectedTagId",
    "partnerAccessToken",
    "partnerPrimaryEmail",
    "partnerRefreshToken",
  ]);
});

test.each([undefined, "", " "])("manages nothing with the record %j", (record) => {
  expect(outputsFromBag({ externalBusinessId: "shop-1", [managedKey]: record }).managed).toEqual([]);
});

test("omits absent, null and unknown properties", () => {
  const bag = {
    externalBusinessId: "shop-1",
    connectedTagId: undefined,
    scopes: null,
    colour: "red",
    __provider: "x",
  };
  expect(bagFromInputs(inputsFromBag(bag))).toStrictEqual({ externalBusinessId: "shop-1" });
  expect(bagFromOutputs(outputsFromBag(bag))).toStrictEqual({
    externalBusinessId: "shop-1",
    [managedKey]: "",
  });
});
