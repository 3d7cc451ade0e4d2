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
])("takes equivalent values of %s for the same: %j and %j", (name, old, now) => {
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
])("tells different values of %s apart: %j and %j", (name, old, now) => {
  expect(sameInput(name, old, now)).toBe(false);
});

test("takes a value that is not known yet for another one", () => {
  expect(sameInput("connectedTagId", unknownValue, unknownValue)).toBe(false);
  expect(sameInput("tags", [unknownValue], [unknownValue])).toBe(false);
});
