import { isSafeNumber, parse } from "lossless-json";

/**
 * One text for all spellings of the same JSON document: compact, keys sorted, numbers in their shortest form.
 * Text that is not JSON is returned as it is. A number that a JavaScript number cannot hold keeps its own digits.
 */
export function canonicalMetadata(text: string): string {
  let document: unknown;
  try {
    document = parse(text, undefined, (digits) => new NumberText(digits));
  } catch {
    return text;
  }
  return print(document);
}

/** Turns a document given as an object into the text that Pinterest stores. */
export function metadataText(document: unknown): string {
  return canonicalMetadata(JSON.stringify(document));
}

class NumberText {
  constructor(private readonly digits: string) {}

  toString(): string {
    return isSafeNumber(this.digits) ? JSON.stringify(Number(this.digits)) : this.digits;
  }
}

function print(value: unknown): string {
  if (value instanceof NumberText) {
    return value.toString();
  }
  if (Array.isArray(value)) {
    return `[${value.map(print).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${print(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
