import {
  type Integration,
  isMerchantConnected,
  isNotFound,
  isOwnedByAnother,
  PinterestApiError,
  type PinterestClient,
  PinterestError,
  Retries,
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
import { hasUnknownOutcome, partialFailure } from "./patch";
import type { Session } from "./session";
import { readUntil } from "./stale-reads";

/** The end of a create. */
type CreateEnd =
  | { readonly outcome: "created" | "adopted"; readonly outputs: Outputs }
  /** Pinterest has, or may have, carried out a part of it. State keeps the ID, so that the next update completes it. */
  | { readonly outcome: "unknown"; readonly failure: PartialFailure }
  /** The integration is not in state. */
  | { readonly outcome: "refused"; readonly error: unknown };

/**
 * Creates an integration, depending on the readable fields at Pinterest:
 *
 *     at Pinterest   in the program   result
 *     missing                         created
 *     equal                           adopted, so that an interrupted create converges
 *     different      `adopt: true`    adopted, and overwritten
 *     different                       refused, with the way to import it
 *
 * If this is a replacement with the same external business ID, it updates the integration of the resource that is replaced.
 *
 * @param urn the resource's URN, if it is known
 * @throws Error if it is refused, belongs to another owner, or the delete limit forbids the replacement. PartialFailure if only a part was written.
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
  // The records show other operations of this run which resource has the integration. For example, a deletion of the same integration keeps it after "created",
  // and fails after "creating" or "wanted".
  ledger.record("creating", place);
  const end = await createOrAdopt(inputs, session, urn);
  switch (end.outcome) {
    case "created":
    case "adopted":
      ledger.record("created", identityOf(end.outputs, urn));
      return { id: externalBusinessId, outputs: bagFromOutputs(end.outputs) };
    case "unknown":
      // Also "created", because the engine saves the outputs of a PartialFailure in state.
      ledger.record("created", identityOf(end.failure.outputs, urn));
      throw end.failure;
    case "refused":
      ledger.record("wanted", place);
      throw withAdviceForMove(externalBusinessId, end.error, session);
  }
}

/** Decides by the integration at Pinterest, and turns each error into an end. */
async function createOrAdopt(inputs: Inputs, session: Session, urn: string | undefined): Promise<CreateEnd> {
  try {
    assertDeleteLimitAllowsReplacement(inputs, session, urn);
    const client = session.client(inputs.account);
    const found = await client.findCommerceIntegration(inputs.externalBusinessId);
    if (found === undefined) return await postIntegration(client, inputs, session);
    const outputs = await writeExisting(client, inputs, found, session, urn).catch(undefinedIfMissing);
    if (outputs !== undefined) return { outcome: "adopted", outputs };
    // The read was stale: the integration was deleted before it. Later reads can show it, too.
    return await postIntegration(client, inputs, session, found.integrationId);
  } catch (error) {
    // A write to an existing integration throws this error, as in an update.
    if (error instanceof PartialFailure) return { outcome: "unknown", failure: error };
    // Unexpected errors, too: an integration that is not in state must not count as this resource's.
    return { outcome: "refused", error };
  }
}

/** Handles the error of a write: undefined if the integration is missing. @throws the error otherwise */
function undefinedIfMissing(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
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
 * Checks that the delete limit is not 0 if the create replaces another integration. Otherwise, the deletion would fail after the create, and also
 * if the program is reverted.
 *
 * @throws Error if the delete limit is 0
 */
function assertDeleteLimitAllowsReplacement(
  { externalBusinessId }: Inputs,
  session: Session,
  urn: string | undefined,
): void {
  const { ledger, wording } = session;
  const records = ledger.knownRecords();
  const { deleteLimit, onDelete } = limitsOf(records);
  if (urn === undefined || deleteLimit !== 0 || onDelete === "retain") return;
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
 * @param deletedId the integration ID of a deleted integration, which stale reads still show
 */
export async function postIntegration(
  client: PinterestClient,
  inputs: Inputs,
  session: Session,
  deletedId?: string,
): Promise<CreateEnd> {
  const { externalBusinessId, fields } = inputs;
  const find = async () => {
    const found = await client.findCommerceIntegration(externalBusinessId);
    return deletedId !== undefined && found?.integrationId === deletedId ? undefined : found;
  };
  const retries = new Retries(client.retryPolicy);
  const end = await sendCreates({
    client,
    inputs,
    session,
    find,
    retries,
    requests: 0,
    startedAt: session.now(),
  });
  if (end.outcome !== "created") return end;
  const { live } = end;
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length > 0) {
    const message = explainIgnored("creating", externalBusinessId, ignored, session.wording);
    const failure = partialFailure(inputs, { message, topic: "ignored-property" }, ignored, live);
    return { outcome: "unknown", failure };
  }
  return { outcome: "created", outputs: outputsAfterWrite(inputs, live) };
}

/** The creates for one integration. */
interface Creates {
  readonly client: PinterestClient;
  readonly inputs: Inputs;
  readonly session: Session;
  /** Reads the integration. Undefined if it is missing. */
  readonly find: () => Promise<Integration | undefined>;
  readonly retries: Retries;
  /** The number of requests until now, for the message of an error. */
  requests: number;
  readonly startedAt: number;
}

/** The end of one or more creates. Unlike that of {@link createIntegration}, it has the integration at Pinterest, which can differ from the program. */
type PostEnd =
  | { readonly outcome: "created"; readonly live: Integration }
  | Extract<CreateEnd, { readonly outcome: "unknown" | "refused" }>;

/**
 * Sends creates until there is an integration. A repeated create has the same external business ID, so it is for the same integration. Results:
 *
 *     create     its outcome   result
 *     first      created       created, or refused if Pinterest updated an existing integration that differs
 *     first      refused       refused
 *     not last   unknown       its integration, if a read shows it; otherwise, the next create
 *     later      created       created
 *     later      refused       the integration of an earlier create, if a read shows it; otherwise unknown after a conflict, else refused
 *     last       unknown       its integration, if a repeated read shows it; otherwise refused, because no read shows one
 */
async function sendCreates(creates: Creates): Promise<PostEnd> {
  const first = await sendCreate(creates);
  if (first.outcome === "created") return afterFirstCreate(creates, first.live);
  if (first.outcome === "refused") return first;
  let last: Sent = first;
  while (last.outcome === "unknown" && (await waitBeforeRetry(creates, last.error))) {
    const found = await findCreated(creates, last.error, creates.find);
    if (found !== undefined) return found;
    last = await sendCreate(creates);
  }
  return last.outcome === "created" ? last : findLate(creates, last.error);
}

/** The outcome of one create. */
type Sent =
  | { readonly outcome: "created"; readonly live: Integration }
  | { readonly outcome: "refused"; readonly error: PinterestError }
  | { readonly outcome: "unknown"; readonly error: PinterestError };

async function sendCreate(creates: Creates): Promise<Sent> {
  const { client, inputs, session, retries, startedAt } = creates;
  const { externalBusinessId, fields } = inputs;
  try {
    const live = await client.createCommerceIntegration({ externalBusinessId, ...fields });
    retries.succeeded();
    return { outcome: "created", live };
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    creates.requests += error.attempts;
    error.conclude({ attempts: creates.requests, durationMs: session.now() - startedAt });
    return hasUnknownOutcome(error) ? { outcome: "unknown", error } : { outcome: "refused", error };
  }
}

/** Whether another create can follow. The end of a canceled wait does not show the outcome of the create before it, so it is not an error here. */
async function waitBeforeRetry({ retries }: Creates, error: PinterestError): Promise<boolean> {
  try {
    return await retries.wait(error);
  } catch {
    return false;
  }
}

/**
 * The end after the first create succeeded. Pinterest updates an existing integration, which a stale read did not show. The create is refused if
 * that one differs.
 */
function afterFirstCreate({ inputs, session }: Creates, live: Integration): PostEnd {
  const { notify, wording } = session;
  const { createdTimestamp = 0, updatedTimestamp = 0 } = live;
  if (createdTimestamp >= updatedTimestamp || inputs.adopt === true) return { outcome: "created", live };
  const { externalBusinessId, fields } = inputs;
  const differing = differingFields(readableFieldNames, fields, live);
  if (differing.length > 0)
    return {
      outcome: "refused",
      error: new DeploymentError("already-exists", explainExists(inputs, differing, "written", wording)),
    };
  notify(
    `adopted integration '${externalBusinessId}': it already existed at Pinterest, although a read did not show it, and now has the ` +
      `${wording.noun}'s values`,
    inputs,
  );
  return { outcome: "created", live };
}

/** Finds the integration that a create with an unknown outcome has created. Undefined if it is missing. */
async function findCreated(
  { inputs, session }: Creates,
  error: PinterestError,
  find: Creates["find"],
): Promise<PostEnd | undefined> {
  const { wording } = session;
  let live: Integration | undefined;
  try {
    live = await find();
  } catch (readError) {
    return uncertain(inputs, error, explainUnknownOutcome(error, wording, readError));
  }
  if (live === undefined) return undefined;
  const isWritten = differingFields(readableFieldNames, inputs.fields, live).length === 0;
  return isWritten
    ? { outcome: "created", live }
    : uncertain(inputs, error, explainUnknownOutcome(error, wording), live);
}

/** Statuses with which Pinterest may refuse a create of an existing integration. API description 5.23.0 has 409, and 5.28.0 has 400 instead. */
const conflictStatuses: readonly number[] = [409, 400];

/**
 * After the last create, finds the integration that one of them may have created, and repeats stale reads: an integration that they do not show
 * would be orphaned. The outcome is also unknown if the last create conflicts with an integration that no read shows.
 *
 * @param error of the last create
 */
async function findLate(creates: Creates, error: PinterestError): Promise<PostEnd> {
  const { inputs, session, find } = creates;
  const findAgain = () => readUntil(find, (found) => found !== undefined, session);
  const end = await findCreated(creates, error, findAgain);
  if (end !== undefined) return end;
  const mayExist = error instanceof PinterestApiError && conflictStatuses.includes(error.status);
  return mayExist
    ? uncertain(inputs, error, explainStaleRead(error, session.wording))
    : { outcome: "refused", error };
}

function uncertain(inputs: Inputs, cause: PinterestError, message: string, live?: Integration): PostEnd {
  const failure = partialFailure(inputs, { message, cause }, managedBy(inputs), live);
  return { outcome: "unknown", failure };
}
