import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalMetadata, canonicalScopes, sameField } from "../../provider/lifecycle/values";
import { anyCharacter } from "../any-character";

/** A document as text with its keys in another order and white space between. */
function respelled(value: unknown): string {
  if (Array.isArray(value)) {
    return `[ ${value.map(respelled).join(" , ")} ]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).reverse();
    return `{\n${entries.map(([key, item]) => `${JSON.stringify(key)} : ${respelled(item)}`).join(",\t")}}`;
  }
  return JSON.stringify(value);
}

test("metadata has one canonical form, however its keys are ordered and its white space set", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      expect(canonicalMetadata(respelled(document))).toBe(canonicalMetadata(JSON.stringify(document)));
    }),
  );
});

test("the canonical form of metadata is its own canonical form, and the same document", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (document) => {
      const canonical = canonicalMetadata(JSON.stringify(document));
      expect(canonicalMetadata(canonical)).toBe(canonical);
      expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(document)));
    }),
  );
});

test("no digit of an integer in metadata is lost", () => {
  fc.assert(
    fc.property(fc.bigInt(), (integer) => {
      expect(canonicalMetadata(`{ "n": ${integer} }`)).toBe(`{"n":${integer}}`);
    }),
  );
});

test("any text that is metadata comes to rest in its canonical form", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(canonicalMetadata(canonicalMetadata(text))).toBe(canonicalMetadata(text));
    }),
  );
});

test("scopes are a set: order, repetition and separators mean nothing", () => {
  const scope = fc.stringMatching(/^[a-z_]+:[a-z_]+$/);
  const list = fc.array(scope, { minLength: 1 });
  fc.assert(
    fc.property(list, fc.constantFrom(",", " ", ", ", "\n"), (scopes, separator) => {
      const respelledScopes = [...scopes, ...scopes].reverse().join(separator);
      expect(sameField("scopes", scopes.join(","), respelledScopes)).toBe(true);
      expect(canonicalScopes(respelledScopes).split(",")).toEqual([...new Set(scopes)].sort());
    }),
  );
});
