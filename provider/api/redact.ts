import { hideLikelySecrets, redactedMark } from "./secret-patterns";

/** Replaces the secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Creates a redactor of secret values, such as the token of a request. Its steps for the value `my"key-123`:
 *
 *     step                                          text                             result
 *     1. replaces the value, also in JSON or URLs   my"key-123 or MY%22KEY-123       [redacted] or [redacted]
 *     2. replaces what looks like any secret        Bearer abcd                      Bearer [redacted]
 *     3. hides a text that still has the value      got bXkia2V5LTEyMw== in Base64   [redacted]
 *
 * Step 3 compares letters and digits only. So it finds the value in any escapes, and also hides "my key 123": a message that says too little is better
 * than one that shows a secret. Short values can occur in a text by accident: step 1 replaces them only as whole words, and step 3 ignores them.
 */
export function createRedactor(values: readonly string[]): Redact {
  const forms = formsToReplace(values);
  const fingerprints = fingerprintsToFind(forms);
  return (text) => {
    const withoutForms = forms.reduce(replaceForm, text);
    const withoutLikelySecrets = hideLikelySecrets(withoutForms);
    const rest = fingerprintOf(withoutLikelySecrets);
    const stillHasValue = fingerprints.some((fingerprint) => rest.includes(fingerprint));
    return stillHasValue ? redactedMark : withoutLikelySecrets;
  };
}

/**
 * A server can cut off a long value in its message, so that the text has only its beginning. Therefore, each complete piece of this length is replaced,
 * too. The shorter rest is not, because it can occur in a text by accident.
 */
const completePieces = /.{1000}/gsu;

/** The values as they are, in JSON and in a URL: `a"b`, `a\"b` and `a%22b`. */
function formsToReplace(values: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const value of values) {
    if (value === "") continue;
    const pieces = value.toWellFormed().match(completePieces) ?? [];
    for (const text of [value, ...pieces]) {
      forms.add(text);
      forms.add(JSON.stringify(text).slice(1, -1));
      forms.add(encodeURIComponent(text.toWellFormed()));
    }
  }
  // Longest first, because one form can contain another.
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Shortest form that is replaced within a word. A shorter one, "a", is replaced in "value 'a'", but not in "bad". */
const minLengthWithinWord = 4;

/** A regular expression of a longer string is too large. */
const maxPatternLength = 10_000;

/** Replaces a form in upper and lower case. A very long form must match exactly. */
function replaceForm(text: string, form: string): string {
  if (form.length > maxPatternLength) return text.replaceAll(form, redactedMark);
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const pattern = form.length < minLengthWithinWord ? `(?<!\\w)${literal}(?!\\w)` : literal;
  return text.replace(new RegExp(pattern, "gi"), redactedMark);
}

/** Shortest fingerprint that is searched. Other texts can contain a shorter one by accident. */
const minFingerprintLength = 6;

/** The fingerprints of the forms, and of their Base64. */
function fingerprintsToFind(forms: readonly string[]): string[] {
  const fingerprints = new Set<string>();
  for (const form of forms) {
    for (const encoded of [form, ...base64Of(form)]) fingerprints.add(fingerprintOf(encoded));
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

/** How often escapes can be within each other: `%5C%22` becomes `\"`, which becomes `"`. */
const maxNestedEscapes = 5;

/**
 * The fingerprint of a text: its letters and digits, in lower case, without those of escape sequences. It is the same however the text is escaped:
 * `Key/1"b`, `Key\/1\"b` in JSON and `Key%2F1%22b` in a URL all have "key1b".
 */
function fingerprintOf(text: string): string {
  let plain = text;
  for (let level = 0; level < maxNestedEscapes; level += 1) plain = unescaped(plain);
  return plain.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

/** The character of a Unicode code point; a space if there is none. */
function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}

/**
 * Resolves the escape sequences of URLs, JSON and HTML, once. `&amp;` comes after the numbers, and the backslash last, so that no step creates a sequence
 * for a later step: `&amp;#65;` becomes `&#65;`, and the next call turns that into "A".
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
