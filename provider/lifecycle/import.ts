import {
  type FieldNames,
  fieldNames,
  type Integration,
  type IntegrationFieldName,
  isSecretField,
} from "../api";
import { type Bag, pick } from "../base/bag";
import type { Place } from "../run/identity";
import { checkArgument } from "./check";
import { namingOwner } from "./messages";
import { bagFromInputs, bagFromOutputs, type Inputs, outputsAfterWrite } from "./outputs";
import type { Dependencies } from "./session";
import { mayBeMasked } from "./values";

export type IdentifiedIntegration = Integration & { readonly externalBusinessId: string };

/** State for an integration that exists at Pinterest. */
export interface ImportedState {
  /** The inputs as `check` returns them for a program with exactly these values. */
  readonly inputs: Bag;
  /** The outputs as a create of that program leaves them. Secrets are in plaintext. */
  readonly outputs: Bag;
  /** The secrets that Pinterest masks, so that their values are not known. */
  readonly masked: FieldNames;
  /** The fields whose values no program can declare, and why: the end of a sentence that begins with the field. */
  readonly invalid: ReadonlyMap<IntegrationFieldName, string>;
}

/**
 * Imports an existing integration with its present values. Returns undefined if it is missing. Secrets are not managed, because Pinterest's
 * response does not contain them.
 */
export async function importIntegration(
  place: Place,
  { client }: Pick<Dependencies, "client">,
): Promise<ImportedState | undefined> {
  const { externalBusinessId, account } = place;
  try {
    const live = await client(account).findCommerceIntegration(externalBusinessId);
    return live && stateOf({ ...live, externalBusinessId }, place);
  } catch (error) {
    throw namingOwner(externalBusinessId, error);
  }
}

/** State as if an update had written the present values of an integration. Each field with a value that a program can declare is managed. */
export function stateOf(
  live: IdentifiedIntegration,
  provider: { readonly account?: string | undefined; readonly providerName?: string | undefined } = {},
): ImportedState {
  const fields: Bag = {};
  const masked: IntegrationFieldName[] = [];
  const invalid = new Map<IntegrationFieldName, string>();
  for (const name of fieldNames) {
    const value = live[name];
    if (value === undefined) continue;
    if (isSecretField(name) && mayBeMasked(String(value))) {
      masked.push(name);
      continue;
    }
    // The engine's protocol cannot encode it, so another string would arrive.
    const isIllFormed = typeof value === "string" && !value.isWellFormed();
    const { canonical, problem } = checkArgument(name, value);
    if (isIllFormed) invalid.set(name, "contains half of a surrogate pair, which is not valid Unicode");
    else if (problem !== undefined) invalid.set(name, problem.finding);
    else fields[name] = canonical;
  }
  const { externalBusinessId } = live;
  const inputs: Inputs = { externalBusinessId, fields, ...pick(provider, ["account", "providerName"]) };
  return {
    inputs: bagFromInputs(inputs),
    outputs: bagFromOutputs(outputsAfterWrite(inputs, live)),
    masked,
    invalid,
  };
}
