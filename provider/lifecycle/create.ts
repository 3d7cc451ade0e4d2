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
import type { Wording } from "../run/wording";
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
  const { externalBusinessId } = inputs;
  const { ledger } = session;
  // A list that was read before the create does not show its result.
  session.listings.exclude(externalBusinessId);
  const place = { ...placeOf(inputs), urn };
  // What a deletion of the same integration in this run does, by the last record of this create:
  //
  //     creating, wanted   fails: the program has the integration, and state does not
  //     created            keeps the integration: this resource has it
  ledger.record("creating", place);
  const end = await createOrAdopt(inputs, session, urn).catch(failedEnd);
  switch (end.outcome) {
    case "created":
    case "adopted":
      ledger.record("created", identityOf(end.outputs, urn));
      return { id: externalBusinessId, outputs: bagFromOutputs(end.outputs) };
    case "unknown":
      ledger.record("created", identityOf(end.failure.outputs, urn));
      throw end.failure;
    case "refused":
      ledger.record("wanted", place);
      throw withAdviceForMove(externalBusinessId, end.error, session);
  }
}

/** @throws Error if the create is refused, or PartialFailure if only a part was written. */
async function createOrAdopt(inputs: Inputs, session: Session, urn: string | undefined): Promise<CreateEnd> {
  assertDeleteLimitAllowsReplacement(inputs, session, urn);
  const client = session.client(inputs.account);
  const found = await client.findCommerceIntegration(inputs.externalBusinessId);
  if (found === undefined) return postIntegration(client, inputs, session);
  try {
    return { outcome: "adopted", outputs: await writeExisting(client, inputs, found, session, urn) };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // The read was stale.
    return postIntegration(client, inputs, session, found.integrationId);
  }
}

/** The end of a create that threw. A write to an existing integration throws PartialFailure, like an update. */
function failedEnd(error: unknown): CreateEnd {
  return error instanceof PartialFailure
    ? { outcome: "unknown", failure: error }
    : { outcome: "refused", error };
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

type Find = () => Promise<Integration | undefined>;

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
  const sent = await sendCreates(client, inputs, find, session);
  if (sent.outcome !== "created") return sent;
  const { live } = sent;
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length > 0) {
    const message = explainIgnored("creating", externalBusinessId, ignored, session.wording);
    const failure = partialFailure(inputs, { message, topic: "ignored-property" }, ignored, live);
    return { outcome: "unknown", failure };
  }
  return { outcome: "created", outputs: outputsAfterWrite(inputs, live) };
}

/** The end of one or more requests. */
type PostEnd =
  | { readonly outcome: "created"; readonly live: Integration }
  | Extract<CreateEnd, { readonly outcome: "unknown" | "refused" }>;

/**
 * Sends creates until there is an integration. A repeated create has the same external business ID, so it is for the same integration. Results:
 *
 *     create          its outcome   result
 *     first           created       created, or refused if it found an integration that differs
 *     first           refused       refused
 *     later           created       created
 *     later           refused       the integration of an earlier create, if a read shows it; otherwise unknown after a conflict, else refused
 *     not the last    unknown       its integration, if a read shows it; otherwise, the next create
 *     last            unknown       its integration, if a repeated read shows it; otherwise refused, because no read shows one
 */
async function sendCreates(
  client: PinterestClient,
  inputs: Inputs,
  find: Find,
  session: Session,
): Promise<PostEnd> {
  const { maxAttempts } = client.retryPolicy;
  const retries = new Retries(client.retryPolicy);
  const effort: Effort = { requests: 0, startedAt: session.now() };
  const first = await sendCreate(client, inputs, effort, session);
  if (first.outcome === "created") {
    retries.succeeded();
    return afterFirstCreate(inputs, first.live, session);
  }
  if (first.outcome === "refused") return { outcome: "refused", error: first.error };
  let { error } = first;
  for (let remaining = maxAttempts - 1; remaining > 0; remaining -= 1) {
    // The outcome is unknown, and another create can follow.
    const found = await findCreated(inputs, error, find, session.wording);
    if (found !== undefined) return found;
    if (!(await waitBeforeRetry(retries, error))) break;
    const next = await sendCreate(client, inputs, effort, session);
    if (next.outcome === "created") {
      retries.succeeded();
      return next;
    }
    error = next.error;
    if (next.outcome === "refused") break;
  }
  // A later create was refused, or the outcome of the last one is unknown.
  return findLate(inputs, error, find, session);
}

/** The effort for an integration until now, for the message of an error. */
interface Effort {
  requests: number;
  readonly startedAt: number;
}

/** The outcome of one create. */
type Sent =
  | { readonly outcome: "created"; readonly live: Integration }
  | { readonly outcome: "refused" | "unknown"; readonly error: PinterestError };

async function sendCreate(
  client: PinterestClient,
  inputs: Inputs,
  effort: Effort,
  { now }: Session,
): Promise<Sent> {
  const { externalBusinessId, fields } = inputs;
  try {
    const live = await client.createCommerceIntegration({ externalBusinessId, ...fields });
    return { outcome: "created", live };
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    const outcome = hasUnknownOutcome(error) ? "unknown" : "refused";
    effort.requests += error.attempts;
    const durationMs = now() - effort.startedAt;
    error.conclude({ attempts: effort.requests, durationMs });
    return { outcome, error };
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

/**
 * The end after the first create succeeded. Pinterest updates an existing integration, which a stale read did not show. The create is refused if
 * that one differs.
 */
function afterFirstCreate(inputs: Inputs, live: Integration, { notify, wording }: Session): PostEnd {
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

/** Statuses with which Pinterest may refuse a create of an existing integration. API description 5.23.0 has 409, and 5.28.0 has 400 instead. */
const conflictStatuses: readonly number[] = [409, 400];

/**
 * After the last create, finds the integration that one of them may have created, and repeats stale reads: an integration that they do not show
 * would be orphaned. The outcome is also unknown if the last create conflicts with an integration that no read shows.
 *
 * @param error of the last create
 */
async function findLate(
  inputs: Inputs,
  error: PinterestError,
  find: Find,
  session: Session,
): Promise<PostEnd> {
  const findAgain = () => readUntil(find, (found) => found !== undefined, session);
  const end = await findCreated(inputs, error, findAgain, session.wording);
  if (end !== undefined) return end;
  const mayExist = error instanceof PinterestApiError && conflictStatuses.includes(error.status);
  return mayExist
    ? uncertain(inputs, error, explainStaleRead(error, session.wording))
    : { outcome: "refused", error };
}

/** Finds the integration that a create with an unknown outcome has created. Undefined if it is missing. */
async function findCreated(
  inputs: Inputs,
  error: PinterestError,
  find: Find,
  wording: Wording,
): Promise<PostEnd | undefined> {
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

function uncertain(inputs: Inputs, cause: PinterestError, message: string, live?: Integration): PostEnd {
  const failure = partialFailure(inputs, { message, cause }, managedBy(inputs), live);
  return { outcome: "unknown", failure };
}
