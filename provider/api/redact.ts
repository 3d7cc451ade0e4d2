import { parseIfJson } from "../base/json";
import { integrationFields, secretFieldNames } from "./fields";

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

const mark = "[redacted]";

/** Shortest value that is redacted as a part of a word. Of shorter ones, only whole words are redacted. */
const minPartLength = 4;

/** Shortest value that is searched in Base64 and combined escapes. Other texts can contain the letters of shorter ones by accident. */
const minDecodedLength = 6;

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
    const result = known
      .hideIn(text)
      .replace(secretMember, `$1"${mark}"`)
      .replace(formField, `$1${mark}`)
      .replace(bearer, `$1${mark}`)
      .replace(pinterestToken, mark);
    return known.areIn(result) ? mark : result;
  };
}

class KnownValues {
  /** The values as they are, and escaped. Longest first, because one can contain another. */
  private readonly forms: readonly string[];
  /** The {@link lettersOf} of the forms and of their Base64, except short ones. */
  private readonly letters: readonly string[];

  constructor(values: readonly string[]) {
    // With pieces of at most 1,000 characters, because a text can contain only a part of a value.
    const pieces = values.flatMap((value) => [value, ...(value.toWellFormed().match(/.{1,1000}/gsu) ?? [])]);
    const forms = pieces.flatMap((value) => [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value.toWellFormed()),
    ]);
    this.forms = [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
    const letters = this.forms.flatMap((form) => [form, ...base64FormsOf(form)]).map(lettersOf);
    this.letters = [...new Set(letters)].filter(({ length }) => length >= minDecodedLength);
  }

  /** Replaces the values that are not in Base64 or in other escapes. */
  hideIn(text: string): string {
    return this.forms.reduce(hide, text);
  }

  /** Whether a text contains one of the values, also in Base64 and in other escapes. */
  areIn(text: string): boolean {
    const letters = lettersOf(text);
    return this.letters.some((value) => letters.includes(value));
  }
}

/**
 * The characters in Base64 that depend on a value only, if 0, 1 or 2 bytes of other text are before it. For example, "abcd" gives "YWJjZ" of
 * "YWJjZA==", "FiY2" of "eGFiY2Q=" and "hYmNk" of "eHhhYmNk".
 */
function base64FormsOf(value: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
}

/** A regular expression of a longer string is too large. */
const maxPatternLength = 10_000;

/** Replaces a form of a value in upper and lower case. A very long form must match exactly. */
function hide(text: string, form: string): string {
  if (form.length > maxPatternLength) return text.replaceAll(form, mark);
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return text.replace(
    new RegExp(form.length < minPartLength ? `(?<!\\w)${literal}(?!\\w)` : literal, "gi"),
    mark,
  );
}

/** The letters and digits of a text without its escapes, which are the same in each escaped form: `A%255Cn"b` gives "ab". */
function lettersOf(text: string): string {
  return unescaped(text)
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}

const percentRun = /(?:%[0-9a-f]{2})+/gi;
const escapeSequence =
  /\\u([0-9a-f]{4})|&#x([0-9a-f]{1,6});|&#(\d{1,7});|&(?:amp|lt|gt|quot|apos);|\\[bfnrt]|\\(.)/gis;

/** Resolves escape sequences of URLs, JSON and HTML, up to five times: `%5C%22` gives `\"`, and this gives `"`. */
function unescaped(text: string): string {
  let result = text;
  for (let times = 0, before = ""; times < 5 && result !== before; times += 1) {
    before = result;
    result = result
      .replace(percentRun, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString())
      .replace(escapeSequence, (sequence, unit, hexadecimal, decimal, character) => {
        const code = unit ?? hexadecimal;
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
        if (decimal !== undefined) return String.fromCharCode(Number(decimal));
        return sequence === "&amp;" ? "&" : (character ?? " ");
      });
  }
  return result;
}

const secretKeys = [
  ...secretFieldNames.map((name) => integrationFields[name].wire),
  "access_token",
  "refresh_token",
  "client_secret",
].join("|");

/** `"key": "value"`, also in a JSON string that contains JSON, also truncated; and `"key": 1`. */
const secretMember = new RegExp(
  String.raw`((?:${secretKeys})\\*["']\s*:\s*)(?:\\*"(?:[^"\\]|\\.)*"?|'[^']*'?|(?!null\b)[^\s,}\]"']+)`,
  "gi",
);

const formField = new RegExp(String.raw`((?:^|[?&\s"])(?:${secretKeys})=)[^&\s"]+`, "gi");

const bearer = /(\bBearer\s+)[^\s"',;]+/gi;

/**
 * Pinterest's tokens start with pina or pinr, and a separator that can vary. After a letter, it is a part of another word, unless the letter
 * belongs to an escape sequence such as \n.
 */
const pinterestToken = /(?:(?<![a-z0-9])|(?<=\\[nrtbf]))pin[ar](?:[._-][\w.~+/=%-]{4,}|[\w.~+/=%-]{16,})/gi;

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
