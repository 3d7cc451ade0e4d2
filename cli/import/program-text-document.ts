import { isJsonObject } from "../../provider/api/json";
import { validateField } from "../../provider/lifecycle/check";
import { unknownValue } from "../../provider/lifecycle/values";
import { secretSignature, signatureKey } from "../../provider/runtime/constants";

/** A JSON document that can stand in a program as an object. */
export interface Document {
  readonly [key: string]: unknown;
}

/** Deeper ones, and ones with longer keys, are better read as text. */
const deepest = 12;
const longestKey = 40;

/** JavaScript puts such keys before all others, and formatters disagree on their quotes. */
const numberKey = /^\d+(\.\d+)?$/;

/**
 * Metadata as an object for the program's text, if the program would give the very same text back with it: no digit of a number lost,
 * nothing in it that JavaScript or the engine treats specially.
 */
export function documentOf(metadata: string): Document | undefined {
  try {
    const document: unknown = JSON.parse(metadata);
    return isJsonObject(document) &&
      isPlain(document, deepest) &&
      validateField("partnerMetadata", document) === metadata
      ? (document as Document)
      : undefined;
  } catch {
    // No JSON, or a number that has lost digits.
    return undefined;
  }
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "string") {
    return value.isWellFormed() && value !== unknownValue && value !== secretSignature;
  }
  if (typeof value !== "object" || value === null) {
    return true;
  }
  return (
    depth > 0 &&
    (Array.isArray(value) || Object.keys(value).every(isPlainKey)) &&
    Object.values(value).every((item) => isPlain(item, depth - 1))
  );
}

function isPlainKey(key: string): boolean {
  return (
    key.isWellFormed() &&
    key.length <= longestKey &&
    key !== "__proto__" &&
    key !== signatureKey &&
    !numberKey.test(key)
  );
}
