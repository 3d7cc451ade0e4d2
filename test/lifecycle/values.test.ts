import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
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
import { anyCharacter } from "../any-character";

test.each([
  ["ads:write,ads:read", "ads:read,ads:write"],
  [" ads:write ,\tads:read,\n", "ads:read,ads:write"],
  ["ads:read,ads:read,ads:read", "ads:read"],
  ["Ads:read,ads:read", "Ads:read,ads:read"],
  [" , ,", ""],
])("scopes %j are the set %j", (text, set) => {
  expect(canonicalScopes(text)).toBe(set);
  expect(canonicalScopes(set)).toBe(set);
});

describe("canonical metadata", () => {
  test.each([
    ["whitespace", ' {\n "a" : [ 1 , 2 ] }\t', '{"a":[1,2]}'],
    ["whitespace around long numbers", '{ "a" : 9007199254740993 }', '{"a":9007199254740993}'],
    ["the order of keys, at every depth", '{"b":{"d":1,"c":2},"a":3}', '{"a":3,"b":{"c":2,"d":1}}'],
    ["keys that look like numbers", '{"b":1,"10":2,"9":3}', '{"10":2,"9":3,"b":1}'],
    ["the notation of a number", "[1.0,1e2,-0,0.50,1E-7]", "[1,100,0,0.5,1e-7]"],
    ["escapes", '"\\u00e9\\u002F\\ud83d\\ude00"', '"é/😀"'],
    ["a key repeated with its value", '{"a":1,"a":1}', '{"a":1}'],
  ])("ignores %s", (_what, text, canonical) => {
    expect(canonicalMetadata(text)).toBe(canonical);
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

  test.each([
    ["plain text", "free text, as it is "],
    ["a number alone, such as a version", "1.10"],
    ["long numbers", '{"id":123456789012345678901234567890}'],
    ["broken JSON", '{"b":1, "a":'],
    ["JSON with trailing characters", '{"b":1} {"a":2}'],
    ["a number with a leading zero", "[007]"],
    ["a repeated key with two values, of which a parser would lose one", '{ "a":1, "a":2 }'],
    ["keys that are special in JavaScript", '{"__proto__":{"a":1},"constructor":2}'],
    ["half of a surrogate pair", '"\\ud83d"'],
    ["JSON that is nested too deeply to parse", `${"[".repeat(200_000)} ${"]".repeat(200_000)}`],
  ])("keeps %s unchanged", (_what, text) => {
    expect(canonicalMetadata(text)).toBe(text);
  });

  test("is stable, and preserves the document", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (document) => {
        const canonical = canonicalMetadata(JSON.stringify(document, null, 1));
        expect(canonicalMetadata(canonical)).toBe(canonical);
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(document)));
      }),
    );
  });

  test("of an object is that of a string of the same document", () => {
    expect(checkArgument("partnerMetadata", { b: [1, { d: true, c: null }], a: "é" }).canonical).toBe(
      '{"a":"é","b":[1,{"c":null,"d":true}]}',
    );
  });
});

const time = 1_893_456_000_000;

test.each([
  ["scopes in another order", "scopes", "a,b,c", "c b a", true],
  ["a missing scope", "scopes", "a,b,c", "a,b", false],
  ["another format of metadata", "partnerMetadata", '{"b":[1,2],"a":1}', '{ "a": 1.0, "b": [1, 2] }', true],
  ["another order of a list", "partnerMetadata", '{"b":[1,2]}', '{"b":[2,1]}', false],
  ["less than a second", "partnerAccessTokenExpiry", time + 999, time, true],
  ["a second", "partnerRefreshTokenExpiry", time, time + 1000, false],
] as const)(
  "Pinterest's value can differ from the program's by %s (%s)",
  (_what, name, left, right, same) => {
    expect(sameField(name, left, right)).toBe(same);
    expect(sameField(name, right, left)).toBe(same);
  },
);

test.each(fieldNames)("a missing %s equals only a missing value", (name) => {
  const value = integrationFields[name].kind === "expiry" ? 1 : "1";
  expect(sameField(name, undefined, undefined)).toBe(true);
  expect(sameField(name, value, undefined)).toBe(false);
  expect(sameField(name, undefined, value)).toBe(false);
  expect(sameField(name, undefined, "undefined")).toBe(false);
});

test.each(fieldNames.filter((name) => ["id", "secret", "text"].includes(integrationFields[name].kind)))(
  "%s is compared character by character",
  (name) => {
    expect(sameField(name, "Id,1 ", "Id,1 ")).toBe(true);
    expect(sameField(name, "12", "012")).toBe(false);
    expect(sameField(name, "b,a", "a,b")).toBe(false);
    expect(sameField(name, '{"a": 1}', '{"a":1}')).toBe(false);
  },
);

test.each([
  ["********", true],
  ["••••••", true],
  ["…", true],
  ["xxxx", true],
  ["shpat_****cdef", true],
  ["shpat_...", true],
  ["shpat_XXXXXXXXXXXXcdef", true],
  ["a****@example.com", true],
  ["shpat_fedcba9876543210", false],
  ["a.b@example.com", false],
  ["xxx.yyy..zzz", false],
  ["", false],
])("the secret %j may be masked: %p", (shown, isMasked) => {
  expect(mayBeMasked(shown)).toBe(isMasked);
});

test.each([
  ["scopes", "b, a", "a,b", true],
  ["partnerMetadata", '{"a":1}', '{ "a": 1 }', true],
  ["partnerAccessTokenExpiry", time, time + 999, true],
  ["account", "north", "north", true],
  ["adopt", true, true, true],
  ["tags", ["a", { b: 1, c: 2 }], ["a", { c: 2, b: 1 }], true],
  ["connectedTagId", undefined, undefined, true],
  ["connectedTagId", "1", "2", false],
  ["connectedTagId", "1", undefined, false],
  ["partnerAccessTokenExpiry", time, time + 1000, false],
  ["account", "b,a", "a,b", false],
  ["adopt", true, false, false],
  ["scopes", "a", "a,b", false],
  ["partnerMetadata", '{"a":1}', '{"a":2}', false],
  ["tags", ["a", { b: 1 }], ["a", { b: 2 }], false],
  ["tags", ["a", "b"], ["b", "a"], false],
  ["tags", 1, "1", false],
  ["tags", ["a"], [unknownValue], false],
  ["scopes", ["a"], "a", false],
  ["scopes", "a", ["a"], false],
  ["connectedTagId", unknownValue, unknownValue, false],
  ["tags", [unknownValue], [unknownValue], false],
])("the inputs %s %j and %j are equal: %p", (name, old, now, same) => {
  expect(sameInput(name, old, now)).toBe(same);
});
