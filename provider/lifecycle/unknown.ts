/**
 * The text that the engine sends, at any depth and in place of a value of any type, for a value that is not known
 * until the update runs (Pulumi's plugin protocol; `runtime/rpc` in the Node SDK calls it `unknownValue`).
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value, or anything inside it, is not known yet. */
export function containsUnknown(value: unknown): boolean {
  if (value === unknownValue) {
    return true;
  }
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return Object.values(value).some(containsUnknown);
}
