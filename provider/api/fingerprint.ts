/** Most levels of escapes within each other: `%5C%22` has two. */
const maxNestedEscapes = 5;

/**
 * The fingerprint of a text: its letters and digits, in lower case, without those of escape sequences. It is the same however the text is escaped:
 * `Key/1"b`, `Key\/1\"b` in JSON and `Key%2F1%22b` in a URL all have "key1b".
 */
export function fingerprintOf(text: string): string {
  let plain = text;
  for (let level = 0; level < maxNestedEscapes; level += 1) plain = unescaped(plain);
  return plain.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

/** Shortest fingerprint of a value. Other texts can contain a shorter one by accident. */
const minFingerprintLength = 6;

/**
 * The fingerprints of values. If a text contains a value, in any escapes or in Base64, the text's fingerprint contains one of them.
 * Fingerprints below {@link minFingerprintLength} are left out.
 */
export function fingerprintsOf(values: readonly string[]): string[] {
  const fingerprints = new Set<string>();
  for (const value of values) {
    for (const encoded of [value, ...base64Of(value)]) fingerprints.add(fingerprintOf(encoded));
  }
  return [...fingerprints].filter(({ length }) => length >= minFingerprintLength);
}

/**
 * The characters of a value's Base64 that are the same in each text that contains the value. There are three variants, because Base64 encodes groups of
 * three bytes, and a value can begin at each byte of a group. A character has 6 bits, so the first and last one can depend on other bytes. For "abcd":
 *
 *     text     Base64     bits of "abcd"   characters with only these bits
 *     abcd     YWJjZA==   0 to 31          0 to 4: YWJjZ
 *     xabcd    eGFiY2Q=   8 to 39          2 to 5: FiY2
 *     xxabcd   eHhhYmNk   16 to 47         3 to 7: hYmNk
 */
function base64Of(value: string): string[] {
  return [0, 1, 2].map((bytesBefore) => {
    const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(value)]);
    const firstOwnCharacter = Math.ceil((bytesBefore * 8) / 6);
    const ownCharactersEnd = Math.floor((bytes.length * 8) / 6);
    return bytes.toString("base64").slice(firstOwnCharacter, ownCharactersEnd);
  });
}

/** The character of a Unicode code point; a space if there is none. */
function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}

/**
 * Resolves the escape sequences of URLs, JSON and HTML: `%26amp;` becomes "&". A step can create a sequence for a later one, which may then be
 * resolved, too. That is harmless: the fingerprints of a value and of a text are computed in the same way.
 */
function unescaped(text: string): string {
  if (!/[%\\&]/.test(text)) return text;
  return (
    text
      // %C3%A9 is "é": a character can have several bytes.
      .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString())
      .replace(/\\u([0-9a-f]{4})/gi, (_sequence, code) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/&#x([0-9a-f]{1,6});/gi, (_sequence, code) => characterOf(Number.parseInt(code, 16)))
      .replace(/&#(\d{1,7});/g, (_sequence, code) => characterOf(Number(code)))
      .replace(/&amp;/gi, "&")
      // Not exact, because only letters and digits matter: &quot; and \n become spaces.
      .replace(/&(?:lt|gt|quot|apos);|\\[bfnrt]/gi, " ")
      .replace(/\\(.)/gs, "$1")
  );
}
