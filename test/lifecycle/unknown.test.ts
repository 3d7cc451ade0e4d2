import { expect, test } from "@jest/globals";
import { unknownValue as engineUnknown } from "@pulumi/pulumi/runtime/rpc";
import { fieldNames } from "../../provider/api";
import { checkIntegration as check } from "../../provider/lifecycle/check";
import { diffIntegration as diff } from "../../provider/lifecycle/diff";
import { unknownValue } from "../../provider/lifecycle/values";

test("the mark of an unknown value is the SDK's", () => {
  expect(unknownValue).toBe(engineUnknown);
});

test.each(["externalBusinessId", "account", "adopt", "whenRemoved", ...fieldNames])(
  "%s passes while it is not known",
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
])("unknown inside %s makes the whole value unknown", (_what, name, value) => {
  const { inputs, problems } = check({ externalBusinessId: "shop-1", [name]: value });
  expect(problems).toEqual([]);
  expect(inputs[name]).toBe(unknownValue);
});

test("refuses an unknown argument even if its value is not known", () => {
  expect(check({ externalBusinessId: "shop-1", colour: unknownValue }).problems).toHaveLength(1);
});

test("a wrong value beside an unknown one is still found", () => {
  expect(check({ externalBusinessId: unknownValue, connectedTagId: "" }).problems).toEqual([
    expect.stringContaining("`connectedTagId`"),
  ]);
});

test("text that merely contains the mark is text", () => {
  const text = `x${unknownValue}`;
  expect(check({ externalBusinessId: text }).inputs).toEqual({ externalBusinessId: text });
});

test("an external id that is not known yet may be another one, and replaces", () => {
  expect(diff("shop-1", { externalBusinessId: unknownValue })).toEqual({
    replaces: ["externalBusinessId"],
    deleteBeforeReplace: true,
  });
});
