import { fieldNames } from "../api/fields";
import { computedNames, uidKey } from "../lifecycle/outputs";

/** All outputs of an integration. Registered without a value, so that each becomes an output. */
export const outputProperties: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...fieldNames, "account", ...computedNames, uidKey].map((name) => [name, undefined]),
);
