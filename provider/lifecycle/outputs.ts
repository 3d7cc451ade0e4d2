import { randomBytes } from "node:crypto";
import {
  type ComputedProperties,
  type FieldNames,
  fieldNames,
  type Integration,
  type IntegrationFieldName,
  type IntegrationFields,
  integrationFields,
  isSecretField,
  readableFieldNames,
  secretFieldNames,
} from "../api";
import { type Bag, pick } from "../base/bag";
import type { DeploymentTopic } from "../run/failure";
import { identityNames } from "../run/identity";
import { canonicalField, type FieldValue, mayBeMasked, sameField } from "./values";
import { type Written, withMarks, writtenRecord } from "./written";

/** Inputs that Pinterest does not have. `read` must return them: otherwise the engine shows them as drift. */
export interface ProviderInputs {
  account?: string;
  /** The explicit provider's name. */
  providerName?: string;
  adopt?: boolean;
  /** The effect of removing a field from the program at Pinterest. @default "clear" */
  whenRemoved?: "clear" | "release";
}

const providerInputNames = ["account", "providerName", "adopt", "whenRemoved"] as const;

/** The inputs of a commerce integration as `check` returns them: in canonical form, without absent values. */
export interface Inputs extends ProviderInputs {
  externalBusinessId: string;
  fields: IntegrationFields;
}

/** The outputs of a commerce integration, which are in state. */
export interface Outputs extends Inputs, ComputedProperties {
  /** The fields that the program manages, with or without a value at Pinterest. */
  managed: FieldNames;
  /**
   * The fields that the program has managed and no longer does. Their values in state count as secrets: they may have been secrets of the
   * program, and the engine only knows its present ones.
   */
  released: FieldNames;
  /** See {@link uidKey}. */
  uid?: string;
  /** Absent for a lookup, like the UID. */
  written?: Written;
}

/** Properties that Pinterest sets and the program can only read. */
export const computedNames = [
  "integrationId",
  "connectedUserId",
  "createdTimestamp",
  "updatedTimestamp",
] as const satisfies readonly (keyof ComputedProperties)[];

/** The property that contains the record of managed fields. The engine does not display names with two underscores. */
export const managedKey = "__managed";

/**
 * The property that contains a random string, which the resource keeps while it is in state. If a rename was interrupted, state has two
 * resources for one integration; this string distinguishes them.
 */
export const uidKey = "__uid";

/** The property that contains the record of the last write. */
export const writtenKey = "__written";

/**
 * The property that marks the inputs of a lookup: of an integration that the program does not manage. Outputs, which state has after the
 * read, never have it. If the integration is missing, a refresh needs an empty response, but a lookup needs an error, because the engine treats an
 * empty response as a success.
 */
export const lookupKey = "__lookup";

export function inputsFromBag(bag: Bag): Inputs {
  const inputs = bag as ProviderInputs & IntegrationFields;
  return {
    externalBusinessId: String(bag.externalBusinessId),
    ...pick(inputs, providerInputNames),
    fields: pick(inputs, fieldNames),
  };
}

export function bagFromInputs({ externalBusinessId, fields, ...others }: Inputs): Bag {
  return { externalBusinessId, ...fields, ...pick(others, providerInputNames) };
}

export function outputsFromBag(bag: Bag): Outputs {
  const { [uidKey]: uid, [writtenKey]: written } = bag;
  return {
    ...inputsFromBag(bag),
    ...pick(bag as ComputedProperties, computedNames),
    ...parseManaged(bag[managedKey]),
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof written === "string" ? { written } : {}),
  };
}

export function bagFromOutputs(outputs: Outputs): Bag {
  const { managed, released, fields, uid, written } = outputs;
  return {
    ...bagFromInputs(outputs),
    ...pick(outputs, computedNames),
    [managedKey]: formatManaged({ managed, released: released.filter((name) => name in fields) }),
    ...(uid === undefined ? {} : { [uidKey]: uid }),
    ...(written === undefined ? {} : { [writtenKey]: written }),
  };
}

/** The identity of a resource in state, for the ledger. It contains no values of fields, which can be secrets. */
export function identityOf(outputs: Outputs, urn: string | undefined) {
  const { managed, released } = outputs;
  return { ...pick(outputs, identityNames), urn, managed: formatManaged({ managed, released }) };
}

type ManagedFields = Pick<Outputs, "managed" | "released">;

/** The fields as a string: the letters of the managed fields, then a tilde and those of the released fields, if there are any. */
function formatManaged({ managed, released }: ManagedFields): string {
  const format = (names: FieldNames) => names.map((name) => integrationFields[name].letter).join("");
  return released.length === 0 ? format(managed) : `${format(managed)}~${format(released)}`;
}

export function parseManaged(text: unknown): ManagedFields {
  const [managed = "", released = ""] = typeof text === "string" ? text.split("~") : [];
  const parse = (part: string) => fieldNames.filter((name) => part.includes(integrationFields[name].letter));
  return { managed: parse(managed), released: parse(released) };
}

/** The properties of outputs that are secrets even if the program's inputs are not. */
export function secretsAmong(outputs: Bag): string[] {
  const names = [...secretFieldNames, ...parseManaged(outputs[managedKey]).released];
  return names.filter((name) => outputs[name] !== undefined);
}

/** The fields that a program manages: those for which it sets a value. */
export function managedBy({ fields }: Inputs): IntegrationFieldName[] {
  return Object.keys(fields) as IntegrationFieldName[];
}

