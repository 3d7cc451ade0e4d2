import { isOwnedByAnother, PinterestError } from "../api";
import {
  type IntegrationFieldName,
  type IntegrationFields,
  isSecretField,
  readableFieldNames,
} from "../api/fields";
import type { Integration } from "../api/integration";
import { messageOf } from "../base/message-text";
import { called, type DeclaredIn } from "../config";
import type { DeletionLimits } from "../run/ownership";
import type { Dependencies } from "../run/session";
import { decideAdoption } from "./create";
import { explainRefusedReplacement, namingOwner, summaryOf } from "./messages";
import {
  type Bag,
  bagFromOutputs,
  canonicalValues,
  computedNames,
  type FieldNames,
  type Inputs,
  inputsFromBag,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  outputsFromBag,
  type Place,
  pick,
  placeOf,
} from "./outputs";
import { sameInput, unknownValue } from "./values";
import { wasRecreated, wasWritten } from "./written";

/**
 * The properties that force a replacement. An unknown external business ID does not force one. The resource that the ID comes from may be deleted
 * first. The engine would then delete this resource in the middle of the update, although its ID may stay the same.
 *
 * @throws Error if a replacement would delete an integration, and `pinterest:onDelete` refuses it
 */
export function replacedProperties(
  id: string,
  news: Bag,
  limits: () => DeletionLimits,
  declaredIn: DeclaredIn,
): string[] {
  const { externalBusinessId } = news;
  if (externalBusinessId === id || externalBusinessId === unknownValue) return [];
  if (limits().onDelete !== "refuse") return ["externalBusinessId"];
  throw new Error(
    explainRefusedReplacement(
      id,
      `${called("onDelete", declaredIn)} is \`refuse\``,
      "Set it to `disconnect` or `retain`",
    ),
  );
}

/**
 * Whether an update is needed although the inputs equal those in state: to record that the integration was recreated, or that a merchant list
 * now has Pinterest's values. A fleet's `drift --from-state` compares with that record.
 */
export function needsRecord(previous: Outputs, news: Bag, declaredIn: DeclaredIn): boolean {
  const inputs = inputsFromBag(news);
  const names = managedBy(inputs);
  const isUnrecorded = (name: IntegrationFieldName) =>
    wasWritten(previous, name, inputs.fields[name]) === false;
  return (
    (wasRecreated(previous) || (declaredIn === "merchant list" && names.some(isUnrecorded))) &&
    names.length === previous.managed.length &&
    names.every((name) => sameInput(name, previous.fields[name], inputs.fields[name]))
  );
}

/**
 * Predicts the outputs of a create without a request. An adopted integration matches the program, also in the fields that the program
 * omits. With `adopt`, these fields can have any value.
 */
export function previewCreate(news: Bag): Bag {
  const unknownFields = news.adopt ? readableFieldNames : [];
  const unknown = [...unknownFields, ...computedNames].map((name) => [name, unknownValue]);
  return { ...Object.fromEntries(unknown), ...news };
}

/** Predicts the outputs of an update without a request. */
export function previewUpdate(previous: Bag, news: Bag): Bag {
  const known = outputsFromBag(previous);
  const inputs = inputsFromBag(news);
  const keepsRemoved = inputs.whenRemoved === "release" || news.whenRemoved === unknownValue;
  const kept = readableFieldNames.filter((name) => keepsRemoved || !known.managed.includes(name));
  const outputs = outputsAfterWrite(inputs, pick(known.fields, kept), known);
  return { ...bagFromOutputs(outputs), updatedTimestamp: unknownValue };
}

/**
 * The predicted result of a create.
 *
 * `created`: it does not exist. `adopted`: it exists and matches the program. `overwritten`: it differs, and `adopt` is set.
 * `refused`: it differs. `foreign`: it belongs to another owner. `unknown`: this depends on values that are unknown until the update.
 * `not-checked`: the read failed.
 */
