import { fieldNames, integrationFields, secretFieldNames } from "./fields";

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

const mark = "[redacted]";
/** Marks of adjacent pieces, between which a backslash can remain. */
const marks = /\[redacted\](?:\\*\[redacted\])+/g;

const secretKeys = [
  ...secretFieldNames.map((name) => integrationFields[name].wire),
  "access_token",
  "refresh_token",
  "client_secret",
].join("|");

const secretMember = memberPattern(secretKeys);
const fieldMember = memberPattern(fieldNames.map((name) => integrationFields[name].wire).join("|"));
const formField = new RegExp(String.raw`((?:^|[?&\s"])(?:${secretKeys})=)[^&\s"]+`, "gi");
const bearer = /(\bBearer\s+)[^\s"',;]+/gi;

/**
 * Pinterest's tokens start with pina or pinr, and a separator that can vary. After a letter, it is a part of another word, unless the letter
 * belongs to an escape sequence such as \n.
 */
const pinterestToken = /(?:(?<![a-z0-9])|(?<=\\[nrtbf]))pin[ar](?:[._-][\w.~+/=%-]{4,}|[\w.~+/=%-]{16,})/gi;

/** A text without a match contains nothing that looks like a secret. */
const suspicious = /["'=]|bearer|pin[ar]|\[redacted\]/i;

/**
 * Creates a redactor of values, also if they are escaped as in JSON, URLs, forms or HTML, and of everything that looks like a secret: values
 * of secret fields by their key, bearer tokens, tokens of Pinterest. Of values with less than four characters, it only redacts whole words.
 */
export function createRedactor(values: readonly string[]): Redact {
  let hidden: readonly Redact[] | undefined;
  return (text) => {
    // Created on first use, because most requests succeed and are not logged. Longest first, because one can contain another.
    hidden ??= [...new Set(values)]
      .flatMap(withPieces)
      .sort((a, b) => b.length - a.length)
      .map(hiding);
    const result = hidden.reduce((rest, hide) => hide(rest), text);
    if (!suspicious.test(result)) return result;
    return result
      .replace(marks, mark)
      .replace(secretMember, `$1"${mark}"`)
      .replace(formField, `$1${mark}`)
      .replace(bearer, `$1${mark}`)
      .replace(pinterestToken, mark);
  };
}

/**
 * Creates a redactor like {@link createRedactor} that also redacts the values of all fields of an integration by their key. A program can
 * declare any of them as a secret, which is not known here.
 */
export function createLogRedactor(values: readonly string[]): Redact {
  const redact = createRedactor(values);
  // By key first, because a short value can be a part of other values.
  return (text) => redact(text.replace(fieldMember, `$1"${mark}"`));
}

/** "Bearer" before a word that is too short for a token, as in sentences about tokens. */
const bearerWord = /\bBearer\s+[\w.-]{1,15}(?![\w.~+/=-])/gi;

/** Whether a text contains something that looks like a secret, according to {@link createRedactor}. */
export function containsSecret(text: string): boolean {
  const rest = text.replace(bearerWord, "");
  return createRedactor([])(rest) !== rest;
}

/** Matches `"key": "value"`, also in a JSON string that contains JSON, also truncated; and `"key": 1`. */
function memberPattern(keys: string): RegExp {
  return new RegExp(
    String.raw`((?:${keys})\\*["']\s*:\s*)(?:\\*"(?:[^"\\]|\\.)*"?|'[^']*'?|(?!null\b)[^\s,}\]"']+)`,
    "gi",
  );
}

/**
 * A pattern of a longer value would be too large. Its pieces of at most this length are redacted instead, also because a text can contain only a
 * part of it.
 */
const longestPiece = 1000;

function withPieces(value: string): string[] {
  if (value.length <= longestPiece) return value === "" ? [] : [value];
  const length = Math.ceil(value.length / Math.ceil(value.length / longestPiece));
  const starts = Array.from({ length: Math.ceil(value.length / length) }, (_, index) => index * length);
  return [value, ...starts.map((start) => value.slice(start, start + length))];
}

/** The longest run of letters and digits, in lower case. Every escaped form of the value contains it unchanged. */
function longestRun(value: string): string {
  const runs: readonly string[] = value.match(/[a-z0-9]+/gi) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "").toLowerCase();
}

function hiding(value: string): Redact {
  if (value.length > longestPiece) {
    // If the value repeats itself, its pieces can match at overlapping places and leave a part of it.
    const forms = [value, JSON.stringify(value).slice(1, -1)];
    return (text) => forms.reduce((rest, form) => rest.replaceAll(form, mark), text);
  }
  const run = longestRun(value);
  let pattern: RegExp | undefined;
  return (text) => {
    if (!text.toLowerCase().includes(run)) return text;
    pattern ??= valuePattern(value);
    return text.replace(pattern, mark);
  };
}

// Escape sequences consist of these characters, which can be escaped again. For example, "%" is "%25" in a URL that is part of another one.
const percent = "%(?:25)*";
const backslashes = String.raw`(?:\\|${percent}5c)*`;
const hash = `(?:#|${percent}23)`;
const semicolon = `(?:;|${percent}3b)`;
const ampersand = `(?:&|${percent}26|u0026)(?:(?:amp|${hash}(?:0*38|x0*26))${semicolon})*`;

const entities: Readonly<Record<string, string>> = { "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/** Matches a value in any case, and with the escape sequences of JSON, URLs, forms and HTML. */
function valuePattern(value: string): RegExp {
  const parts = value.match(/\\*[^\\]/gu);
  if (parts === null) return /\\+/g;
  const characters = parts.map((part, index) => {
    const character = part.replace(/^\\+/, "");
    // JSON escapes with backslashes. The pattern does not start with them, because it would be slow in a string of many backslashes.
    const isEscaped = index > 0 && !/^[a-z0-9]$/i.test(part);
    return isEscaped ? backslashes + formsOf(character) : formsOf(character);
  });
  const pattern = characters.join("");
  return new RegExp(value.length < 4 ? String.raw`(?<!\w)${pattern}(?!\w)` : pattern, "gi");
}

/** Matches a character in its escaped forms, without backslashes before it. */
function formsOf(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character;
  if (character === "&") return ampersand;
  const code = character.codePointAt(0) ?? 0;
  const units = character.split("").map((unit) => `u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const bytes = [...Buffer.from(character)].map((byte) => percent + byte.toString(16).padStart(2, "0"));
  const numbers = `${hash}(?:0*${code}|x0*${code.toString(16)})`;
  const forms = [
    units.map((unit) => `\\${unit}`).join(""),
    units.join(backslashes),
    bytes.join(""),
    `${ampersand}(?:${numbers}|${entities[character] ?? numbers})${semicolon}`,
    // The letter of the escape sequence in JSON.
    /[\b\f\n\r\t]/.test(character) ? JSON.stringify(character).slice(2, -1) : [],
    // A space in forms.
    character === " " ? [String.raw`\+`, `${percent}2b`] : [],
  ];
  return `(?:${forms.flat().join("|")})`;
}
