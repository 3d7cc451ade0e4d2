import { secretSignature, signatureKey } from "../../provider/runtime/constants";

/** Whether a property is the engine's marker for a secret, with or without its value. */
export function isSecret(value: unknown): value is { readonly plaintext?: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Record<string, unknown>)[signatureKey] === secretSignature
  );
}

/** A property from an export with secrets in plaintext. */
export function inClear(value: unknown): unknown {
  return isSecret(value) && value.plaintext !== undefined ? JSON.parse(value.plaintext) : value;
}
