import { expect, test } from "@jest/globals";
import { fieldNames, integrationFields } from "../../provider/api";
import { checkArgument } from "../../provider/lifecycle/check";
import {
  canonicalMetadata,
  canonicalScopes,
  mayBeMasked,
  sameField,
  sameInput,
} from "../../provider/lifecycle/values";
import { unknownValue } from "../../provider/run/constants";

test.each([
  ["ads:read,ads:write", "ads:read,ads:write"],
  ["ads:write,ads:read", "ads:read,ads:write"],
  ["ads:write ads:read", "ads:read,ads:write"],
  [" ads:write ,\tads:read,\n", "ads:read,ads:write"],
  ["ads:read,ads:read,ads:read", "ads:read"],
  ["Ads:read,ads:read", "Ads:read,ads:read"],
  ["", ""],
  [" , ,", ""],
])("scopes %j are the set %j", (text, set) => {
  expect(canonicalScopes(text)).toBe(set);
  expect(canonicalScopes(set)).toBe(set);
});

test("scopes are equal in any order, and different if one is missing", () => {
  expect(sameField("scopes", "a,b,c", "c b a")).toBe(true);
  expect(sameField("scopes", "a,b,c", "a,b")).toBe(false);
});

const time = 1_893_456_000_000;

test.each([
  [time, time, true],
  [time + 999, time, true],
  [time, time + 999, true],
  [time + 1000, time, false],
  [time, time + 1000, false],
])("expiries %d and %d are equivalent: %p", (left, right, same) => {
  expect(sameField("partnerAccessTokenExpiry", left, right)).toBe(same);
  expect(sameField("partnerRefreshTokenExpiry", left, right)).toBe(same);
});

test.each(fieldNames)("a missing %s equals only a missing value", (name) => {
  const value = integrationFields[name].kind === "expiry" ? 1 : "1";
  expect(sameField(name, undefined, undefined)).toBe(true);
  expect(sameField(name, value, undefined)).toBe(false);
  expect(sameField(name, undefined, value)).toBe(false);
  expect(sameField(name, undefined, "undefined")).toBe(false);
  expect(sameField(name, "undefined", undefined)).toBe(false);
});

test.each(fieldNames.filter((name) => ["id", "secret", "text"].includes(integrationFields[name].kind)))(
  "%s is compared character by character",
  (name) => {
    expect(sameField(name, "Id,1 ", "Id,1 ")).toBe(true);
    expect(sameField(name, "12", "012")).toBe(false);
    expect(sameField(name, "b,a", "a,b")).toBe(false);
    expect(sameField(name, '{"a": 1}', '{"a":1}')).toBe(false);
    expect(sameField(name, "caf\u00e9", "cafe\u0301")).toBe(false);
  },
);

test("equivalent JSON is equal metadata", () => {
  expect(sameField("partnerMetadata", '{"b":[1,2],"a":1}', '{ "a": 1.0, "b": [1, 2] }')).toBe(true);
  expect(sameField("partnerMetadata", '{"b":[1,2]}', '{"b":[2,1]}')).toBe(false);
});

test.each([
  ["whitespace", ' {\n "a" : [ 1 , 2 ] }\t', '{"a":[1,2]}'],
  ["the order of keys, at every depth", '{"b":{"d":1,"c":2},"a":3}', '{"a":3,"b":{"c":2,"d":1}}'],
  ["keys that look like numbers", '{"b":1,"10":2,"9":3}', '{"10":2,"9":3,"b":1}'],
  ["the notation of a number", "[1.0,1e2,-0,0.50,1E-7]", "[1,100,0,0.5,1e-7]"],
  ["escapes", '"\\u00e9\\u002F\\/"', '"é//"'],
  ["a key repeated with its value", '{"a":1,"a":1}', '{"a":1}'],
])("ignores %s", (_what, text, canonical) => {
  expect(canonicalMetadata(text)).toBe(canonical);
  expect(canonicalMetadata(canonical)).toBe(canonical);
});

test.each([
  ["the order of a list", "[1,2]", "[2,1]"],
  ["a number and its string", "[1]", '["1"]'],
  ["null and a missing key", '{"a":null}', "{}"],
  ["composed and decomposed letters", '"caf\u00e9"', '"cafe\u0301"'],
  ["integers that a double cannot distinguish", "[9007199254740993]", "[9007199254740992]"],
  ["fractions that a double cannot distinguish", "[0.10000000000000000001]", "[0.1]"],
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
  ["an empty string", ""],
  ["a number alone, such as a version", "1.10"],
  ["broken JSON", '{"b":1, "a":'],
  ["JSON with trailing characters", '{"b":1} {"a":2}'],
  ["a number with a leading zero", "[007]"],
  ["single quotes", "{'b':1}"],
  ["a repeated key with two values, of which a parser would lose one", '{ "a":1, "a":2 }'],
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
  expect(checkArgument("partnerMetadata", { b: [1, { d: true, c: null }], a: "é" }).canonical).toBe(
    '{"a":"é","b":[1,{"c":null,"d":true}]}',
  );
  expect(checkArgument("partnerMetadata", []).canonical).toBe("[]");
});

test.each([
  ...["********", "*", "••••••", "●●●●", "…", "XXXXXXXX", "xxxx", "****…****"],
  ...["shpat_****************", "shpat_****cdef", "****cdef", "shpat_...", "shpat_XXXXXXXXXXXXcdef"],
  "a****@example.com",
])("'%s' may be masked", (shown) => {
  expect(mayBeMasked(shown)).toBe(true);
});

test.each(["shpat_fedcba9876543210", "a.b@example.com", "xxx.yyy..zzz", ""])(
  "'%s' is not masked",
  (shown) => {
    expect(mayBeMasked(shown)).toBe(false);
  },
);

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
