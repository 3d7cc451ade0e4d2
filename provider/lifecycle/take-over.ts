import type { IntegrationFieldName } from "../api/fields";
import type { Integration } from "../api/integration";
import { type Inputs, readableFieldNames, secretFieldNames } from "./bags";
import { differingFields, managedBy } from "./outputs";

type Names = readonly IntegrationFieldName[];

/** What becomes of a creation whose integration is at Pinterest already. */
export type TakeOver =
  /** It equals the program's. Sent is only what cannot be compared. */
  | { readonly act: "take over"; readonly toSend: Names }
  /** It differs, and the program says to write its values over it. */
  | { readonly act: "overwrite"; readonly toSend: Names }
  /** It differs. */
  | { readonly act: "refuse"; readonly differing: Names };

/**
 * Decides whether an integration that is there is taken over, overwritten or left alone.
 *
 * @param comparable the readable fields that can be compared: in a preview not all of the program's values are known.
 */
export function decideTakeOver(
  inputs: Inputs,
  found: Integration,
  comparable: Names = readableFieldNames,
): TakeOver {
  const differing = differingFields(comparable, inputs.fields, found);
  if (differing.length > 0 && inputs.adopt !== true) {
    return { act: "refuse", differing };
  }
  // Tokens and e-mail cannot be read here, so they are written: afterwards Pinterest holds what the program says.
  const toSend = managedBy(inputs).filter(
    (name) => differing.includes(name) || secretFieldNames.includes(name),
  );
  // What the program leaves out may differ, and stays as it is.
  return { act: toSend.some((name) => differing.includes(name)) ? "overwrite" : "take over", toSend };
}
