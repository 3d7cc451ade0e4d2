import { expect, test } from "@jest/globals";
import { unknownValue as engineUnknown } from "@pulumi/pulumi/runtime/rpc";
import { fieldNames } from "../../provider/api";
import { checkIntegration as check } from "../../provider/lifecycle/check";
import { diffIntegration as diff } from "../../provider/lifecycle/diff";
import { unknownValue } from "../../provider/lifecycle/values";

test("the unknown value is the SDK's", () => {
  expect(unknownValue).toBe(engineUnknown);
});

test.each(["externalBusinessId", "account", "adopt", "whenRemoved", ...fieldNames])(
  "accepts an unknown %s",
  (name) => {
    const { inputs, problems } = check({ externalBusinessId: "shop-1", [name]: unknownValue });
    expect(problems).toEqual([]);
    expect(inputs[name]).toBe(unknownValue);
  },
);

test.each([
  ["a list", "scopes", [unknownValue]],
  ["a list beside known values", "scopes", ["ads:read", unknownValue]],
  ["an object", "partnerMetadata", { a: unknownValue }],
  ["an object in an object", "partnerMetadata", { a: { b: { c: unknownValue } } }],
  ["a list in an object in a list", "partnerMetadata", [1, { a: [null, unknownValue] }]],
])("returns an unknown value for %s with an unknown part", (_what, name, value) => {
  const { inputs, problems } = check({ externalBusinessId: "shop-1", [name]: value });
  expect(problems).toEqual([]);
  expect(inputs[name]).toBe(unknownValue);
});

test("refuses a misspelled argument with an unknown value", () => {
  expect(check({ externalBusinessId: "shop-1", colour: unknownValue }).problems).toHaveLength(1);
});

test("reports an invalid value next to an unknown one", () => {
  expect(check({ externalBusinessId: unknownValue, connectedTagId: "" }).problems).toEqual([
    expect.stringContaining("`connectedTagId`"),
  ]);
});

test("accepts a string that contains the string for unknown values", () => {
  const text = `x${unknownValue}`;
  expect(check({ externalBusinessId: text }).inputs).toEqual({ externalBusinessId: text });
});

test("replaces for an unknown external business ID", () => {
  expect(diff("shop-1", { externalBusinessId: unknownValue })).toEqual({
    replaces: ["externalBusinessId"],
    deleteBeforeReplace: true,
  });
});
