import { expect, test } from "@jest/globals";
import { fieldNames, integrationFields } from "../../provider/api";
import { canonicalScopes, sameField } from "../../provider/lifecycle/values";

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

test("scopes are the same in any order, and different when one is missing", () => {
  expect(sameField("scopes", "a,b,c", "c b a")).toBe(true);
  expect(sameField("scopes", "a,b,c", "a,b")).toBe(false);
});

const moment = 1_893_456_000_000;

test.each([
  [moment, moment, true],
  [moment + 999, moment, true],
  [moment, moment + 999, true],
  [moment + 1000, moment, false],
  [moment, moment + 1000, false],
])("expiries %d and %d mean the same: %p", (left, right, same) => {
  expect(sameField("partnerAccessTokenExpiry", left, right)).toBe(same);
  expect(sameField("partnerRefreshTokenExpiry", left, right)).toBe(same);
});

test.each(fieldNames)("absent %s is the same as absent, and as no value", (name) => {
  const value = integrationFields[name].kind === "expiry" ? 1 : "1";
  expect(sameField(name, undefined, undefined)).toBe(true);
  expect(sameField(name, value, undefined)).toBe(false);
  expect(sameField(name, undefined, value)).toBe(false);
  expect(sameField(name, undefined, "undefined")).toBe(false);
  expect(sameField(name, "undefined", undefined)).toBe(false);
});

test.each(fieldNames.filter((name) => ["id", "secret", "text"].includes(integrationFields[name].kind)))(
  "%s is compared letter by letter",
  (name) => {
    expect(sameField(name, "Id,1 ", "Id,1 ")).toBe(true);
    expect(sameField(name, "12", "012")).toBe(false);
    expect(sameField(name, "b,a", "a,b")).toBe(false);
    expect(sameField(name, '{"a": 1}', '{"a":1}')).toBe(false);
    expect(sameField(name, "caf\u00e9", "cafe\u0301")).toBe(false);
  },
);

test("metadata is the same in any spelling of its JSON", () => {
  expect(sameField("partnerMetadata", '{"b":[1,2],"a":1}', '{ "a": 1.0, "b": [1, 2] }')).toBe(true);
  expect(sameField("partnerMetadata", '{"b":[1,2]}', '{"b":[2,1]}')).toBe(false);
});
