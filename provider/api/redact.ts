import { fieldNames, integrationFields, secretFieldNames } from "./fields";

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

const mark = "[redacted]";
const marks = /(?:\[redacted\]){2,}/g;

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
  let hidden: Replace[] | undefined;
  const shortest = Math.min(...values.filter((value) => value !== "").map(leastLength));
  return (text) => {
    let result = text;
    // Saves work for the short request ID of every response.
    if (text.length >= shortest) {
      // Created on first use, because most requests succeed and are not logged. Longest first, because one can contain another.
      hidden ??= [...new Set(values)]
        .filter((value) => value !== "")
        .sort((a, b) => b.length - a.length)
        .map(hiding);
      for (const hide of hidden) result = hide(result);
    }
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

/** Limit for one pattern, in characters. For a longer one, V8 can throw an error, and its message contains the pattern. */
const longestPiece = 1000;

type Replace = (text: string) => string;

/** The minimum length of a match: in each form, each character of the value takes at least one. */
function leastLength(value: string): number {
  return value.length > longestPiece ? 1 : Array.from(value).length;
}

/** Redacts whole values, and then pieces of them, because a text can contain only a part of a long value. */
function hiding(value: string): Replace {
  const pieces = inPieces(value);
  const runs = pieces.map(longestRun);
  let patterns: RegExp[] | undefined;
  return (text) => {
    const lower = text.toLowerCase();
    if (!runs.some((run) => lower.includes(run))) return text;
    // Compiled on first use: a pattern takes about ten kilobytes after its first match, and each account has a token.
    patterns ??= pieces.map(piecePattern);
    return patterns.reduce((rest, pattern) => rest.replace(pattern, mark), withoutWhole(text, patterns));
  };
}

function inPieces(value: string): string[] {
  if (value.length <= longestPiece) return [value];
  const characters = Array.from(value);
  const count = Math.ceil(characters.length / longestPiece);
  const length = Math.ceil(characters.length / count);
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * length, (index + 1) * length).join(""),
  );
}

/** The longest run of letters and digits, in lower case. Every form of the value contains it unchanged. */
function longestRun(value: string): string {
  const runs: readonly string[] = value.match(/[a-z0-9]+/gi) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "").toLowerCase();
}

/** Redacts sequences of matches of all patterns, where each begins at the end of the one before. */
function withoutWhole(text: string, [first, ...others]: readonly RegExp[]): string {
  if (first === undefined || others.length === 0) return text;
  let result = "";
  let from = 0;
  for (const {
    index,
    0: { length },
  } of text.matchAll(first)) {
    if (index < from) continue;
    const end = others.reduce<number | undefined>(
      (at, pattern) => (at === undefined ? at : endOfMatch(text, pattern, at)),
      index + length,
    );
    if (end === undefined) continue;
    result += text.slice(from, index) + mark;
    from = end;
  }
  return result + text.slice(from);
}

function endOfMatch(text: string, pattern: RegExp, at: number): number | undefined {
  const here = new RegExp(pattern, "iy");
  here.lastIndex = at;
  return here.test(text) ? here.lastIndex : undefined;
}

function piecePattern(piece: string): RegExp {
  const body = Array.from(piece, characterPattern).join("");
  return new RegExp(piece.length < 4 ? `(?<![\\w])${body}(?![\\w])` : body, "gi");
}

const controlEscapes: Readonly<Record<string, string>> = {
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\b": "b",
  "\f": "f",
};
const htmlNames: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};

/** A backslash, also as escaped in a URL, which can contain JSON with escape sequences. */
const backslash = String.raw`(?:\\|%(?:25)*5c)`;

/** A pattern of a character in all forms that a server may return. */
function characterPattern(character: string): string {
  // All encoders keep these, on which longestRun relies.
  if (/^[a-z0-9]$/i.test(character)) return character;
  if (character === "\\") return `(?:${backslash}+|&#(?:0*92|x0*5c);)`;
  const literal = character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const jsonUnits = Array.from(
    { length: character.length },
    (_, index) => `${backslash}+u${hex(character.charCodeAt(index), 4)}`,
  ).join("");
  const percent = Array.from(Buffer.from(character), (byte) => `%(?:25)*${hex(byte, 2)}`).join("");
  const codePoint = character.codePointAt(0) ?? 0;
  const forms = [
    `${backslash}*(?:${literal}|${percent})`,
    jsonUnits,
    `&#(?:0*${codePoint}|x0*${hex(codePoint, 1)});`,
  ];
  const control = controlEscapes[character];
  if (control !== undefined) forms.push(`${backslash}+${control}`);
  const htmlName = htmlNames[character];
  if (htmlName !== undefined) forms.push(`&${htmlName};`);
  if (character === " ") forms.push(String.raw`\+`);
  return `(?:${forms.join("|")})`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The redactors of a request: for messages, and for the debug log. */
export interface Redactors {
  readonly redact: Redact;
  readonly redactLog: Redact;
}

/** The redactors of a client's requests. Those for a token without further secrets, which most requests use, are created once. */
export class Redaction {
  #latest: { readonly token: string; readonly redactors: Redactors } | undefined;

  /** @param hidden further secret values. */
  of(token: string, hidden: readonly string[]): Redactors {
    if (hidden.length > 0) return redactorsOf([token, ...hidden]);
    if (this.#latest?.token !== token) this.#latest = { token, redactors: redactorsOf([token]) };
    return this.#latest.redactors;
  }
}

function redactorsOf(values: readonly string[]): Redactors {
  return { redact: createRedactor(values), redactLog: createLogRedactor(values) };
}