/** The random string of a new resource: see {@link uidKey}. */
export function newUid(): string {
  return randomBytes(9).toString("base64url");
}

/** The readable fields among `names` whose values at Pinterest differ from the wanted ones. */
export function differingFields(
  names: FieldNames,
  wanted: IntegrationFields,
  live: Integration,
): IntegrationFieldName[] {
  return names.filter((name) => !isSecretField(name) && !sameField(name, wanted[name], live[name]));
}

/** The values of the named fields at Pinterest, in canonical form. */
export function canonicalValues(names: FieldNames, live: Integration | undefined): IntegrationFields {
  const present = names.filter((name) => live?.[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, canonicalField(name, live?.[name] as FieldValue)]));
}

/**
 * The outputs after a write: the inputs, the computed properties of Pinterest's response, and its values of the fields that the program does
 * not manage.
 */
export function outputsAfterWrite(
  inputs: Inputs,
  live: Integration | undefined,
  previous?: Outputs,
): Outputs {
  const isUnmanaged = (name: IntegrationFieldName) => !(name in inputs.fields);
  const managedBefore = [...new Set([...(previous?.managed ?? []), ...(previous?.released ?? [])])];
  const managed = managedBy(inputs);
  return {
    ...inputs,
    fields: { ...canonicalValues(readableFieldNames.filter(isUnmanaged), live), ...inputs.fields },
    managed,
    written: writtenRecord({ ...inputs, managed }),
    released: managedBefore.filter(isUnmanaged),
    ...(previous && pick(previous, computedNames)),
    ...(live && pick(live, computedNames)),
    uid: previous?.uid ?? newUid(),
  };
}

/** The outputs with Pinterest's values of the named fields. Those that its response does not contain are removed. */
export function withLiveValues(outputs: Outputs, names: FieldNames, live: Integration | undefined): Outputs {
  const fields = { ...outputs.fields };
  for (const name of names) delete fields[name];
  const readable = names.filter((name) => !isSecretField(name));
  return { ...outputs, fields: { ...fields, ...canonicalValues(readable, live) } };
}

/**
 * The outputs after a read. Values that are equivalent to those in state keep the format of state. Secrets keep their last known values,
 * except if they are compared and Pinterest shows another value, or if somebody recreated the integration, which then has none of the managed ones.
 */
export function outputsAfterRead(previous: Outputs, live: Integration, compareSecrets = false): Outputs {
  const { managed, written } = previous;
  const origin = compareOrigin(previous, live);
  if (origin === "stale") return previous;
  const isKept = (name: IntegrationFieldName) => sameField(name, previous.fields[name], live[name]);
  const keptSecrets = secretFieldNames.filter((name) => origin === "same" || !managed.includes(name));
  const fields: IntegrationFields = {
    ...pick(previous.fields, keptSecrets),
    ...(compareSecrets ? shownSecrets(previous, live) : {}),
    ...canonicalValues(readableFieldNames, live),
    ...pick(previous.fields, readableFieldNames.filter(isKept)),
  };
  const outputs = { ...previous, ...pick(live, computedNames), fields };
  // A lookup has no record.
  if (written === undefined) return outputs;
  const changedSecrets = managed.filter(
    (name) => isSecretField(name) && previous.fields[name] !== fields[name],
  );
  return { ...outputs, written: withMarks(written, changedSecrets, origin === "recreated") };
}

/** Pinterest may round its timestamps to the second. */
const toleranceMs = 1000;

/** Whether the integration at Pinterest is the one in state. A stale read can show one from before it was recreated. */
function compareOrigin(previous: Outputs, live: Integration): "same" | "recreated" | "stale" {
  const { integrationId: before, createdTimestamp: createdBefore = Number.NaN } = previous;
  const { integrationId: now, createdTimestamp: createdNow = Number.NaN } = live;
  if (createdNow <= createdBefore - toleranceMs) return "stale";
  const isOther = before !== undefined && now !== undefined && now !== before;
  return isOther || createdNow >= createdBefore + toleranceMs ? "recreated" : "same";
}

/** The managed secrets that a response shows in plaintext. Secrets that it omits or masks may have any value. */
function shownSecrets({ managed }: Outputs, live: Integration): IntegrationFields {
  const isShown = (name: IntegrationFieldName) => isSecretField(name) && !mayBeMasked(String(live[name]));
  return pick(live, managed.filter(isShown));
}

/** The message of a failure, with its topic or the failure that it is about. */
export interface Explanation {
  readonly message: string;
  readonly topic?: DeploymentTopic | undefined;
  readonly cause?: unknown;
}

/**
 * A write that failed although Pinterest has, or may have, carried out a part of it. The engine keeps `outputs` in state, and the next update
 * completes the write. `outputs` must not contain values that Pinterest may not have.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly topic: DeploymentTopic | undefined;

  constructor(
    { message, topic, cause }: Explanation,
    readonly outputs: Outputs,
  ) {
    super(message, { cause });
    this.topic = topic;
  }
}

/** The state that the engine saves after a write that failed. Undefined if Pinterest has carried out nothing of it. */
export function partialState(error: unknown): { id: string; outputs: Bag } | undefined {
  return error instanceof PartialFailure
    ? { id: error.outputs.externalBusinessId, outputs: bagFromOutputs(error.outputs) }
    : undefined;
}
