import { expect, test } from "@jest/globals";
import { expiryFields, secretFields, wireNames } from "../../emulator/fields";
import { fieldNames, integrationFields, isSecretField } from "../../provider/api/fields";

const wire = (names: readonly (keyof typeof integrationFields)[]) =>
  names.map((name) => integrationFields[name].wire).sort();

test("the emulator, which imports nothing from the provider, has the same fields", () => {
  expect([...wireNames].sort()).toEqual(wire(fieldNames));
  expect([...secretFields].sort()).toEqual(wire(fieldNames.filter(isSecretField)));
  const expiries = fieldNames.filter((name) => integrationFields[name].kind === "expiry");
  expect([...expiryFields].sort()).toEqual(wire(expiries));
});

test("each field has a unique letter in the record of managed fields", () => {
  const letters = fieldNames.map((name) => integrationFields[name].letter);
  expect(new Set(letters).size).toBe(letters.length);
  expect(letters.filter((letter) => !/^[A-Za-z]$/.test(letter))).toEqual([]);
});
