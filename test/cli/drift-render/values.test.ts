import { expect, test } from "@jest/globals";
import { shownTime, shownValues, wholeValues } from "../../../cli/drift/render/values";
import type { DriftedProperty } from "../../../cli/look/report";
import { visibleShellWord } from "../../../cli/text/shell";
import { shorten, visible } from "../../../cli/text/visible";

const texts = (given: Partial<DriftedProperty>, limit = 1000) => {
  const { program, pinterest } = shownValues({ name: "additionalId1", secret: false, ...given }, limit);
  return [program.text, pinterest.text];
};

test("what is not set says so, and a text that says the same stands in quotes", () => {
  expect(texts({ program: null, pinterest: "not set" })).toEqual(["not set", '"not set"']);
});

test("texts whose ends do not show stand in quotes", () => {
  expect(texts({ program: "", pinterest: " a " })).toEqual(['""', '" a "']);
});

test("a text with quotes of its own has others only where it could be taken for another text", () => {
  expect(texts({ program: '"abc"', pinterest: '"not set"' })).toEqual(['"abc"', '""not set""']);
  expect(texts({ program: '"', pinterest: '""' })).toEqual(['"', '""""']);
});

test("a secret differs, and no more is told, even where the values are there", () => {
  expect(texts({ secret: true, program: "hush", pinterest: "hush-2" })).toEqual([
    "(secret)",
    "differs (secret)",
  ]);
});

test("an expiry shows its date; a number that is no moment stays a number", () => {
  expect(texts({ name: "partnerAccessTokenExpiry", program: 1_767_225_600_999, pinterest: 9e15 })).toEqual([
    "2026-01-01T00:00:00Z (1767225600999)",
    "9000000000000000",
  ]);
  expect(texts({ program: 1_767_225_600_000, pinterest: true })).toEqual(["1767225600000", "true"]);
});

test("a page shows line ends as such, and all else that does not show as an escape", () => {
  const { program, pinterest } = wholeValues({
    name: "partnerMetadata",
    secret: false,
    program: "a\nb",
    pinterest: "a\r\nb\t",
  });
  expect([program.text, pinterest.text]).toEqual(["a\nb", "a\\r\nb\\t"]);
});

test("long values keep beginning and end", () => {
  const [program] = texts({ program: `${"a".repeat(100)}${"z".repeat(100)}`, pinterest: null }, 80);

  expect(program).toMatch(/^a{50,}…z{20,}$/);
  expect(program).toHaveLength(80);
});

test("long values that differ in the middle keep what differs", () => {
  const around = ["a".repeat(200), "z".repeat(200)];
  const [program, pinterest] = texts({ program: around.join("RED"), pinterest: around.join("BLUE") }, 80);

  expect(program).toContain("aaaREDzzz");
  expect(pinterest).toContain("aaaBLUEzzz");
  expect([program, pinterest].every((text) => (text?.length ?? 0) <= 80)).toBe(true);
});

test("a long value whose end is missing differs from the whole one in what is shown", () => {
  const [program, pinterest] = texts({ program: "a".repeat(300), pinterest: "a".repeat(200) }, 80);

  expect(program).not.toBe(pinterest);
});

test("shortening cuts no character in two", () => {
  expect(shorten("😀".repeat(50), 10)).toBe(`${"😀".repeat(6)}…${"😀".repeat(3)}`);
});

test.each([
  ["\u001b[31mred", "\\u{1b}[31mred"],
  ["a\nb\tc\r", "a\\nb\\tc\\r"],
  ["\u009b2J", "\\u{9b}2J"],
  ["safe\u202egnp.exe", "safe\\u{202e}gnp.exe"],
  ["a\u200bb\u00a0c\ufeff", "a\\u{200b}b\\u{a0}c\\u{feff}"],
  ["\ud800", "\\u{d800}"],
  ["\u{e0041}", "\\u{e0041}"],
  ["Zürich 東京 😀", "Zürich 東京 😀"],
])("%j is shown as %s", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("times are told in UTC to the second; what is no time stays as it is", () => {
  expect(shownTime("2026-07-31T22:15:00.123+02:00")).toBe("2026-07-31T20:15:00Z");
  expect(shownTime("some\nday")).toBe("some\\nday");
});

test.each([
  ["shop-1", "shop-1"],
  ["", "''"],
  ["de ulm's", "'de ulm'\\''s'"],
  ["$(rm x)`y`", "'$(rm x)`y`'"],
  ["a\n'b\\", "$'a\\x0a\\'b\\\\'"],
  ["a\u00a0b", "$'a\\U000000a0b'"],
])("%j is one word for a shell: %s", (text, word) => {
  expect(visibleShellWord(text)).toBe(word);
});
