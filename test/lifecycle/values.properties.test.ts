import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonicalMetadata, canonicalScopes, sameField } from "../../provider/lifecycle/values";
import { anyCharacter } from "../any-character";

/** A document as JSON with another order of keys, and whitespace. */
function reformatted(value: unknown): string {
  if (Array.isArray(value)) {
    return `[ ${value.map(reformatted).join(" , ")} ]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).reverse();
    return `{\n${entries.map(([key, item]) => `${JSON.stringify(key)} : ${reformatted(item)}`).join(",\t")}}`;
  }
  return JSON.stringify(value);
}

test("metadata has one canonical form for any order of keys and any whitespace", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      expect(canonicalMetadata(reformatted(document))).toBe(canonicalMetadata(JSON.stringify(document)));
    }),
  );
});

test("the canonical form of metadata is stable, and preserves the document", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (document) => {
      const canonical = canonicalMetadata(JSON.stringify(document));
      expect(canonicalMetadata(canonical)).toBe(canonical);
      expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(document)));
    }),
  );
});

test("integers in metadata keep their digits", () => {
  fc.assert(
    fc.property(fc.bigInt(), (integer) => {
      expect(canonicalMetadata(`{ "n": ${integer} }`)).toBe(`{"n":${integer}}`);
    }),
  );
});

test("the canonical form of any string is stable", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(canonicalMetadata(canonicalMetadata(text))).toBe(canonicalMetadata(text));
    }),
  );
});

test("scopes are a set: order, repetition and separators are ignored", () => {
  const scope = fc.stringMatching(/^[a-z_]+:[a-z_]+$/);
  const list = fc.array(scope, { minLength: 1 });
  fc.assert(
    fc.property(list, fc.constantFrom(",", " ", ", ", "\n"), (scopes, separator) => {
      const reformattedScopes = [...scopes, ...scopes].reverse().join(separator);
      expect(sameField("scopes", scopes.join(","), reformattedScopes)).toBe(true);
      expect(canonicalScopes(reformattedScopes).split(",")).toEqual([...new Set(scopes)].sort());
    }),
  );
});
