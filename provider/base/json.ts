/** A reviver with its third argument, which TypeScript's library does not declare. */
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

type SourceParse = (text: string, reviver: SourceReviver) => unknown;

/** The beginning of an integer that may exceed 2^53, or of a string that looks like one. */
const longInteger = /[:,[\s]-?\d{16}/;
/** The same at the beginning of the text. As a branch of the other expression, it would double the time of each search. */
const startsLongInteger = /^-?\d{16}/;

/** The escape sequence of half of a surrogate pair. */
const surrogate = /\\ud[89a-f]/i;

/**
 * Parses JSON without losing digits: an integer beyond 2^53, such as an ID of Pinterest, becomes a string. In strings, half of a surrogate
 * pair becomes U+FFFD, because neither gRPC nor UTF-8 can encode it.
 *
 * @param options.keepsSurrogates keeps half of a surrogate pair, so that the caller can refuse it.
 * @throws SyntaxError for text that is not JSON.
 */
export function parseJson(text: string, { keepsSurrogates = false } = {}): unknown {
  // A reviver takes several times as long as parsing.
  const needsReviver = longInteger.test(text) || startsLongInteger.test(text) || surrogate.test(text);
  const reviver = keepsSurrogates ? longIntegersAsText : revived;
  return needsReviver ? (JSON.parse as SourceParse)(text, reviver) : JSON.parse(text);
}

/** Parses like {@link parseJson}. Returns undefined for text that is not JSON. */
export function parseIfJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/**
 * The place of the first error in invalid JSON: ": see line 3, column 1". Empty if it is unknown. JSON.parse does not always report a
 * position, and lossless-json reports it in the message only: "Quoted object key expected but got '}' at position 9".
 */
export function placeOfJsonError(text: string): string {
  const { parse } = require("lossless-json") as typeof import("lossless-json");
  try {
    parse(text);
    return "";
  } catch (error) {
    const [, position] = / at position (\d+)$/.exec((error as Error).message) ?? [];
    if (position === undefined) return "";
    const linesBefore = text.slice(0, Number(position)).split("\n");
    const column = (linesBefore.at(-1) ?? "").length + 1;
    return `: see line ${linesBefore.length}, column ${column}`;
  }
}

const revived: SourceReviver = (key, value, context) =>
  typeof value === "string" ? value.toWellFormed() : longIntegersAsText(key, value, context);

const longIntegersAsText: SourceReviver = (_key, value, { source }) => {
  const isLong =
    typeof value === "number" &&
    source !== undefined &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(source);
  return isLong ? source : value;
};

/** Whether a value is a JSON object, and neither null nor an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
