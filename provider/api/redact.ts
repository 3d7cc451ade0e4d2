import { hideLikelySecrets, redactedMark } from "./secret-patterns";

/** Replaces the secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Creates a redactor of secret values, such as the token of a request, and of everything that looks like a secret. For the value `my"key-123`:
 *
 *     got my"key-123, my\"key-123 or MY%22KEY-123   becomes   got [redacted], [redacted] or [redacted]
 *     got Bearer abcd                               becomes   got Bearer [redacted]
 *     got bXkia2V5LTEyMw== (Base64)                 becomes   [redacted]
 *
 * If the text still contains a value in another encoding, the whole text is replaced: a message that says too little is better than one that shows a
 * secret.
 */
export function createRedactor(values: readonly string[]): Redact {
  const parts = values.flatMap(partsOf);
  // Longest first, because one form can contain another.
  const forms = [...new Set(parts.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const searched = parts.map(lettersAndDigitsOf).filter(({ length }) => length >= minSearchedLength);
  return (text) => {
    // Encodings that are certain: only the value is replaced.
    const redacted = hideLikelySecrets(forms.reduce(replaceForm, text));
    // Other encodings: the whole text is replaced.
    return searched.length > 0 && contains(redacted, searched) ? redactedMark : redacted;
  };
}

/** Whether a text contains one of the values, given by their letters and digits, in any encoding. */
function contains(text: string, searched: readonly string[]): boolean {
  return [text, ...base64Decodings(text)].some((decoding) => {
    const letters = lettersAndDigitsOf(decoding);
    return searched.some((value) => letters.includes(value));
  });
}

/** Shortest form that is replaced within a word. A secret "a" is replaced in "value 'a'", but not in "bad". */
const minLengthWithinWord = 4;

/** Shortest run of letters and digits that is searched. Other texts can contain a shorter one by accident. */
const minSearchedLength = 6;

/** A regular expression of a longer string is too large. */
const maxPatternLength = 10_000;

/** The value, and its parts of 1,000 characters: if a server cuts off a long value, the text contains only some of them. */
function partsOf(value: string): string[] {
  const text = value.toWellFormed();
  return text === "" ? [] : [text, ...(text.match(/.{1000}/gsu) ?? [])];
}

/** A value as it is, in JSON and in a URL: `a"b`, `a\"b` and `a%22b`. */
function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())];
}

/** Replaces a form in upper and lower case. A very long form must match exactly. */
function replaceForm(text: string, form: string): string {
  if (form.length > maxPatternLength) return text.replaceAll(form, redactedMark);
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const pattern = form.length < minLengthWithinWord ? `(?<!\\w)${literal}(?!\\w)` : literal;
  return text.replace(new RegExp(pattern, "gi"), redactedMark);
}

/**
 * The letters and digits of a text, in lower case and without escape sequences. They are the same for all ways to escape the text: `Key/1"b`,
 * `Key\/1\"b` in JSON and `Key%2F1%22b` in a URL all give "key1b".
 */
function lettersAndDigitsOf(text: string): string {
  return unescaped(text)
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

/**
 * Decodes the text as Base64, which encodes three bytes in a group of four characters. Nobody knows where the first group begins, so there are four
 * decodings, and one of them contains the value:
 *
 *     tokenbXktc2VjcmV0   from the first character    other bytes
 *      okenbXktc2VjcmV0   from the second character   three other bytes and "my-secret"
 */
function base64Decodings(text: string): string[] {
  const runs =
    unescaped(text)
      .replace(/\s/g, "")
      .match(/[\w+/-]{8,}/g) ?? [];
  return [0, 1, 2, 3].map((start) =>
    runs.map((run) => Buffer.from(run.slice(start), "base64").toString()).join(" "),
  );
}

const maxNestedEscapes = 5;

/** Resolves the escape sequences of URLs, JSON and HTML. They can be nested: `%5C%22` becomes `\"`, which becomes `"`. */
function unescaped(text: string): string {
  let plain = text;
  for (let level = 0; level < maxNestedEscapes && /[%\\&]/.test(plain); level += 1) {
    plain = plain
      // %C3%A9 is "é": a character can have several bytes.
      .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString())
      .replace(/\\u([0-9a-f]{4})/gi, (_sequence, code) => String.fromCharCode(Number(`0x${code}`)))
      .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (_sequence, code) => characterOf(Number(`0${code}`)))
      // After the numbers: `&amp;#65;` is the text `&#65;`, which may be an escape sequence of the next level.
      .replace(/&amp;/gi, "&")
      // Not exact, because only letters and digits matter: &quot; and \n become spaces.
      .replace(/&(?:lt|gt|quot|apos);|\\[bfnrt]/gi, " ")
      .replace(/\\(.)/gs, "$1");
  }
  return plain;
}

/** The character of a Unicode code point; a space if there is none. */
function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : " ";
}
