import { expect, test } from "@jest/globals";
import { describe as describeValue, nearestNames, problemWithUnknown } from "../../provider/api/message-text";

test.each([
  ["deletelimit", "deleteLimit"],
  ["DELETELIMIT", "deleteLimit"],
  ["deleteLimt", "deleteLimit"],
  ["delLimit", "deleteLimit"],
  ["delLim", undefined],
  ["colour", undefined],
])("suggests for %s: %s", (name, meant) => {
  expect(nearestNames(name, ["accessToken", "deleteLimit"])[0]).toBe(meant);
});

test("accepts a limit for edits", () => {
  expect(nearestNames("ab", ["abcd"], 2)).toEqual(["abcd"]);
  expect(nearestNames("ab", ["abcd"], 1)).toEqual([]);
});

test("suggests nothing if nothing is allowed", () => {
  expect(nearestNames("a", [])).toEqual([]);
});

test("gives up to three names that are about as near as the nearest, the nearest first", () => {
  const allowed = ["tagId", "lbaId", "tags", "tagName", "metadata"];
  expect(nearestNames("tagIds", allowed)).toEqual(["tagId", "tags"]);
  expect(nearestNames("Id", ["aId", "bId", "cId", "dId"])).toEqual(["aId", "bId", "cId"]);
});

test("suggests the nearest names, and lists all names only if none is near", () => {
  const allowed = ["pageSize", "maxItems", "minItems"];
  expect(problemWithUnknown("pagesize", "argument", allowed)).toBe(
    "is not an argument; did you mean `pageSize`?",
  );
  expect(problemWithUnknown("mxItems", "argument", allowed)).toBe(
    "is not an argument; did you mean `maxItems` or `minItems`?",
  );
  expect(problemWithUnknown("colour", "key of the configuration", allowed)).toBe(
    "is not a key of the configuration; use one of: pageSize, maxItems, minItems",
  );
});

test.each([
  ["", "an empty string"],
  ["secret", "a string of 6 characters"],
  [0, "0"],
  [1, "a number"],
  [-1, "a negative number"],
  [1.5, "a number that is not whole"],
  [Number.NaN, "not a number"],
  [true, "true or false"],
  [null, "null"],
  [[1], "a list"],
  [{ a: 1 }, "an object"],
  [() => {}, "a function"],
])("describes %p without its value", (value, description) => {
  expect(describeValue(value)).toBe(description);
});
