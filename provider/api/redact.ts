import { parseIfJson } from "../base/json";
import { integrationFields, secretFieldNames } from "./fields";

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

const mark = "[redacted]";

/**
 * Creates a redactor of values, and of everything that looks like a secret: values of secret fields by their key, bearer tokens, tokens of Pinterest.
 *
 * It replaces a value as it is, or escaped as in JSON or a URL, in upper and lower case. If the rest contains the value in Base64 or in other escapes,
 * such as JSON in a URL, it replaces the whole text.
 */
export function createRedactor(values: readonly string[]): Redact {
  // Created when it is first used, because most requests succeed and are not logged.
  let known: KnownValues | undefined;
  return (text) => {
    known ??= new KnownValues(values);
    const result = hideLikelySecrets(known.hideIn(text));
    return known.areIn(result) ? mark : result;
  };
}

/** Shortest run of letters and digits that {@link KnownValues.areIn} searches. Other texts can contain a shorter one by accident. */
const minSearchedLength = 6;

class KnownValues {
  /** The values as they are, and escaped. Longest first, because one can contain another. */
  private readonly forms: readonly string[];
  /** The letters and digits ({@link lettersAndDigitsOf}) of the forms and of their Base64, in texts that are long enough to search. */
  private readonly searched: readonly string[];

  constructor(values: readonly string[]) {
    const forms = new Set(values.flatMap(piecesOf).flatMap(formsOf));
    forms.delete("");
    this.forms = [...forms].sort((a, b) => b.length - a.length);

    const encodedForms = this.forms.flatMap(base64FormsOf);
    const searched = new Set([...this.forms, ...encodedForms].map(lettersAndDigitsOf));
    this.searched = [...searched].filter(({ length }) => length >= minSearchedLength);
  }

  /** Replaces the values that are not in Base64 or in other escapes. */
  hideIn(text: string): string {
    return this.forms.reduce(hide, text);
  }

  /** Whether a text contains one of the values, also in Base64 and in other escapes. */
  areIn(text: string): boolean {
    const lettersAndDigits = lettersAndDigitsOf(text);
    return this.searched.some((value) => lettersAndDigits.includes(value));
  }
}

/** A value, and its pieces of at most 1,000 characters, because a truncated text can contain only a part of a long value. */
function piecesOf(value: string): string[] {
  return [value, ...(value.toWellFormed().match(/.{1,1000}/gsu) ?? [])];
}

/** A value as it is, in JSON and in a URL: `a"b`, `a\"b` and `a%22b`. */
function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())];
}

/** Shortest form that is redacted within a word. A secret "a" is redacted in "value 'a'", but not in "bad". */
const minPartLength = 4;

/** A regular expression of a longer string is too large. */
const maxPatternLength = 10_000;

/** Replaces a form of a value in upper and lower case. A very long form must match exactly. */
function hide(text: string, form: string): string {
  if (form.length > maxPatternLength) return text.replaceAll(form, mark);
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const pattern = form.length < minPartLength ? `(?<!\\w)${literal}(?!\\w)` : literal;
  return text.replace(new RegExp(pattern, "gi"), mark);
}

/**
 * The characters that a value has in the Base64 of every text that contains it. Base64 encodes 6 bits per character, so the characters depend on
 * the position of the value (after 0, 1 or 2 bytes of a group of three), and characters at its ends can contain bits of other bytes. For "abcd":
 *
 *     "abcd"   is YWJjZA==, of which YWJjZ depends on "abcd" only
 *     "xabcd"  is eGFiY2Q=, of which FiY2 does
 *     "xxabcd" is eHhhYmNk, of which hYmNk does
 */
function base64FormsOf(value: string): string[] {
  return [0, 1, 2].map((bytesBefore) => {
    const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(value)]);
    const firstCharacter = Math.ceil((bytesBefore * 8) / 6);
    const endCharacter = Math.floor((bytes.length * 8) / 6);
    return bytes.toString("base64").slice(firstCharacter, endCharacter);
  });
}

/**
 * The letters and digits of a text, in lower case, without those of its escape sequences. They are the same for all ways to escape the text: `Key/1"b`,
 * `Key\/1\"b` in JSON and `Key%2F1%22b` in a URL all give "key1b".
 */
