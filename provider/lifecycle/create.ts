import {
  type Integration,
  isMerchantConnected,
  isNotFound,
  isOwnedByAnother,
  PinterestApiError,
  type PinterestClient,
  PinterestError,
  type Retries,
  readableFieldNames,
} from "../api";
import type { Bag } from "../base/bag";
import { DeploymentError } from "../run/failure";
import { placeOf } from "../run/identity";
import { limitsOf } from "../run/ownership";
import { writeExisting } from "./adopt";
import {
  afterIncreasedLimit,
  explainExists,
  explainIgnored,
  explainOwnedByAnother,
  explainRefusedReplacement,
  explainStaleRead,
  explainUnknownOutcome,
} from "./messages";
import {
  bagFromOutputs,
  differingFields,
  type Inputs,
  identityOf,
  inputsFromBag,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  PartialFailure,
} from "./outputs";
import { needsOutcomeRead, partialFailure } from "./patch";
import type { Session } from "./session";
import { readUntil } from "./stale-reads";

/**
 * Creates an integration, depending on the readable fields at Pinterest:
 *
 *     at Pinterest   in the program   result
 *     missing        any              created
 *     equal          any              adopted, so that an interrupted create can be repeated
 *     different      `adopt: true`    adopted, and overwritten
 *     different      no `adopt`       refused, with the way to import it
 *
 * If this is a replacement with the same external business ID, it updates the integration of the resource that is replaced.
 *
 * Its records in the run's ledger decide what happens to deletions of the same integration in this run (see `decideDeletion`):
 *
 *     record     when                                    the deletion
 *     creating   before the first request                fails, because this resource may get the integration
 *     created    after a success, or a PartialFailure    keeps the integration for this resource
 *     wanted     after any other failure                 fails, because the program wants the integration
 *
 * @param urn the resource's URN, if it is known
 * @throws Error if it is refused, belongs to another owner, or the delete limit forbids the replacement. PartialFailure if Pinterest has, or may
 *   have, carried out a part of it: state keeps the ID, so that the next update completes it.
 */
export async function createIntegration(
  news: Bag,
  session: Session,
  urn?: string,
): Promise<{ id: string; outputs: Bag }> {
  const inputs = inputsFromBag(news);
  const { externalBusinessId } = inputs;
  const { ledger } = session;
  // A list that was read before the create does not show its result.
  session.listings.exclude(externalBusinessId);
  const place = { ...placeOf(inputs), urn };
  ledger.record("creating", place);
  let outputs: Outputs;
  try {
    checkDeleteLimitOfReplacement(inputs, session, urn);
    outputs = await adoptOrCreate(inputs, session, urn);
  } catch (error) {
    if (error instanceof PartialFailure) {
      // The engine saves the outputs of a PartialFailure in state, as after a success.
      ledger.record("created", identityOf(error.outputs, urn));
      throw error;
    }
    ledger.record("wanted", place);
    throw withAdviceForMove(externalBusinessId, error, session);
  }
  ledger.record("created", identityOf(outputs, urn));
  return { id: externalBusinessId, outputs: bagFromOutputs(outputs) };
}

/** Adopts, updates or refuses the integration at Pinterest, or creates one if there is none. */
async function adoptOrCreate(inputs: Inputs, session: Session, urn: string | undefined): Promise<Outputs> {
  const client = session.client(inputs.account);
  const found = await client.findCommerceIntegration(inputs.externalBusinessId);
  if (found === undefined) return await postIntegration(client, inputs, session);
  try {
    return await writeExisting(client, inputs, found, session, urn);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // It was deleted, and the read was stale. Later reads can be stale, too, so they ignore this integration.
    return await postIntegration(client, inputs, session, { staleId: found.integrationId });
  }
}

/** The error, with advice if Pinterest refuses the integration, perhaps because an old one still exists. */
function withAdviceForMove(externalBusinessId: string, error: unknown, { wording }: Session): unknown {
  const advice = (replaced: string) =>
    `If this replaces ${replaced}, nothing was changed. To move it, ${wording.recreate}.`;
  if (isOwnedByAnother(error)) {
    const explanation = explainOwnedByAnother(externalBusinessId, error);
    return new DeploymentError(
      "another-owner",
      `${explanation}\n${advice("an integration of another account")}`,
      { cause: error },
    );
  }
  if (isMerchantConnected(error))
    return new Error(`${error.message}\n${advice("the merchant's integration")}`, { cause: error });
  return error;
}

/**
 * Refuses a replacement of another integration if the delete limit is 0. The engine deletes the old integration after the create of the new one. With
 * this limit, that deletion would fail and both would exist; reverting the program would need a deletion, too. A higher limit is checked
 * only at the end of the update, when the engine requests its deletions. `replacedProperties` refuses a replacement if `onDelete` is `refuse`.
 *
 * @throws DeploymentError
 */
function checkDeleteLimitOfReplacement(
  { externalBusinessId }: Inputs,
  session: Session,
  urn: string | undefined,
): void {
  const { ledger, wording } = session;
  const records = ledger.knownRecords();
  const { deleteLimit, onDelete } = limitsOf(records);
  // With "retain", the old integration only leaves state.
  if (urn === undefined || deleteLimit !== 0 || onDelete === "retain") return;
  // The resource in state with this URN has the old ID.
  const replacedId = records.heldIds(urn).find((id) => id !== externalBusinessId);
  if (replacedId !== undefined)
    throw new DeploymentError(
      "replacement-refused",
      `${explainRefusedReplacement(replacedId, `${wording.deleteLimit} is 0`, "Increase it")} ${afterIncreasedLimit(session)}`,
    );
}

