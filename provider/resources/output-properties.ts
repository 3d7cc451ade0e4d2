import { computedNames } from "../lifecycle/bags";
import { fieldNames } from "../pinterest/fields";

/** All that an integration shows. Registered without a value, so that each becomes an output. */
export const outputProperties: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...fieldNames, "account", ...computedNames].map((name) => [name, undefined]),
);
