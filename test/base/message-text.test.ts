import { expect, test } from "@jest/globals";
import {
  describe as describeValue,
  firstOf,
  nearestNames,
  oneLine,
  problemWithUnknown,
  quoted,
  shownText,
} from "../../provider/base/message-text";
import { unknownName } from "../expected/messages";

test.each([
  ["deletelimit", "deleteLimit"],
  ["deleteLimt", "deleteLimit"],
  ["delLimit", "deleteLimit"],
])("suggests for %s: %s", (name, suggestion) => {
  expect(nearestNames(name, ["accessToken", "deleteLimit"])[0]).toBe(suggestion);
});

test("suggests nothing if no name is near", () => {
  expect(nearestNames("delLim", ["accessToken", "deleteLimit"])).toEqual([]);
});

test("accepts a limit for edits", () => {
  expect(nearestNames("ab", ["abcd"], 2)).toEqual(["abcd"]);
  expect(nearestNames("ab", ["abcd"], 1)).toEqual([]);
});

test("returns up to three names that are about as near as the nearest one, nearest first", () => {
  const allowed = ["tagId", "lbaId", "tags", "tagName", "metadata"];
  expect(nearestNames("tagIds", allowed)).toEqual(["tagId", "tags"]);
  expect(nearestNames("Id", ["aId", "bId", "cId", "dId"])).toEqual(["aId", "bId", "cId"]);
});

test("suggests the nearest names, and lists all names only if none is near", () => {
  const allowed = ["pageSize", "maxItems", "minItems"];
  expect(problemWithUnknown("pagesize", "argument", allowed)).toBe(unknownName("argument", "pageSize"));
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
  [-1, "a negative number"],
  [1.5, "a number that is not whole"],
  [Number.NaN, "not a number"],
  [null, "null"],
  [[1], "a list"],
  [{ a: 1 }, "an object"],
])("describes %p without its value", (value, description) => {
  expect(describeValue(value)).toBe(description);
});

test("describes 0 by its value", () => {
  expect(describeValue(0)).toBe("0");
});

// Of a text with more than 2,048 code units, 1,024 characters remain: two thirds at the start, "…", and one third at the end.
test.each([
  ["a short one", "shop-1", "shop-1"],
  ["with control characters", "a\n\u001b[31m\u202eb", "a\\n\\u{1b}[31m\\u{202e}b"],
  ["with half an emoji", "half \ud83d", "half \\u{d83d}"],
  ["of the longest length", "x".repeat(2048), "x".repeat(2048)],
  ["that is longer by 1", "x".repeat(2049), `${"x".repeat(682)}…${"x".repeat(341)}`],
  ["that is much longer", "x".repeat(3000), `${"x".repeat(682)}…${"x".repeat(341)}`],
  ["of the longest length with an emoji", `${"x".repeat(2046)}🛍`, `${"x".repeat(2046)}🛍`],
  ["that an emoji makes too long", `${"x".repeat(2047)}🛍`, `${"x".repeat(682)}…${"x".repeat(340)}🛍`],
  ["of emoji", "🛍".repeat(3000), `${"🛍".repeat(682)}…${"🛍".repeat(341)}`],
])("shows a name in one line of limited length: %s", (_what, name, shown) => {
  expect(shownText(name)).toBe(shown);
});

test("names the first ten of many items, and counts the others", () => {
  expect(firstOf(["a", "b"])).toBe("a, b");
  expect(firstOf("abcdefghijkl".split(""))).toBe("a, b, c, d, e, f, g, h, i, j and 2 more");
});

test("quotes a name as JSON, with limited length", () => {
  expect(quoted("x".repeat(2048))).toBe(`"${"x".repeat(2048)}"`);
  expect(quoted("x".repeat(2049))).toBe(`"${"x".repeat(682)}…${"x".repeat(341)}"`);
  expect(quoted('a "b"\n\u202e')).toBe('"a \\"b\\"\\n\\u202e"');
});

test.each([
  [" a \n\t b\u202e ", 100, "a b"],
  ["abc", 3, "abc"],
  ["abcd", 3, "abc…"],
  ["ab🛍", 3, "ab\ufffd…"],
  ["<p>a</p><script>b()</script>\n<style>c</style >d", 100, "a d"],
  ["a <b> c", 100, "a <b> c"],
  ["  <b>c</b> < d", 100, "c < d"],
])("writes %j in one line, cut after %d characters", (text, limit, line) => {
  expect(oneLine(text, limit)).toBe(line);
});
