import { hideLikelySecrets, redactedMark } from "./secret-patterns";

/** Replaces the secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Creates a redactor of secret values, such as the token of a request, and of everything that looks like a secret. For the value `my"key-123`:
 *
 *     got my"key-123 and Bearer abcd      becomes   got [redacted] and Bearer [redacted]
 *     got my\"key-123 or MY%22KEY-123     becomes   got [redacted] or [redacted]
 *     got bXkia2V5LTEyMw== in Base64      becomes   [redacted]
 *
 * 1. It replaces a value as it is, or escaped as in JSON or a URL, in upper and lower case, and what looks like a secret.
 * 2. If the rest contains the value in Base64 or in other escapes, such as JSON in a URL, it replaces the whole text. This compares letters and digits
 *    only, so that "my key 123" is hidden, too: a message that says too little is better than one that shows a secret.
 */
export function createRedactor(values: readonly string[]): Redact {
  const forms = formsToReplace(values);
  const searched = lettersToSearch(forms);
  return (text) => {
    const withoutForms = forms.reduce(replaceForm, text);
    const withoutLikelySecrets = hideLikelySecrets(withoutForms);
    const letters = lettersAndDigitsOf(withoutLikelySecrets);
    const stillContainsValue = searched.some((part) => letters.includes(part));
    return stillContainsValue ? redactedMark : withoutLikelySecrets;
  };
}

/** Parts of a long value. If a server cuts off the value, the text contains some of them, but not the value. A short rest could occur in any text. */
const partsOfValue = /.{1000}/gsu;

/** The values as they are, in JSON and in a URL: `a"b`, `a\"b` and `a%22b`. */
function formsToReplace(values: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const value of values) {
    if (value === "") continue;
    const parts = value.toWellFormed().match(partsOfValue) ?? [];
    for (const part of [value, ...parts]) {
      forms.add(part);
      forms.add(JSON.stringify(part).slice(1, -1));
      forms.add(encodeURIComponent(part.toWellFormed()));
    }
  }
  // Longest first, because one form can contain another.
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Shortest form that is replaced within a word. A secret "a" is replaced in "value 'a'", but not in "bad". */
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

/** Shortest run of letters and digits that is searched. Other texts can contain a shorter one by accident. */
const minSearchedLength = 6;

/** The letters and digits of the forms, and of their Base64. A text with these in a row contains a value, however it is escaped. */
function lettersToSearch(forms: readonly string[]): string[] {
  const letters = new Set<string>();
  for (const form of forms) {
    for (const encoded of [form, ...base64Of(form)]) letters.add(lettersAndDigitsOf(encoded));
  }
  return [...letters].filter(({ length }) => length >= minSearchedLength);
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

const maxNestedEscapes = 5;

/**
 * The letters and digits of a text, in lower case, without those of its escape sequences. They are the same for all ways to escape the text: `Key/1"b`,
 * `Key\/1\"b` in JSON and `Key%2F1%22b` in a URL all give "key1b".
 */
function lettersAndDigitsOf(text: string): string {
  let plain = text;
  // Escapes can be within each other: `%5C%22` becomes `\"`, which becomes `"`.
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
