import { fieldNames, type IntegrationFieldName, integrationFields } from "../api/fields";
import type { Integration } from "../api/integration";
import type { FieldValue } from "./canonical";
import { type ManagedRecord, parseRecord, printRecord } from "./record";

/** What happens at Pinterest to a field that is taken out of the program. */
export type WhenRemoved = "clear" | "release";

/** Inputs that Pinterest knows nothing of. `read` must hand them back, or their absence would show as drift. */
export interface ProviderInputs {
  account?: string;
  providerName?: string;
  adopt?: boolean;
  whenRemoved?: WhenRemoved;
}

export const providerInputNames = ["account", "providerName", "adopt", "whenRemoved"] as const;

/** The inputs of a commerce integration as `check` leaves them: canonical, and free of absent values. */
export interface Inputs extends ProviderInputs {
  externalBusinessId: string;
  fields: Fields;
}

export type Fields = { [K in IntegrationFieldName]?: FieldValue };

/** What state keeps of a commerce integration. */
export interface Outputs extends Inputs, ManagedRecord {
  integrationId?: string;
  connectedUserId?: string;
  createdTimestamp?: number;
  updatedTimestamp?: number;
  /** See {@link uidKey}. */
  uid?: string;
}

/** A bag of properties as the engine hands it over. */
export type Bag = Record<string, unknown>;

/** The key of the hidden record of managed fields. The engine's displays leave out keys with two underscores. */
export const managedKey = "__managed";

/**
 * The key of a random string that the resource keeps while it is in state. If a rename was interrupted, state has two resources for one
 * integration; this string distinguishes them.
 */
export const uidKey = "__uid";

/**
 * The key that marks the inputs of a lookup of an integration that the program does not manage. State's outputs never
 * have it: the engine takes an empty answer for an absence when it refreshes, and for a success when it looks up.
 */
export const lookupKey = "__lookup";

/** The properties that Pinterest sets and a program only reads. */
export const computedNames = [
  "integrationId",
  "connectedUserId",
  "createdTimestamp",
  "updatedTimestamp",
] as const;

export function inputsFromBag(bag: Bag): Inputs {
  return {
    externalBusinessId: String(bag.externalBusinessId),
    ...pick(bag, providerInputNames),
    fields: pick(bag, fieldNames),
  };
}

export function bagFromInputs(inputs: Inputs): Bag {
  return {
    externalBusinessId: inputs.externalBusinessId,
    ...inputs.fields,
    ...pick(inputs, providerInputNames),
  };
}

export function outputsFromBag(bag: Bag): Outputs {
  const { [uidKey]: uid } = bag;
  return {
    ...inputsFromBag(bag),
    ...pick(bag, computedNames),
    ...parseRecord(bag[managedKey]),
    ...(typeof uid === "string" ? { uid } : {}),
  };
}

export function bagFromOutputs(outputs: Outputs): Bag {
  return {
    ...bagFromInputs(outputs),
    ...pick(outputs, computedNames),
    [managedKey]: printRecord({
      managed: outputs.managed,
      left: outputs.left.filter((name) => name in outputs.fields),
    }),
    ...(outputs.uid === undefined ? {} : { [uidKey]: outputs.uid }),
  };
}

/** The properties of a bag of outputs that are secrets whatever the program's inputs say. */
export function secretsAmong(outputs: Bag): string[] {
  const names = [...secretFieldNames, ...parseRecord(outputs[managedKey]).left];
  return names.filter((name) => outputs[name] !== undefined);
}

/** The fields that a commerce answer of Pinterest can show; tokens and e-mail are only in list and by-number answers. */
export const readableFieldNames = fieldNames.filter((name) => !integrationFields[name].secret);
export const secretFieldNames = fieldNames.filter((name) => integrationFields[name].secret);

export function fieldsOf(integration: Integration): Fields {
  return pick(integration, fieldNames);
}

/** Copies the named properties that are set. A bag that holds `undefined` fails in the SDK after the API call was made. */
export function pick<K extends string>(source: object, names: readonly K[]): Record<K, never> {
  const bag = source as Bag;
  const entries = names
    .filter((name) => bag[name] !== undefined && bag[name] !== null)
    .map((name) => [name, bag[name]]);
  return Object.fromEntries(entries);
}
