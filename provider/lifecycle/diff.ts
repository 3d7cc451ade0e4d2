import {
  type Integration,
  type IntegrationFieldName,
  isOwnedByAnother,
  isSecretField,
  PinterestError,
  readableFieldNames,
} from "../api";
import { type Bag, defined, pick } from "../base/bag";
import { messageOf } from "../base/message-text";
import { called, type DeclaredIn } from "../config";
import { unknownValue } from "../run/constants";
import type { EngineLogger } from "../run/engine-logger";
import { DeploymentError } from "../run/failure";
import { type Place, placeOf } from "../run/identity";
import type { DeletionLimits } from "../run/ledger";
import type { CreateObservation } from "../run/observations";
import type { Wording } from "../run/wording";
import { decideAdoption } from "./adopt";
import { isAccountFailure } from "./drift-check";
import { explainRefusedReplacement, namingOwner } from "./messages";
import {
  bagFromOutputs,
  canonicalValues,
  computedNames,
  type Inputs,
  inputsFromBag,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  outputsFromBag,
} from "./outputs";
import type { Session } from "./session";
import { sameInput } from "./values";
import { compareWithWritten, wasRecreated } from "./written";

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
  throw new DeploymentError(
    "replacement-refused",
    explainRefusedReplacement(
      id,
      `${called("onDelete", declaredIn)} is \`refuse\``,
      "Set it to `disconnect` or `retain`",
    ),
  );
}

/**
 * Whether the resource needs an update although its inputs equal those in state. There are three reasons:
 *
 * - to repeat a create whose outcome is unknown, if reads are skipped: state has nothing that Pinterest has set
 * - to clear fields that the program no longer has, and that a failed write may have set
 * - to record that the integration was recreated, or that a merchant list now has Pinterest's values. A fleet's `drift --from-state` compares with
 *   that record.
 */
export function needsUpdate(previous: Outputs, news: Bag, declaredIn: DeclaredIn): boolean {
  const inputs = inputsFromBag(news);
  const names = managedBy(inputs);
  const { managed, fields } = previous;
  if (computedNames.every((name) => previous[name] === undefined)) return true;
  const compared = (name: IntegrationFieldName) => compareWithWritten(previous, name, inputs.fields[name]);
  const isUncertain = (name: IntegrationFieldName) =>
    fields[name] === undefined && compared(name) === "unknown";
  if (managed.some((name) => !names.includes(name) && isUncertain(name))) return true;
  const isRecordOutdated =
    wasRecreated(previous) ||
    (declaredIn === "merchant list" && names.some((name) => compared(name) === "different"));
  if (!isRecordOutdated) return false;
  // If the fields differ from state, the engine finds the difference itself.
  return (
    names.length === managed.length &&
    names.every((name) => sameInput(name, fields[name], inputs.fields[name]))
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
 * Predicts the result of a create. Reads the account's list if it has several creates, and the integration if the list does not have it. Inputs may be
 * unknown. Never rejects.
 *
 * @param logger of the engine. If omitted, `updateContinues` is not set.
 */
export async function predictCreate(
  news: Bag,
  session: Session,
  logger?: Pick<EngineLogger, "continuesAfterFailures">,
): Promise<CreateObservation> {
  const inputs = inputsFromBag(news);
  const place = placeOf(inputs);
  for (const [name, value] of Object.entries(place)) {
    if (value === unknownValue) {
      return { ...place, verdict: "unknown", reason: `\`${name}\` is unknown until the update` };
    }
  }
  try {
    const found = await session.predictions.find(place, session);
    return {
      ...place,
      ...(found === undefined ? { verdict: "created" } : predictAdoption(inputs, found, session.wording)),
    };
  } catch (error) {
    const verdict = isOwnedByAnother(error) ? "foreign" : "not-checked";
    // For `not-checked`, the advice is the remedy alone, because the summary is the reason. For `foreign`, it is the whole message.
    const { summary, requestId, remedy } =
      error instanceof PinterestError ? error : { summary: messageOf(error) };
    const advice = verdict === "foreign" ? messageOf(namingOwner(place.externalBusinessId, error)) : remedy;
    const updateContinues = isAccountFailure(error) && (await logger?.continuesAfterFailures()) === true;
    return {
      ...place,
      verdict,
      reason: summary,
      ...defined({ requestId, advice }),
      ...(updateContinues && { updateContinues }),
    };
  }
}

function predictAdoption(
  inputs: Inputs,
  found: Integration,
  { noun }: Wording,
): Omit<CreateObservation, keyof Place> {
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
      reason: `it exists and differs from the ${noun}`,
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
