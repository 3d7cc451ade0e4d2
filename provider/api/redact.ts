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

/** A text can contain only a part of a longer value, so that its pieces of at most this length are redacted, too. */
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
  const run = longestRun(value);
  return (text) => {
    if (!text.toLowerCase().includes(run)) return text;
    return [0, 1, 2].reduce((rest, levels) => withoutValue(rest, value, levels), text);
  };
}

function withoutValue(text: string, value: string, levels: number): string {
  const wanted = unescaped(value, levels).characters;
  const { characters, starts } = unescaped(text, levels);
  let result = "";
  let from = 0;
  for (
    let at = characters.indexOf(wanted);
    at !== -1 && wanted !== "";
    at = characters.indexOf(wanted, at + 1)
  ) {
    const start = starts[at] ?? 0;
    const end = starts[at + wanted.length] ?? text.length;
    const isPartOfWord = /\w/.test(text[start - 1] ?? "") || /\w/.test(text[end] ?? "");
    if (start < from || (value.length < 4 && isPartOfWord)) continue;
    result += text.slice(from, start) + mark;
    from = end;
  }
  return result + text.slice(from);
}

const backslash = String.raw`(?:\\|%(?:25)*5c)`;
const percent = "%(?:25)*";
const ampersand = "&(?:(?:amp|#0*38|#x0*26);)*";

/** A character, also in the escape sequences of JSON, URLs, forms or HTML, and also if these are escaped again. */
const escaped = new RegExp(
  [
    `${backslash}+u(?<unit>[0-9a-f]{4})`,
    `${backslash}*(?:(?<bytes>${percent}[c-f][0-9a-f](?:${percent}[89ab][0-9a-f])+|${percent}[0-7][0-9a-f])`,
    String.raw`${ampersand}(?:#0*(?<decimal>\d{1,7});|#x0*(?<hex>[0-9a-f]{1,6});|(?<name>lt|gt|quot|apos);)?|.)`,
  ].join("|"),
  "gis",
);

const namedCharacters: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'" };

/** Backslashes are omitted, so that a control character is the letter of its escape sequence. */
const unescapedCharacters: Readonly<Record<string, string>> = {
  "\\": "",
  "+": " ",
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\b": "b",
  "\f": "f",
};

/** A text in lower case. `starts` has the place of each character in the original text. */
interface Reading {
  readonly characters: string;
  readonly starts: readonly number[];
}

/** @param levels how often the text was escaped. For example, HTML within a URL has two levels. */
function unescaped(text: string, levels: number): Reading {
  if (levels === 0) return readBy(/./gs, text, ([character]) => character);
  const outer = unescaped(text, levels - 1);
  const { characters, starts } = readBy(escaped, outer.characters, ({ 0: match, groups = {} }) => {
    const character = unescapedCharacter(match, groups);
    return unescapedCharacters[character] ?? character;
  });
  return { characters, starts: starts.map((start) => outer.starts[start] ?? text.length) };
}

function unescapedCharacter(match: string, groups: Readonly<Record<string, string>>): string {
  const { unit, bytes, decimal, hex, name } = groups;
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  // A percent sign is itself escaped as %25.
  if (bytes !== undefined)
    return Buffer.from(bytes.replace(/%(?:25)*(?=[0-9a-f]{2})/gi, ""), "hex").toString();
  if (name !== undefined) return namedCharacters[name.toLowerCase()] ?? "";
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  return /&[^&]*;$/.test(match) ? "&" : match.slice(-1);
}

function readBy(pattern: RegExp, text: string, read: (match: RegExpExecArray) => string): Reading {
  let characters = "";
  const starts: number[] = [];
  for (const match of text.matchAll(pattern)) {
    const character = read(match);
    const lower = character.toLowerCase();
    characters += lower.length === character.length ? lower : character;
    for (let unit = 0; unit < character.length; unit += 1) starts.push(match.index);
  }
  return { characters, starts };
}
