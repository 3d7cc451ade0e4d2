import { expect, test } from "@jest/globals";
import { sameInput, unknownValue } from "../../provider/lifecycle/values";

test.each([
  ["scopes", "b, a", "a,b"],
  ["partnerMetadata", '{"a":1}', '{ "a": 1 }'],
  ["partnerAccessTokenExpiry", 1_893_456_000_000, 1_893_456_000_999],
  ["account", "north", "north"],
  ["adopt", true, true],
  ["tags", ["a", { b: 1 }], ["a", { b: 1 }]],
  ["connectedTagId", undefined, undefined],
])("equivalent values of %s are equal: %j and %j", (name, old, now) => {
  expect(sameInput(name, old, now)).toBe(true);
});

test.each([
  ["connectedTagId", "1", "2"],
  ["connectedTagId", "1", undefined],
  ["connectedTagId", undefined, "1"],
  ["partnerAccessTokenExpiry", 1_893_456_000_000, 1_893_456_001_000],
  ["account", "b,a", "a,b"],
  ["account", 1000, 1001],
  ["adopt", true, false],
  ["tags", ["a", { b: 1 }], ["a", { b: 2 }]],
  ["scopes", ["a"], "a"],
  ["scopes", "a", ["a"]],
])("different values of %s are not equal: %j and %j", (name, old, now) => {
  expect(sameInput(name, old, now)).toBe(false);
});

test("an unknown value is not equal", () => {
  expect(sameInput("connectedTagId", unknownValue, unknownValue)).toBe(false);
  expect(sameInput("tags", [unknownValue], [unknownValue])).toBe(false);
});
