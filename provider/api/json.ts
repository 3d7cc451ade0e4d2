/** What V8 hands to a reviver beyond what TypeScript's library declares. */
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

type SourceParse = (text: string, reviver: SourceReviver) => unknown;

/** The beginning of an integer that may be beyond 2^53, or of a text that looks like one. */
const longInteger = /[:,[\s]-?\d{16}/;
/** Where nothing stands before it. As another branch of the same expression it would make each search take twice as long. */
const startsLongInteger = /^-?\d{16}/;

/** The escape of a code unit that is half of a surrogate pair. */
const surrogate = /\\ud[89a-f]/i;

/**
 * Parses JSON without losing digits: an integer beyond 2^53, as Pinterest's IDs are, becomes its own text. In strings, half of a surrogate
 * pair without the other half becomes U+FFFD: neither gRPC nor UTF-8 can carry it.
 *
 * @throws SyntaxError for text that is not JSON.
 */
export function parseJson(text: string): unknown {
  // A reviver is called for every value, and costs several times what parsing does.
  const needsReviver = longInteger.test(text) || startsLongInteger.test(text) || surrogate.test(text);
  return needsReviver ? (JSON.parse as SourceParse)(text, revived) : JSON.parse(text);
}

/** Parses what may be JSON or not, as {@link parseJson} does; undefined, which no JSON text gives, for what is not. */
export function parseIfJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

const revived: SourceReviver = (_key, value, { source }) => {
  if (typeof value === "string") return value.toWellFormed();
  const isLong =
    typeof value === "number" &&
    source !== undefined &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/.test(source);
  return isLong ? source : value;
};

/** Whether it is what JSON calls an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
