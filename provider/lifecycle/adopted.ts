import { fieldNames, type IntegrationFieldName, integrationFields } from "../api/fields";
import type { Integration } from "../api/integration";
import {
  type Bag,
  bagFromInputs,
  bagFromOutputs,
  type Fields,
  type Inputs,
  pick,
  providerInputNames,
} from "./bags";
import type { FieldValue } from "./canonical";
import { holdsMask } from "./masking";
import { outputsAfterWrite } from "./outputs";
import { InvalidValue, validateField } from "./validate";

/** An integration that is at Pinterest, with its id. */
export type IdentifiedIntegration = Integration & { readonly externalBusinessId: string };

/** State for an integration that is at Pinterest already. */
export interface Adoption {
  /** The inputs as `check` would return them for a program that gives just these values. */
  readonly inputs: Bag;
  /** The outputs as a create of that program would leave them. Secrets are in clear. */
  readonly outputs: Bag;
  /** The secret fields that Pinterest shows with characters hidden, so that their values are not known. */
  readonly masked: readonly IntegrationFieldName[];
  /** The fields whose values no program can give, and why, as the end of a sentence that begins with the field. */
  readonly unfit: ReadonlyMap<IntegrationFieldName, string>;
}

/**
 * State as if an update had given an integration the values that it has at Pinterest. Every field with a value that a program could give
 * is managed.
 */
export function adopted(
  live: IdentifiedIntegration,
  provider: { readonly account?: string | undefined; readonly providerName?: string | undefined } = {},
): Adoption {
  const { known, masked, unfit } = valuesOf(live);
  const inputs: Inputs = {
    externalBusinessId: live.externalBusinessId,
    fields: known,
    ...pick(provider, providerInputNames),
  };
  return {
    inputs: bagFromInputs(inputs),
    outputs: bagFromOutputs(outputsAfterWrite(inputs, live)),
    masked,
    unfit,
  };
}

function valuesOf(live: Integration) {
  const known: Fields = {};
  const masked: IntegrationFieldName[] = [];
  const unfit = new Map<IntegrationFieldName, string>();
  for (const name of fieldNames) {
    const value = live[name];
    if (value === undefined) {
      continue;
    }
    if (integrationFields[name].secret && holdsMask(String(value))) {
      masked.push(name);
      continue;
    }
    const { canonical, problem } = validated(name, value);
    if (problem === undefined) {
      known[name] = canonical;
    } else {
      unfit.set(name, problem);
    }
  }
  return { known, masked, unfit };
}

type Validated =
  | { readonly canonical: FieldValue; readonly problem?: undefined }
  | { readonly canonical?: undefined; readonly problem: string };

function validated(name: IntegrationFieldName, value: FieldValue): Validated {
  // The engine's messages cannot carry it: another text would arrive.
  if (typeof value === "string" && !value.isWellFormed()) {
    return { problem: "holds half of a surrogate pair, which is no Unicode" };
  }
  try {
    return { canonical: validateField(name, value) };
  } catch (error) {
    if (error instanceof InvalidValue) {
      return { problem: error.message };
    }
    throw error;
  }
}
