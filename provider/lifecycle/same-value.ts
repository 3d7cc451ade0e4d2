import { isDeepStrictEqual } from "node:util";
import { fieldNames, type IntegrationFieldName } from "../api/fields";
import { sameField } from "./canonical";
import { containsUnknown } from "./unknown";

/** Whether two values of an input mean the same, whatever input it is. One that is not known yet counts as another one. */
export function sameValue(name: string, old: unknown, now: unknown): boolean {
  if (containsUnknown(now)) return false;
  if (isScalar(old) && isScalar(now) && isField(name)) return sameField(name, old, now);
  return isDeepStrictEqual(old, now);
}

function isField(name: string): name is IntegrationFieldName {
  return (fieldNames as readonly string[]).includes(name);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}
