import {
  type Bag,
  bagFromOutputs,
  computedNames,
  inputsFromBag,
  outputsFromBag,
  pick,
  readableFieldNames,
} from "./bags";
import { outputsAfterWrite } from "./outputs";
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
  const outputs = outputsAfterWrite(given, pick(known.fields, left), known);
  return { ...bagFromOutputs(outputs), updatedTimestamp: unknownValue };
}

function unknowns(names: readonly string[]): Bag {
  return Object.fromEntries(names.map((name) => [name, unknownValue]));
}