function lettersAndDigitsOf(text: string): string {
  return unescaped(text)
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

/** Resolves escape sequences of URLs, JSON and HTML, also within each other: `%5C%22` becomes `\"`, which becomes `"`. */
function unescaped(text: string): string {
  let result = text;
  for (let level = 0; level < maxNestedEscapes; level += 1) {
    const next = unescapedOnce(result);
    if (next === result) break;
    result = next;
  }
  return result;
}

const maxNestedEscapes = 5;

/** A run, because a character can have several bytes: `%C3%A9` is "é". */
const percentRun = /(?:%[0-9a-f]{2})+/gi;

const escapeSequence = new RegExp(
  [
    String.raw`\\u([0-9a-f]{4})`, // \u0022, with the group `jsonCode`
    "&#x([0-9a-f]{1,6});", // &#x22; with the group `hexCode`
    String.raw`&#(\d{1,7});`, // &#34; with the group `decimalCode`
    "&(?:amp|lt|gt|quot|apos);", // &quot;
    String.raw`\\[bfnrt]`, // \n
    String.raw`\\(.)`, // \" with the group `character`
  ].join("|"),
  "gis",
);

function unescapedOnce(text: string): string {
  return text
    .replace(percentRun, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString())
    .replace(escapeSequence, (sequence, jsonCode, hexCode, decimalCode, character) => {
      if (jsonCode !== undefined) return String.fromCharCode(Number.parseInt(jsonCode, 16));
      if (hexCode !== undefined) return String.fromCharCode(Number.parseInt(hexCode, 16));
      if (decimalCode !== undefined) return String.fromCharCode(Number(decimalCode));
      if (character !== undefined) return character;
      // An & can begin another escape sequence. The other characters need not be exact, because they are neither letters nor digits.
      return sequence === "&amp;" ? "&" : " ";
    });
}

/** Replaces what looks like a secret, and keeps the key or the word before it. */
function hideLikelySecrets(text: string): string {
  return text
    .replace(secretMember, `$1"${mark}"`)
    .replace(formField, `$1${mark}`)
    .replace(bearer, `$1${mark}`)
    .replace(pinterestToken, mark);
}

const secretFields = secretFieldNames.map((name) => integrationFields[name].wire);
const secretKey = `(?:${[...secretFields, "access_token", "refresh_token", "client_secret"].join("|")})`;

// The parts of `"key": "value"`. In JSON within a JSON string, quotes follow a backslash. A truncated text can lack the closing quote.
const keyEnd = String.raw`\\*["']\s*:\s*`; // `": ` or `\":`
const doubleQuoted = String.raw`\\*"(?:[^"\\]|\\.)*"?`; // `"value"`, or `\"value\"` and all that follows in the JSON string
const singleQuoted = "'[^']*'?"; // `'value'`
const unquoted = String.raw`(?!null\b)[^\s,}\]"']+`; // `1`, but not `null`, which is not a secret

// In these three, the group is the part that is kept: `"access_token": `, `&access_token=` and `Bearer `.
const secretMember = new RegExp(
  `(${secretKey}${keyEnd})(?:${doubleQuoted}|${singleQuoted}|${unquoted})`,
  "gi",
);
const formField = new RegExp(String.raw`((?:^|[?&\s"])${secretKey}=)[^&\s"]+`, "gi");
const bearer = /(\bBearer\s+)[^\s"',;]+/gi;

// The parts of a token of Pinterest: `pina_abcd` or `pinr.abcd`, because the separator can vary. Without a separator, only a long word is a token.
const tokenStart = String.raw`(?:(?<![a-z0-9])|(?<=\\[nrtbf]))pin[ar]`; // Not in "spinach", but after the escape sequence in `\npina_abcd`
const separated = String.raw`[._-][\w.~+/=%-]{4,}`; // `_abcd`
const unseparated = String.raw`[\w.~+/=%-]{16,}`; // `0123456789abcdef`, and not the end of "pinata"
const pinterestToken = new RegExp(`${tokenStart}(?:${separated}|${unseparated})`, "gi");

/** "Bearer" before a word that is too short for a token, as in sentences about tokens. */
const bearerWord = /\bBearer\s+[\w.-]{1,15}(?![\w.~+/=-])/gi;

/** Whether a text contains something that looks like a secret, according to {@link createRedactor}. */
export function containsSecret(text: string): boolean {
  const rest = text.replace(bearerWord, "");
  return createRedactor([])(rest) !== rest;
}

/** The keys whose values the debug log contains: IDs, times, statuses and messages, also those of log entries. */
const loggedKeys: ReadonlySet<string> = new Set(
  (
    "id external_business_id connected_user_id created_timestamp updated_timestamp bookmark event_type log_level client_timestamp " +
    "code message message_detail status error error_description token_type expires_in"
  ).split(" "),
);

/** A body for the debug log: JSON with only the values of {@link loggedKeys}, or the length of a body that is not JSON. */
export function loggedBody(text: string, redact: Redact): string {
  const body = parseIfJson(text);
  if (body === undefined) return `[${text.length} characters that are not JSON]`;
  // Containers and null contain no value.
  const shown = (key: string, value: unknown) =>
    typeof value === "object" || loggedKeys.has(key) ? value : mark;
  return redact(JSON.stringify(body, shown));
}
