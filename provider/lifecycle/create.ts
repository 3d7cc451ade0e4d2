import {
  type FieldNames,
  type Integration,
  isMerchantConnected,
  isNotFound,
  isOwnedByAnother,
  isSecretField,
  PinterestApiError,
  type PinterestClient,
  PinterestError,
  Retries,
  readableFieldNames,
} from "../api";
import type { Bag } from "../base/bag";
import { placeOf } from "../run/identity";
import { isHeld, type RunRecord } from "../run/ledger";
import { compareIntegrations, limitsOf } from "../run/ownership";
import type { Wording } from "../run/wording";
import {
  afterIncreasedLimit,
  explainExists,
  explainIgnored,
  explainOwnedByAnother,
  explainRefusedReplacement,
  explainStaleRead,
  explainUnknownOutcome,
  propertyList,
} from "./messages";
import {
  bagFromOutputs,
  canonicalValues,
  differingFields,
  type Inputs,
  identityOf,
  inputsFromBag,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  PartialFailure,
  parseRecord,
} from "./outputs";
import { hasUnknownOutcome, partialFailure, patchIntegration, writeChanges } from "./patch";
import type { Session } from "./session";
import { readUntil } from "./stale-reads";

/**
 * Creates an integration. If it exists and matches the program, adopts it, so that an interrupted create converges. If it exists and
 * differs, overwrites it if `adopt` is set, otherwise refuses. If this is a replacement with the same external business ID, updates the
 * integration of the resource that is replaced.
 *
 * @param urn the resource's URN, if it is known
 * @throws Error if it differs and `adopt` is not set, belongs to another owner, or the delete limit forbids the replacement. PartialFailure if
 *   only a part was written.
 */
export async function createIntegration(
  news: Bag,
  session: Session,
  urn?: string,
): Promise<{ id: string; outputs: Bag }> {
  const inputs = inputsFromBag(news);
  const { externalBusinessId, account } = inputs;
  session.listings.exclude(externalBusinessId);
  const { ledger } = session;
  const place = { ...placeOf(inputs), urn };
  ledger.record("creating", place);
  try {
    assertDeleteLimitAllowsReplacement(inputs, session, urn);
    const client = session.client(account);
    const found = await client.findCommerceIntegration(externalBusinessId);
    const outputs =
      found === undefined
        ? await postIntegration(client, inputs, session)
        : await adoptOrUpdate(client, inputs, found, session, urn);
    ledger.record("created", identityOf(outputs, urn));
    return { id: externalBusinessId, outputs: bagFromOutputs(outputs) };
  } catch (error) {
    if (error instanceof PartialFailure) ledger.record("created", identityOf(error.outputs, urn));
    else ledger.record("wanted", place);
    if (isOwnedByAnother(error)) {
      const explanation = explainOwnedByAnother(externalBusinessId, error);
      throw new Error(`${explanation}\n${adviceForMove("an integration of another account", session)}`, {
        cause: error,
      });
    }
    throw isMerchantConnected(error)
      ? new Error(`${error.message}\n${adviceForMove("the merchant's integration", session)}`, {
          cause: error,
        })
      : error;
  }
}

/**
 * Checks that the delete limit is not 0 if the create replaces another integration. Otherwise, the deletion would fail after the create, and also
 * if the program is reverted.
 *
 * @throws Error if the delete limit is 0
 */
function assertDeleteLimitAllowsReplacement(
  { externalBusinessId }: Inputs,
  { ledger, wording }: Session,
  urn: string | undefined,
): void {
  const { records } = ledger;
  const { deleteLimit, onDelete } = limitsOf(records);
  if (urn === undefined || deleteLimit !== 0 || onDelete === "retain") return;
  const replacedId = records.heldIds(urn).find((id) => id !== externalBusinessId);
  if (replacedId !== undefined)
    throw new Error(
      `${explainRefusedReplacement(replacedId, `${wording.deleteLimit} is 0`, "Increase it")} ${afterIncreasedLimit}`,
    );
}

/** Advice if Pinterest refuses a new connection, perhaps because the old one still exists. */
function adviceForMove(replaced: string, { wording }: Session): string {
  return `If this replaces ${replaced}, nothing was changed. To move it, ${wording.recreate}.`;
}

