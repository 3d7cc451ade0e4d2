import { expect, test } from "@jest/globals";
import { nearestName, problemWithUnknown } from "../provider/unknown-name";

test.each([
  ["deletelimit", "deleteLimit"],
  ["DELETELIMIT", "deleteLimit"],
  ["deleteLimt", "deleteLimit"],
  ["delLimit", "deleteLimit"],
  ["delLim", undefined],
  ["colour", undefined],
])("by %s is meant %s", (name, meant) => {
  expect(nearestName(name, ["accessToken", "deleteLimit"])).toBe(meant);
});

test("how many letters may differ can be told", () => {
  expect(nearestName("ab", ["abcd"], 2)).toBe("abcd");
  expect(nearestName("ab", ["abcd"], 1)).toBeUndefined();
});

test("where nothing is allowed, nothing is meant", () => {
  expect(nearestName("a", [])).toBeUndefined();
});

test("a name that is none is told with what is meant, and with all that are allowed", () => {
  const allowed = ["pageSize", "maxItems"];
  expect(problemWithUnknown("maxItem", "argument", allowed)).toBe(
    "is no argument; did you mean `maxItems`? allowed are: pageSize, maxItems",
  );
  expect(problemWithUnknown("colour", "argument", allowed)).toBe(
    "is no argument; allowed are: pageSize, maxItems",
  );
});