/**
 * Creates an integration at Pinterest, and compares the response with the program, because Pinterest may ignore a field silently.
 *
 * @param options.staleId the integration ID of a deleted integration, which stale reads still show
 * @throws Error if it is refused. PartialFailure if Pinterest has, or may have, carried out a part of it.
 */
export async function postIntegration(
  client: PinterestClient,
  inputs: Inputs,
  session: Session,
  { staleId }: { readonly staleId?: string | undefined } = {},
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  const find = async () => {
    const found = await client.findCommerceIntegration(externalBusinessId);
    const isStale = staleId !== undefined && found?.integrationId === staleId;
    return isStale ? undefined : found;
  };
  const live = await sendCreates(client, inputs, session, find);
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length === 0) return outputsAfterWrite(inputs, live);
  const message = explainIgnored("creating", externalBusinessId, ignored, session.wording);
  throw partialFailure(inputs, { message, topic: "ignored-property" }, ignored, live);
}

/** Reads the integration. Undefined if it is missing. */
type Find = () => Promise<Integration | undefined>;

/**
 * Sends creates until there is an integration, which can differ from the program. A repeated create has the same external business ID, so it is for the
 * same integration. Results, of which the first that applies counts:
 *
 *     create   outcome                       result
 *     first    success                       its integration; an error, if Pinterest updated an existing one that differs, without `adopt`
 *     later    success                       its integration
 *     first    certain failure               the error
 *     any      unknown, and may be retried   the integration that a read shows; otherwise, the next create
 *     any      another failure               the integration that a repeated read shows; otherwise unknown after a conflict, else the error
 *
 * The outcome is also unknown, as a PartialFailure, if such a read fails or its integration differs.
 */
async function sendCreates(
  client: PinterestClient,
  inputs: Inputs,
  session: Session,
  find: Find,
): Promise<Integration> {
  const { externalBusinessId, fields } = inputs;
  const startedAt = session.now();
  const retries = client.retries();
  let attempts = 0;
  for (let isFirst = true; ; isFirst = false) {
    try {
      const live = await client.createCommerceIntegration({ externalBusinessId, ...fields });
      retries.succeeded();
      if (isFirst) checkFirstResponse(inputs, live, session);
      return live;
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      attempts += error.attempts;
      error.conclude({ attempts, durationMs: session.now() - startedAt });
      const isUnknown = needsOutcomeRead(error);
      if (isFirst && !isUnknown) throw error;
      const mayRetry = isUnknown && (await waitBeforeRetry(retries, error));
      if (!mayRetry) return await findLate(inputs, session, find, error);
      const found = await findCreated(inputs, session, find, error);
      if (found !== undefined) return found;
    }
  }
}

/** Whether another create can follow. The end of a canceled wait does not show the outcome of the create before it, so it is not an error here. */
async function waitBeforeRetry(retries: Retries, error: PinterestError): Promise<boolean> {
  try {
    return await retries.wait(error);
  } catch {
    return false;
  }
}

/**
 * Checks the response to the first create. Pinterest updates an existing integration, which a stale read did not show.
 *
 * @throws Error if the existing integration differs, and `adopt` is not set.
 */
function checkFirstResponse(inputs: Inputs, live: Integration, { notify, wording }: Session): void {
  const { createdTimestamp = 0, updatedTimestamp = 0 } = live;
  if (createdTimestamp >= updatedTimestamp || inputs.adopt === true) return;
  const { externalBusinessId, fields } = inputs;
  const differing = differingFields(readableFieldNames, fields, live);
  if (differing.length > 0)
    throw new DeploymentError("already-exists", explainExists(inputs, differing, "written", wording));
  notify(
    `adopted integration '${externalBusinessId}': it already existed at Pinterest, although a read did not show it, and now has the ` +
      `${wording.noun}'s values`,
    inputs,
  );
}

/**
 * Finds the integration that a create with an unknown outcome has created. Undefined if it is missing.
 *
 * @throws PartialFailure if the read does not show the outcome
 */
async function findCreated(
  inputs: Inputs,
  { wording }: Session,
  find: Find,
  error: PinterestError,
): Promise<Integration | undefined> {
  const found = await find().catch((readError: unknown) => {
    throw uncertain(inputs, error, explainUnknownOutcome(error, wording, { error: readError }));
  });
  if (found === undefined) return undefined;
  const isWritten = differingFields(readableFieldNames, inputs.fields, found).length === 0;
  if (isWritten) return found;
  throw uncertain(inputs, error, explainUnknownOutcome(error, wording, "differs"), found);
}

/** Statuses with which Pinterest may refuse a create of an existing integration. API description 5.23.0 has 409, and 5.28.0 has 400 instead. */
const conflictStatuses: readonly number[] = [409, 400];

/**
 * After the last create, finds the integration that one of them may have created, and repeats stale reads: an integration that they do not show
 * would be orphaned.
 *
 * @param error of the last create
 * @throws PartialFailure if a read does not show the outcome, or the last create conflicts with an integration that no read shows. Otherwise, the
 *   error.
 */
async function findLate(
  inputs: Inputs,
  session: Session,
  find: Find,
  error: PinterestError,
): Promise<Integration> {
  const findAgain = () => readUntil(find, (found) => found !== undefined, session);
  const late = await findCreated(inputs, session, findAgain, error);
  if (late !== undefined) return late;
  const mayExist = error instanceof PinterestApiError && conflictStatuses.includes(error.status);
  throw mayExist ? uncertain(inputs, error, explainStaleRead(error, session.wording)) : error;
}

function uncertain(
  inputs: Inputs,
  cause: PinterestError,
  message: string,
  live?: Integration,
): PartialFailure {
  return partialFailure(inputs, { message, cause }, managedBy(inputs), live);
}
