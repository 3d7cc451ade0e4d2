import fc, { type Arbitrary } from "fast-check";

const surrogates = 0x800;

const characterAt = (index: number) => String.fromCodePoint(index < 0xd800 ? index : index + surrogates);

function indexOf(character: unknown): number {
  const point = typeof character === "string" ? (character.codePointAt(0) ?? 0) : 0;
  const index = point < 0xd800 ? point : point - surrogates;
  if (characterAt(index) !== character) throw new Error("not a character");
  return index;
}

/** Any Unicode character, as `unit` of strings. The unit "binary" is equivalent, but first creates a table of all 1.1 million characters. */
export const anyCharacter: Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - surrogates })
  .map(characterAt, indexOf);
