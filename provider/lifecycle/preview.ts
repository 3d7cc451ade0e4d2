import { fieldNames } from "../pinterest/fields";
import {
  type Bag,
  bagFromOutputs,
  computedNames,
  inputsFromBag,
  outputsFromBag,
  pick,
  readableFieldNames,
} from "./bags";
import { unknownValue } from "./unknown";

/**
 * The outputs that a creation will have, as far as they can be told without asking Pinterest. An integration that is taken over equals
 * the program's, also in fields that this leaves out; with `adopt` these may have any value.
 */
export function previewCreation(inputs: Bag): Bag {
  const leftOut = inputs.adopt === undefined || inputs.adopt === false ? [] : readableFieldNames;
  return { ...unknowns(leftOut), ...unknowns(computedNames), ...inputs };
}

/** The outputs that an update will have. Fields that leave the program are cleared, unless they are to be released. */
export function previewUpdate(previous: Bag, inputs: Bag): Bag {
  const known = outputsFromBag(previous);
  const given = inputsFromBag(inputs);
  const released = given.whenRemoved === "release" || inputs.whenRemoved === unknownValue;
  const left = readableFieldNames.filter(
    (name) => !(name in given.fields) && (released || !known.managed.includes(name)),
  );
  const managed = fieldNames.filter((name) => name in given.fields);
  return {
    ...bagFromOutputs({
      ...pick(known, computedNames),
      ...given,
      fields: { ...pick(known.fields, left), ...given.fields },
      managed,
      left: [...new Set([...known.managed, ...known.left])].filter((name) => !managed.includes(name)),
    }),
    updatedTimestamp: unknownValue,
  };
}

function unknowns(names: readonly string[]): Bag {
  return Object.fromEntries(names.map((name) => [name, unknownValue]));
}
