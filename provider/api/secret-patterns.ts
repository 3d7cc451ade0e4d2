import { integrationFields, secretFieldNames } from "./fields";

/** The text that replaces a secret. */
export const redactedMark = "[redacted]";

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

/**
 * Number of characters in a token of Pinterest after `pina-` or `pina`, at least. One of them is a digit. Shorter words are names:
 * `pina-colada-barcelona-1`, `pinarello-store-milano`.
 */
export const minUnseparatedLength = 32;

// The parts of a token of Pinterest: `pina_abcd` or `pinr.abcd`, or a longer one without these separators.
const tokenStart = String.raw`(?:(?<![a-z0-9])|(?<=\\[nrtbf]))pin[ar]`; // Not in "spinach", but after the escape sequence in `\npina_abcd`
const separated = String.raw`[._][\w.~+/=%-]{4,}`; // `_abcd`
const unseparated = String.raw`-?(?=[\w.~+/=%-]*\d)[\w.~+/=%-]{${minUnseparatedLength},}`; // a long word with a digit, perhaps after `-`
const pinterestToken = new RegExp(`${tokenStart}(?:${separated}|${unseparated})`, "gi");

/** Replaces what looks like a secret: values of secret fields by their key, bearer tokens, and tokens of Pinterest. */
export function hideLikelySecrets(text: string): string {
  return text
    .replace(secretMember, `$1"${redactedMark}"`)
    .replace(formField, `$1${redactedMark}`)
    .replace(bearer, `$1${redactedMark}`)
    .replace(pinterestToken, redactedMark);
}

/** "Bearer" before a word that is too short for a token, as in sentences about tokens. */
const bearerWord = /\bBearer\s+[\w.-]{1,15}(?![\w.~+/=-])/gi;

/** Whether a text contains something that looks like a secret. */
export function containsSecret(text: string): boolean {
  const rest = text.replace(bearerWord, "");
  return hideLikelySecrets(rest) !== rest;
}
