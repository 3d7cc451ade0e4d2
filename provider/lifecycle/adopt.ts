import {
  type FieldNames,
  type Integration,
  isSecretField,
  type PinterestClient,
  readableFieldNames,
} from "../api";
import { DeploymentError } from "../run/failure";
import { placeOf } from "../run/identity";
import { isHeld, type RunRecord } from "../run/ledger";
import { compareIntegrations } from "../run/ownership";
import { explainExists, propertyList } from "./messages";
import {
  canonicalValues,
  differingFields,
  type Inputs,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  parseManaged,
} from "./outputs";
import { patchIntegration, writeChanges } from "./patch";
import type { Session } from "./session";

/** The action of a create for an existing integration. */
type AdoptionDecision =
  /** It matches the program. Only secrets are sent, because they cannot be compared. */
  | { readonly action: "adopt"; readonly toSend: FieldNames }
  /** It differs, and `adopt` is set. */
  | { readonly action: "overwrite"; readonly toSend: FieldNames }
  | { readonly action: "refuse"; readonly differing: FieldNames };

/** @param comparable the readable fields to compare. In a preview, some values are unknown. */
export function decideAdoption(
  inputs: Inputs,
  found: Integration,
  comparable: FieldNames = readableFieldNames,
): AdoptionDecision {
  const differing = differingFields(comparable, inputs.fields, found);
  if (differing.length > 0 && inputs.adopt !== true) return { action: "refuse", differing };
  // With `adopt`, fields that the program omits keep their values.
  const toSend = managedBy(inputs).filter((name) => differing.includes(name) || isSecretField(name));
  const overwrites = toSend.some((name) => differing.includes(name));
  return { action: overwrites ? "overwrite" : "adopt", toSend };
}

/**
 * Writes the program's values to an existing integration: updates it if the create replaces its resource, otherwise adopts it, or overwrites it
 * if `adopt` is set.
 *
 * @throws Error if it differs and `adopt` is not set. PartialFailure if only a part was written. PinterestApiError, among others if
 *   the integration is missing when it is written.
 */
export async function writeExisting(
  client: PinterestClient,
  inputs: Inputs,
  found: Integration,
  session: Session,
  urn: string | undefined,
): Promise<Outputs> {
  const replaced = replacedResource(inputs, found, session, urn);
  if (replaced !== undefined) return updateReplaced(client, inputs, found, replaced, session);
  const { externalBusinessId } = inputs;
  const { notify, wording } = session;
  const decision = decideAdoption(inputs, found);
  if (decision.action === "refuse") {
    const message = explainExists(inputs, decision.differing, "unchanged", wording);
    throw new DeploymentError("already-exists", message);
  }
  const { action, toSend } = decision;
  const live = toSend.length === 0 ? found : await patchIntegration(client, inputs, toSend, session);
  const secrets =
    toSend.length === 0 ? "" : `; wrote ${propertyList(toSend)}, because secrets cannot be compared`;
  notify(
    action === "overwrite"
      ? `adopted integration '${externalBusinessId}', which already exists at Pinterest, and overwrote ${propertyList(toSend)}`
      : `adopted integration '${externalBusinessId}': it already exists at Pinterest and matches the ${wording.noun}${secrets}`,
    inputs,
  );
  return outputsAfterWrite(inputs, live);
}

/** The record of the resource that a create replaces, if it has this integration. */
function replacedResource(inputs: Inputs, found: Integration, { ledger }: Session, urn: string | undefined) {
  if (urn === undefined) return undefined;
  const live = { ...found, ...placeOf(inputs) };
  return ledger
    .knownRecords()
    .about(inputs.externalBusinessId)
    .find((one) => isHeld(one) && one.urn === urn && compareIntegrations(one, live) !== "different");
}

/** Pinterest has one integration for each ID, so a replacement with the same ID is an update. */
async function updateReplaced(
  client: PinterestClient,
  inputs: Inputs,
  found: Integration,
  replaced: RunRecord,
  session: Session,
): Promise<Outputs> {
  const { externalBusinessId } = inputs;
  const { noun, recreate } = session.wording;
  // The values of secrets are unknown, so they are written again. The replaced resource keeps its UID until it is deleted, so this one gets another.
  const previous = {
    externalBusinessId,
    fields: canonicalValues(readableFieldNames, found),
    ...parseManaged(replaced.managed),
  };
  const outputs = await writeChanges(client, previous, inputs, session, found);
  session.notify(
    `integration '${externalBusinessId}' was not recreated: a replacement with the same external business ID keeps it, and writes the ` +
      `${noun}'s values. To delete and recreate it, ${recreate}.`,
    inputs,
  );
  return outputs;
}