/** Updates or adopts an existing integration. Creates it if it is missing when it is written: the read was stale. */
async function adoptOrUpdate(
  client: PinterestClient,
  inputs: Inputs,
  found: Integration,
  session: Session,
  urn: string | undefined,
): Promise<Outputs> {
  const replaced = replacedResource(inputs, found, session, urn);
  try {
    return await (replaced === undefined
      ? adopt(client, inputs, found, session)
      : updateReplaced(client, inputs, found, replaced, session));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return postIntegration(client, inputs, session, found.integrationId);
  }
}

/** The record of the resource that a create replaces, if it has this integration. */
function replacedResource(inputs: Inputs, found: Integration, { ledger }: Session, urn: string | undefined) {
  if (urn === undefined) return undefined;
  const live = { ...found, ...placeOf(inputs) };
  return ledger.records
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
    ...parseRecord(replaced.managed),
  };
  const outputs = await writeChanges(client, previous, inputs, session, found);
  session.notify(
    `integration '${externalBusinessId}' was not recreated: a replacement with the same external business ID keeps it, and writes the ` +
      `${noun}'s values. To delete and recreate it, ${recreate}.`,
    inputs,
  );
  return outputs;
}

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
  // Fields that the program omits may differ. They keep their values.
  const toSend = managedBy(inputs).filter((name) => differing.includes(name) || isSecretField(name));
  const overwrites = toSend.some((name) => differing.includes(name));
  return { action: overwrites ? "overwrite" : "adopt", toSend };
}

async function adopt(
  client: PinterestClient,
  inputs: Inputs,
  found: Integration,
  session: Session,
): Promise<Outputs> {
  const { externalBusinessId } = inputs;
  const decision = decideAdoption(inputs, found);
  if (decision.action === "refuse")
    throw new Error(explainExists(inputs, decision.differing, "unchanged", session.wording));
  const { action, toSend } = decision;
  const live = toSend.length > 0 ? await patchIntegration(client, inputs, toSend, session) : found;
  const secrets =
    toSend.length === 0 ? "" : `; wrote ${propertyList(toSend)}, because secrets cannot be compared`;
  session.notify(
    action === "overwrite"
      ? `adopted integration '${externalBusinessId}', which already exists at Pinterest, and overwrote ${propertyList(toSend)}`
      : `adopted integration '${externalBusinessId}': it already exists at Pinterest and matches the ${session.wording.noun}${secrets}`,
    inputs,
  );
  return outputsAfterWrite(inputs, live);
}

type Find = () => Promise<Integration | undefined>;

/**
 * Creates an integration at Pinterest, and compares the response with the program, because Pinterest may ignore a field silently.
 *
 * @param missingId the integration ID of a missing integration, which a stale read can show
 * @throws PartialFailure if a field was ignored, or if an integration may exist: see {@link findLate}. Error if it updated an existing integration that differs.
 */
export async function postIntegration(
  client: PinterestClient,
  inputs: Inputs,
  session: Session,
  missingId?: string,
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  const find = async () => {
    const found = await client.findCommerceIntegration(externalBusinessId);
    return missingId !== undefined && found?.integrationId === missingId ? undefined : found;
  };
  const live = await sendCreates(client, inputs, find, session);
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length > 0) {
    const message = explainIgnored("creating", externalBusinessId, ignored, session.wording);
    throw partialFailure(inputs, message, ignored, live);
  }
  return outputsAfterWrite(inputs, live);
}

/**
 * Sends creates until there is an integration. If the outcome of one is unknown (a lost response, a server error), reads the integration. While it
 * is missing, sends the create again: with the same external business ID, it is for the same integration.
 *
 * @throws PinterestError if Pinterest refuses the first create, or if the integration is still missing after `consistencyTimeoutMs`. PartialFailure,
 *   which keeps the ID in state, if an integration may exist: see {@link findLate}.
 */
