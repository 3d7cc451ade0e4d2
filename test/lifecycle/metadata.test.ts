import { expect, test } from "@jest/globals";
import { validateField } from "../../provider/lifecycle/check";
import { canonicalField } from "../../provider/lifecycle/values";

const canonicalMetadata = (text: string) => canonicalField("partnerMetadata", text);

test.each([
  ["white space", ' {\n "a" : [ 1 , 2 ] }\t', '{"a":[1,2]}'],
  ["the order of keys, at every depth", '{"b":{"d":1,"c":2},"a":3}', '{"a":3,"b":{"c":2,"d":1}}'],
  ["keys that look like numbers", '{"b":1,"10":2,"9":3}', '{"10":2,"9":3,"b":1}'],
  ["how a number is written", "[1.0,1e2,-0,0.50,1E-7]", "[1,100,0,0.5,1e-7]"],
  ["escapes", '"\\u00e9\\u002F\\/"', '"é//"'],
  ["a key repeated with its value", '{"a":1,"a":1}', '{"a":1}'],
])("ignores %s", (_what, text, canonical) => {
  expect(canonicalMetadata(text)).toBe(canonical);
  expect(canonicalMetadata(canonical)).toBe(canonical);
});

test.each([
  ["the order of a list", "[1,2]", "[2,1]"],
  ["a number and its text", "[1]", '["1"]'],
  ["null and nothing", '{"a":null}', "{}"],
  ["composed and decomposed letters", '"caf\u00e9"', '"cafe\u0301"'],
  ["integers that a double cannot tell apart", "[9007199254740993]", "[9007199254740992]"],
  ["fractions that a double cannot tell apart", "[0.10000000000000000001]", "[0.1]"],
  ["numbers beyond a double's range", "[1e400]", "[1e401]"],
])("distinguishes %s", (_what, left, right) => {
  expect(canonicalMetadata(left)).not.toBe(canonicalMetadata(right));
});

test.each(["7300000000000000001", "-9007199254740993", "123456789012345678901234567890", "1e400"])(
  "the number %s keeps its digits",
  (digits) => {
    expect(canonicalMetadata(`{"id": ${digits}}`)).toBe(`{"id":${digits}}`);
  },
);

test.each([
  ["plain text", "free text, as it is "],
  ["nothing", ""],
  ["broken JSON", '{"b":1, "a":'],
  ["JSON with something behind it", '{"b":1} {"a":2}'],
  ["a number with a leading zero", "[007]"],
  ["single quotes", "{'b':1}"],
  ["a key given two values, of which a parser would lose one", '{ "a":1, "a":2 }'],
])("keeps %s unchanged", (_what, text) => {
  expect(canonicalMetadata(text)).toBe(text);
});

test("keeps keys that are special in JavaScript", () => {
  const text = '{"__proto__":{"a":1},"constructor":2,"toString":3}';
  expect(canonicalMetadata(text)).toBe(text);
});

test("escapes halves of surrogate pairs, and keeps whole pairs", () => {
  expect(canonicalMetadata('"\\ud83d\\ude00"')).toBe('"😀"');
  expect(canonicalMetadata('"\\ud83d"')).toBe('"\\ud83d"');
});

test("keeps JSON that is nested too deeply to parse", () => {
  const text = `${"[".repeat(200_000)} ${"]".repeat(200_000)}`;
  expect(canonicalMetadata(text)).toBe(text);
});

test("formats an object like a string of the same document", () => {
  expect(validateField("partnerMetadata", { b: [1, { d: true, c: null }], a: "é" })).toBe(
    '{"a":"é","b":[1,{"c":null,"d":true}]}',
  );
  expect(validateField("partnerMetadata", [])).toBe("[]");
});
