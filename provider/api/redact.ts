import { fieldNames, integrationFields } from "./fields";

/** Makes a text fit to be shown. */
export type Redact = (text: string) => string;

const mark = "[redacted]";
const marks = /(?:\[redacted\]){2,}/g;

const secretKeys = [
  ...fieldNames.filter((name) => integrationFields[name].secret).map((name) => integrationFields[name].wire),
  "access_token",
  "refresh_token",
  "client_secret",
].join("|");

const secretMember = memberPattern(secretKeys);
const fieldMember = memberPattern(fieldNames.map((name) => integrationFields[name].wire).join("|"));
const formField = new RegExp(String.raw`((?:^|[?&\s"])(?:${secretKeys})=)[^&\s"]+`, "gi");
const bearer = /(\bBearer\s+)[^\s"',;]+/gi;

/**
 * Pinterest's tokens begin with pina or pinr; which separator follows is not fixed. A letter before is another word,
 * unless it ends an escape such as \n.
 */
const pinterestToken = /(?:(?<![a-z0-9])|(?<=\\[nrtbf]))pin[ar](?:[._-][\w.~+/=%-]{4,}|[\w.~+/=%-]{16,})/gi;

/** Without any of these, no text has what looks like a secret. */
const suspicious = /["'=]|bearer|pin[ar]|\[redacted\]/i;

/**
 * A redactor that takes out the given values, in clear or escaped as JSON, URL, form or HTML escape them, and whatever looks like
 * a secret: values of secret fields by their key, bearer tokens, tokens of Pinterest. Values of less than four characters
 * are taken out where they stand alone, since a text without any "a" would say nothing.
 */
export function createRedactor(values: readonly string[]): Redact {
  let hidden: Replace[] | undefined;
  const shortest = Math.min(...values.filter((value) => value !== "").map(leastLength));
  return (text) => {
    let result = text;
    // Every answer has a short id, which is shown.
    if (text.length >= shortest) {
      // Made when first needed: most requests succeed and are not logged. The longest first, as one may contain another.
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
 * Like {@link createRedactor}, and takes out the value of every field of an integration, by its key: a program may have
 * any of them as a secret, which this side cannot tell.
 */
export function createLogRedactor(values: readonly string[]): Redact {
  const redact = createRedactor(values);
  // By key first: a short value may stand in others, which would be torn.
  return (text) => redact(text.replace(fieldMember, `$1"${mark}"`));
}

/** "Bearer" before a word that is too short to be a token, as sentences about tokens have it. */
const bearerWord = /\bBearer\s+[\w.-]{1,15}(?![\w.~+/=-])/gi;

/** Whether a text holds what looks like a secret, by the rules of {@link createRedactor}. */
export function holdsSecret(text: string): boolean {
  const rest = text.replace(bearerWord, "");
  return createRedactor([])(rest) !== rest;
}

/** `"key": "value"`, also inside a JSON text inside another, also cut off before its end; and `"key": 1`. */
function memberPattern(keys: string): RegExp {
  return new RegExp(
    String.raw`((?:${keys})\\*["']\s*:\s*)(?:\\*"(?:[^"\\]|\\.)*"?|'[^']*'?|(?!null\b)[^\s,}\]"']+)`,
    "gi",
  );
}

/** Of one pattern for all of a long value the engine of regular expressions says that it is too large, and quotes it. */
const longestPiece = 1000;

type Replace = (text: string) => string;

/** The least length of what is taken out for a value: each of its characters takes one at least, in any form. */
function leastLength(value: string): number {
  return value.length > longestPiece ? 1 : Array.from(value).length;
}

/** Takes a value out: as a whole, and then what is left of it in pieces, where a text holds a part of it only. */
function hiding(value: string): Replace {
  const pieces = inPieces(value);
  const runs = pieces.map(longestRun);
  let patterns: RegExp[] | undefined;
  return (text) => {
    const lower = text.toLowerCase();
    if (!runs.some((run) => lower.includes(run))) return text;
    // Compiled when first needed, since a pattern that has run once takes some ten kilobytes, and each account has a token.
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

/** The most letters and digits that follow one another, in lower case: every form of the value has them as they are. */
function longestRun(value: string): string {
  const runs: readonly string[] = value.match(/[a-z0-9]+/gi) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "").toLowerCase();
}

/** A text without what matches all of the patterns, each where the one before ends. */
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

/** Backslashes, also as a URL escapes them: JSON that was escaped for a URL has its own escapes escaped. */
const backslash = String.raw`(?:\\|%(?:25)*5c)`;

/** A character in each form in which a server may give it back. */
function characterPattern(character: string): string {
  // No encoder touches these, on which longestRun relies.
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