export type CreateVerdict =
  | "created"
  | "adopted"
  | "overwritten"
  | "refused"
  | "foreign"
  | "unknown"
  | "not-checked";

/** A create of the next update. The external business ID and the account may be the engine's string for an unknown value. */
export interface CreateObservation extends Place {
  readonly verdict: CreateVerdict;
  /** The ID of the existing integration. */
  readonly integrationId?: string;
  /** The fields that are overwritten, that are the reason of a refusal, or whose values are unknown. */
  readonly fields?: FieldNames;
  /**
   * Pinterest's values of the differing fields in canonical form. Contains no partner token or e-mail address. The program may declare a
   * field as a secret, which only the engine knows: before you print a value, ask it.
   */
  readonly live?: IntegrationFields;
  /** The differing fields that the program omits. */
  readonly omitted?: FieldNames;
  /** The secrets that are written to the existing integration, because they cannot be compared. */
  readonly notCompared?: FieldNames;
  /** Why the verdict is not `created`, `adopted` or `overwritten`. */
  readonly reason?: string;
  /** The reason, and the remedy. */
  readonly advice?: string;
}

/** Predicts what a create would do, with one read. Inputs may be unknown. Never rejects. */
export async function predictCreate(
  news: Bag,
  { client }: Pick<Dependencies, "client">,
): Promise<CreateObservation> {
  const inputs = inputsFromBag(news);
  const place = placeOf(inputs);
  for (const [name, value] of Object.entries(place)) {
    if (value === unknownValue) {
      return { ...place, verdict: "unknown", reason: `\`${name}\` is unknown until the update` };
    }
  }
  try {
    const found = await client(place.account).findCommerceIntegration(place.externalBusinessId);
    return { ...place, ...(found === undefined ? { verdict: "created" } : predictAdoption(inputs, found)) };
  } catch (error) {
    const verdict = isOwnedByAnother(error) ? "foreign" : "not-checked";
    // The reason has the rest of the message.
    const remedy = error instanceof PinterestError ? error.remedy : undefined;
    const advice = verdict === "foreign" ? messageOf(namingOwner(place.externalBusinessId, error)) : remedy;
    return { ...place, verdict, reason: summaryOf(error), ...(advice !== undefined && { advice }) };
  }
}

function predictAdoption(inputs: Inputs, found: Integration): Omit<CreateObservation, keyof Place> {
  const { fields } = inputs;
  const unknown = managedBy(inputs).filter((name) => fields[name] === unknownValue && !isSecretField(name));
  const comparable = readableFieldNames.filter((name) => !unknown.includes(name));
  const decision = decideAdoption(inputs, found, comparable);
  const existing = pick(found, ["integrationId"]);
  if (decision.action === "refuse") {
    if ((inputs.adopt as unknown) === unknownValue) {
      const reason = "it exists and differs, and `adopt` is unknown until the update";
      return { ...existing, verdict: "unknown", reason };
    }
    const { differing } = decision;
    const omitted = differing.filter((name) => !(name in fields));
    return {
      ...existing,
      verdict: "refused",
      fields: differing,
      live: canonicalValues(differing, found),
      ...(omitted.length > 0 ? { omitted } : {}),
      reason: "it exists and differs from the program",
    };
  }
  if (unknown.length > 0 && decision.action === "adopt") {
    const reason = "it exists, and the values to compare are unknown until the update";
    return { ...existing, verdict: "unknown", fields: unknown, reason };
  }
  const notCompared = decision.toSend.filter(isSecretField);
  const differing = decision.toSend.filter((name) => !isSecretField(name));
  return {
    ...existing,
    verdict: decision.action === "overwrite" ? "overwritten" : "adopted",
    ...(differing.length > 0 ? { fields: differing, live: canonicalValues(differing, found) } : {}),
    ...(notCompared.length > 0 ? { notCompared } : {}),
  };
}
