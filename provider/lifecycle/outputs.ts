import { randomBytes } from "node:crypto";
import type { IntegrationFieldName } from "../api/fields";
import type { Integration } from "../api/integration";
import {
  computedNames,
  type Fields,
  fieldsOf,
  type Inputs,
  type Outputs,
  pick,
  providerInputNames,
  readableFieldNames,
  secretFieldNames,
} from "./bags";
import { canonicalField, sameField } from "./canonical";
import { isMasked } from "./masking";

/** The fields a program manages: those it gives a value. */
export function managedBy(inputs: Inputs): IntegrationFieldName[] {
  return Object.keys(inputs.fields) as IntegrationFieldName[];
}

/** The readable fields among `names` in which Pinterest's answer differs from what is wanted. */
export function differingFields(
  names: readonly IntegrationFieldName[],
  wanted: Fields,
  live: Integration,
): IntegrationFieldName[] {
  return names.filter(
    (name) => readableFieldNames.includes(name) && !sameField(name, wanted[name], live[name]),
  );
}

/**
 * State after a write: what the program wants, the computed properties as Pinterest answered them, and the live values
 * of the fields that the program leaves alone.
 */
export function outputsAfterWrite(
  inputs: Inputs,
  live: Integration | undefined,
  previous?: Outputs,
): Outputs {
  const unmanaged = readableFieldNames.filter((name) => !(name in inputs.fields));
  return {
    ...inputs,
    fields: { ...pick(live === undefined ? {} : fieldsInCanonicalForm(live), unmanaged), ...inputs.fields },
    managed: managedBy(inputs),
    left: [...new Set([...(previous?.managed ?? []), ...(previous?.left ?? [])])].filter(
      (name) => !(name in inputs.fields),
    ),
    ...pick(previous ?? {}, computedNames),
    ...pick(live ?? {}, computedNames),
    uid: previous?.uid ?? newUid(),
  };
}

/** The random string of a new resource: see `uidKey`. */
export function newUid(): string {
  return randomBytes(9).toString("base64url");
}

/** The outputs with the named fields as Pinterest's answer shows them, and without those of which nothing is known. */
export function withFieldsAsShown(
  outputs: Outputs,
  names: readonly IntegrationFieldName[],
  live: Integration | undefined,
): Outputs {
  const shown = pick(
    live === undefined ? {} : fieldsInCanonicalForm(live),
    names.filter((name) => readableFieldNames.includes(name)),
  );
  const others = Object.entries(outputs.fields).filter(
    ([name]) => !names.includes(name as IntegrationFieldName),
  );
  return { ...outputs, fields: { ...Object.fromEntries(others), ...shown } };
}

/**
 * State after a read: what Pinterest holds, in the spelling that state already has where it means the same. Tokens and
 * e-mail stay as they were, unless they are to be compared and Pinterest shows another value.
 */
export function outputsAfterRead(previous: Outputs, live: Integration, comparesSecrets = false): Outputs {
  const fields: Fields = pick(previous.fields, secretFieldNames);
  if (comparesSecrets) {
    Object.assign(fields, shownSecrets(previous, live));
  }
  for (const name of readableFieldNames) {
    const known = previous.fields[name];
    const value = live[name];
    if (value !== undefined) {
      fields[name] =
        known !== undefined && sameField(name, known, value) ? known : canonicalField(name, value);
    }
  }
  const { fields: _, ...rest } = previous;
  return { ...rest, ...pick(live, computedNames), fields };
}

/** The managed tokens and e-mail that an answer shows in clear. What it leaves out or masks may be anything. */
function shownSecrets({ managed, fields }: Outputs, live: Integration): Fields {
  const shown = managed.filter((name) => {
    const value = live[name];
    const known = fields[name];
    return (
      secretFieldNames.includes(name) &&
      value !== undefined &&
      !isMasked(String(value), known === undefined ? undefined : String(known))
    );
  });
  return pick(live, shown);
}

/** The inputs that a read hands back: the managed fields with their live values, and whatever is not Pinterest's. */
export function inputsAfterRead(outputs: Outputs): Inputs {
  return {
    externalBusinessId: outputs.externalBusinessId,
    ...pick(outputs, providerInputNames),
    fields: pick(outputs.fields, outputs.managed),
  };
}

function fieldsInCanonicalForm(live: Integration): Fields {
  const fields = fieldsOf(live);
  const names = Object.keys(fields) as IntegrationFieldName[];
  return Object.fromEntries(
    names.map((name) => [name, canonicalField(name, fields[name] as string | number)]),
  );
}