async function sendCreates(
  client: PinterestClient,
  inputs: Inputs,
  find: Find,
  session: Session,
): Promise<Integration> {
  const { maxAttempts } = client.retryPolicy;
  const retries = new Retries(client.retryPolicy);
  const startedAt = session.now();
  let attempts = 0;
  for (let number = 1; ; number += 1) {
    const sent = await sendCreate(client, inputs);
    if (sent.outcome === "created") {
      retries.succeeded();
      if (number === 1) checkCreated(inputs, sent.live, session);
      return sent.live;
    }
    const { error } = sent;
    attempts += error.attempts;
    error.conclude({ attempts, durationMs: session.now() - startedAt, hasUnknownOutcome: false });
    if (sent.outcome === "refused") {
      if (number === 1) throw error;
      return findLate(inputs, error, find, session);
    }
    if (number < maxAttempts) {
      const found = await findCreated(inputs, error, find, session.wording);
      if (found !== undefined) return found;
    }
    if (!(await waitBeforeRetry(retries, error))) return findLate(inputs, error, find, session);
  }
}

/** The outcome of one create. */
type Sent =
  | { readonly outcome: "created"; readonly live: Integration }
  | { readonly outcome: "refused" | "unknown"; readonly error: PinterestError };

async function sendCreate(client: PinterestClient, inputs: Inputs): Promise<Sent> {
  const { externalBusinessId, fields } = inputs;
  try {
    const live = await client.createCommerceIntegration({ externalBusinessId, ...fields });
    return { outcome: "created", live };
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    return { outcome: hasUnknownOutcome(error) ? "unknown" : "refused", error };
  }
}

/** Whether to send the create again. The end of a canceled wait does not show the outcome of the create before it, so it is not an error here. */
async function waitBeforeRetry(retries: Retries, error: PinterestError): Promise<boolean> {
  try {
    return await retries.wait(error);
  } catch {
    return false;
  }
}

/** Statuses with which Pinterest may refuse a create of an existing integration. API description 5.23.0 has 409, and 5.28.0 has 400 instead. */
const conflictStatuses: readonly number[] = [409, 400];

/**
 * After the last create, finds the integration that one of them may have created, and repeats stale reads: an integration that they do not show
 * would be orphaned.
 *
 * @param error of the last create
 * @throws PartialFailure if a read fails or shows other values, or if the last create conflicts with an integration that no read shows.
 *   Otherwise the error.
 */
async function findLate(
  inputs: Inputs,
  error: PinterestError,
  find: Find,
  session: Session,
): Promise<Integration> {
  const findAgain = () => readUntil(find, (found) => found !== undefined, session);
  const live = await findCreated(inputs, error, findAgain, session.wording);
  if (live !== undefined) return live;
  const mayExist = error instanceof PinterestApiError && conflictStatuses.includes(error.status);
  throw mayExist ? uncertain(inputs, explainStaleRead(error, session.wording)) : error;
}

/**
 * Checks that the first POST has created an integration. Pinterest updates an existing one instead, which a stale read did not show.
 *
 * @throws Error if the existing integration differs
 */
function checkCreated(inputs: Inputs, live: Integration, { notify, wording }: Session): void {
  const { createdTimestamp = 0, updatedTimestamp = 0 } = live;
  if (createdTimestamp >= updatedTimestamp || inputs.adopt === true) return;
  const { externalBusinessId, fields } = inputs;
  const differing = differingFields(readableFieldNames, fields, live);
  if (differing.length > 0) throw new Error(explainExists(inputs, differing, "written", wording));
  notify(
    `adopted integration '${externalBusinessId}': it already existed at Pinterest, although a read did not show it, and now has the ` +
      `${wording.noun}'s values`,
    inputs,
  );
}

/**
 * Returns the integration that a create with an unknown outcome has created, or undefined if it is missing.
 *
 * @throws PartialFailure if the read fails, or shows other values
 */
async function findCreated(
  inputs: Inputs,
  error: PinterestError,
  find: Find,
  wording: Wording,
): Promise<Integration | undefined> {
  const live = await find().catch((readError: unknown) => {
    throw uncertain(inputs, explainUnknownOutcome(error, wording, readError));
  });
  if (live !== undefined && differingFields(readableFieldNames, inputs.fields, live).length > 0) {
    throw uncertain(inputs, explainUnknownOutcome(error, wording), live);
  }
  return live;
}

function uncertain(inputs: Inputs, message: string, live?: Integration): PartialFailure {
  return partialFailure(inputs, message, managedBy(inputs), live);
}
