import { type IntegrationFieldName, integrationFields } from "../api/fields";
import { canonicalMetadata } from "./metadata";

export type FieldValue = string | number;

/** One spelling for all values of a field that mean the same. */
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

/**
 * Whether two values of a field mean the same; absent equals absent only. Expiries are compared to the second:
 * Pinterest's own times are whole seconds in milliseconds, and whether it rounds what it is given is not documented.
 */
export function sameField(
  name: IntegrationFieldName,
  left: FieldValue | undefined,
  right: FieldValue | undefined,
): boolean {
  if (left === undefined || right === undefined) {
    return left === right;
  }
  if (typeof left === "number" && typeof right === "number") {
    return Math.abs(left - right) < 1000;
  }
  return canonicalField(name, left) === canonicalField(name, right);
}

/** Scopes are a set: separated by commas or white space, order and repetition mean nothing. */
export function canonicalScopes(text: string): string {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))].sort().join(",");
}
