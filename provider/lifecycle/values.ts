import { isDeepStrictEqual } from "node:util";
import { type IntegrationFieldName, integrationFields, isFieldName } from "../api";
import { unknownValue } from "../run/constants";

export type FieldValue = string | number;

export function canonicalField(name: IntegrationFieldName, value: FieldValue): FieldValue {
  switch (integrationFields[name].kind) {
    case "scopes":
      return canonicalScopes(String(value));
    case "metadata":
      return canonicalMetadata(String(value));
    default:
      return value;
  }
}

/** Scopes are a set: separated by commas or whitespace, in any order. */
export function canonicalScopes(text: string): string {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))].sort().join(",");
}

/**
 * Formats JSON in one way: compact, with sorted keys and shortest numbers. Numbers that JavaScript cannot represent keep their digits.
 * Returns a string unchanged if it is not JSON, or only a number, which may be a version such as "1.10".
 */
export function canonicalMetadata(text: string): string {
  // Loaded on first use: most integrations have no metadata, and programs import this module.
  const { isSafeNumber, parse } = require("lossless-json") as typeof import("lossless-json");
  let document: unknown;
  try {
    document = parse(text, undefined, (digits) => {
      return new JsonNumber(isSafeNumber(digits) ? JSON.stringify(Number(digits)) : digits);
    });
  } catch {
    return text;
  }
  return document instanceof JsonNumber ? text : format(document);
}

class JsonNumber {
  constructor(readonly digits: string) {}
}

function format(value: unknown): string {
  if (value instanceof JsonNumber) return value.digits;
  if (Array.isArray(value)) return `[${value.map(format).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${format(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * Whether two values of a field are equivalent. Expiries are compared to the second: Pinterest does not document whether it rounds them,
 * and its own timestamps are whole seconds, in milliseconds.
 */
export function sameField(
  name: IntegrationFieldName,
  left: FieldValue | undefined,
  right: FieldValue | undefined,
): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (typeof left === "number" && typeof right === "number") return Math.abs(left - right) < 1000;
  return canonicalField(name, left) === canonicalField(name, right);
}

/** Whether two values of an input, which may be another one than a field, are equivalent. An unknown new value counts as changed. */
export function sameInput(name: string, old: unknown, now: unknown): boolean {
  if (containsUnknown(now)) return false;
  return isFieldName(name) && isScalar(old) && isScalar(now)
    ? sameField(name, old, now)
    : isDeepStrictEqual(old, now);
}

export function isScalar(value: unknown): value is FieldValue {
  return typeof value === "string" || typeof value === "number";
}

/** Whether a value, or a part of it, is unknown. */
export function containsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(containsUnknown);
}

/**
 * Whether some characters of a shown secret may be hidden: asterisks, bullets, an ellipsis, or a run of crosses. Such a value does not show
 * a change.
 */
export function mayBeMasked(shown: string): boolean {
  return /[*∗＊•●∙·…]|\.{3}|[xX]{4}/.test(shown);
}
