import {
  isNotFound,
  isOwnedByAnother,
  PinterestApiError,
  type PinterestClient,
  PinterestError,
  retrying,
} from "../api";
import { isSecretField, readableFieldNames } from "../api/fields";
import type { Integration } from "../api/integration";
import {
  deleteFirst,
  explainExists,
  explainIgnored,
  explainOwnedByAnother,
  explainStaleRead,
  explainUnknownOutcome,
  listed,
  terms,
} from "./messages";
import {
  type Bag,
  bagFromOutputs,
  differingFields,
  type FieldNames,
  type Inputs,
  inputsFromBag,
  keyOf,
  managedBy,
  type Outputs,
  outputsAfterWrite,
  PartialFailure,
  pick,
  placeOf,
  withLiveValues,
} from "./outputs";
import { waitForTurn } from "./ownership";
import { readUntil } from "./read";
import type { Session } from "./session";

/**
 * Creates an integration. If it exists and matches the program, adopts it, so that an interrupted create converges. If it exists and
 * differs, overwrites it if `adopt` is set, otherwise refuses.
 */
export async function createIntegration(news: Bag, session: Session): Promise<{ id: string; outputs: Bag }> {
  const inputs = inputsFromBag(news);
  const { externalBusinessId, account } = inputs;
  session.listings.exclude(externalBusinessId);
  const client = session.client(account);
  const { ledger } = session;
  const place = placeOf(inputs);
  ledger.record("creating", place);
  try {
    await waitForTurn("creating", place, session);
    const deleted = ledger.about(externalBusinessId).filter(({ event }) => event === "deleted");
    const deletedIds = deleted.map(({ integrationId }) => integrationId);
    // This run has deleted the integration in this place, so a read could only be stale.
    const isReplaced = deleted.some((one) => keyOf(one) === keyOf(place));
    const shown = isReplaced ? undefined : await client.findCommerceIntegration(externalBusinessId);
    const found = unlessStale(shown, deletedIds);
    const outputs =
      (found && (await adopt(client, inputs, found, session))) ??
      (await postIntegration(client, inputs, session, [...deletedIds, found?.integrationId]));
    ledger.record("held", { ...outputs, urn: session.currentUrn?.() });
    return { id: externalBusinessId, outputs: bagFromOutputs(outputs) };
  } catch (error) {
    ledger.record("createFailed", place);
    throw isOwnedByAnother(error)
      ? new Error(withReplacementAdvice(explainOwnedByAnother(externalBusinessId, error), session))
      : error;
  }
}

type IntegrationIds = readonly (string | undefined)[];

/** The result of a read. Undefined for an integration that is already deleted, because then the read is stale. */
function unlessStale(live: Integration | undefined, deletedIds: IntegrationIds): Integration | undefined {
  return live?.integrationId !== undefined && deletedIds.includes(live.integrationId) ? undefined : live;
}

/**
 * By default, the engine creates a replacement before it deletes the old resource if it does not ask the provider first, as after
 * `pulumi state taint`. The TypeScript classes set the option that reverses the order.
 */
function withReplacementAdvice(message: string, { currentUrn }: Session): string {
  return currentUrn === undefined ? message : `${message}\nIf this is a replacement, ${deleteFirst}.`;
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

/** Adopts an existing integration. Returns undefined if it is missing when it is written: the read was stale. */
async function adopt(
  client: PinterestClient,
  inputs: Inputs,
  found: Integration,
  session: Session,
): Promise<Outputs | undefined> {
  const { externalBusinessId } = inputs;
  const decision = decideAdoption(inputs, found);
  if (decision.action === "refuse") {
    throw new Error(withReplacementAdvice(explainExists(inputs, decision.differing), session));
  }
  const { action, toSend } = decision;
  let live = found;
  if (toSend.length > 0) {
    try {
      live = await patchIntegration(client, inputs, toSend);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
  const secrets = toSend.length === 0 ? "" : `; wrote ${listed(toSend)}, because secrets cannot be compared`;
  session.notify(
    action === "overwrite"
      ? `adopted integration '${externalBusinessId}', which already exists at Pinterest, and overwrote ${listed(toSend)}`
      : `adopted integration '${externalBusinessId}': it already exists at Pinterest and matches the ${terms().noun}${secrets}`,
    inputs,
  );
  return outputsAfterWrite(inputs, live);
}

type Find = () => Promise<Integration | undefined>;

/**
 * Creates an integration at Pinterest, and compares the response with the program, because Pinterest may ignore a field silently.
 *
 * If the outcome is unknown (a lost response, a server error), reads the integration. While it is missing, sends the create again: with the
 * same external business ID, it is for the same integration. If the outcome stays unknown, the ID is kept in state, so that no integration
 * is orphaned.
 *
 * @param deletedIds integrations that a stale read can show although they are deleted
 * @throws PartialFailure if a field was ignored, or the outcome stays unknown
 */
export async function postIntegration(
  client: PinterestClient,
  inputs: Inputs,
  session: Session,
  deletedIds: IntegrationIds = [],
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  const find = async () => unlessStale(await client.findCommerceIntegration(externalBusinessId), deletedIds);
  const live = await sendUntilKnown(client, inputs, find, session);
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length > 0) {
    throw partialFailure(inputs, explainIgnored("creating", externalBusinessId, ignored), ignored, live);
  }
  return outputsAfterWrite(inputs, live);
}

async function sendUntilKnown(
  client: PinterestClient,
  inputs: Inputs,
  find: Find,
  session: Session,
): Promise<Integration> {
  const { retryPolicy } = client;
  const creation = { externalBusinessId: inputs.externalBusinessId, ...inputs.fields };
  const startedAt = session.now();
  let creates = 0;
  let attempts = 0;
  let lastError: unknown;
  const create = async () => {
    creates += 1;
    try {
      return await client.createCommerceIntegration(creation);
    } catch (error) {
      lastError = error;
      if (error instanceof PinterestError) {
        attempts += error.attempts;
        error.conclude({ attempts, durationMs: session.now() - startedAt, unclear: false });
      }
      const isLast = creates >= retryPolicy.maxAttempts;
      const live = hasUnknownOutcome(error) && !isLast ? await findCreated(inputs, error, find) : undefined;
      if (live === undefined) throw error;
      return live;
    }
  };
  try {
    return await retrying(create, { ...retryPolicy, retryable: hasUnknownOutcome });
  } catch (thrown) {
    // The end of a wait does not show the outcome of the create before it.
    const isWaitEnded = retryPolicy.signal?.aborted && !(thrown instanceof PartialFailure);
    const error = isWaitEnded ? lastError : thrown;
    // Also if Pinterest refused the last create: an earlier one may have created an integration that reads do not show yet.
    const mayBeCreated = hasUnknownOutcome(error) || (error instanceof PinterestError && creates > 1);
    if (!mayBeCreated) throw error;
    // Retry stale reads. An integration that seems missing would be orphaned.
    const live = await findCreated(inputs, error, () =>
      readUntil(find, (found) => found !== undefined, session),
    );
    if (live !== undefined) return live;
    const exists = error instanceof PinterestApiError && error.status === 409;
    throw exists ? uncertain(inputs, explainStaleRead(error)) : error;
  }
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
): Promise<Integration | undefined> {
  const live = await find().catch((readError: unknown) => {
    throw uncertain(inputs, explainUnknownOutcome(error, readError));
  });
  if (live !== undefined && differingFields(readableFieldNames, inputs.fields, live).length > 0) {
    throw uncertain(inputs, explainUnknownOutcome(error), live);
  }
  return live;
}

function uncertain(inputs: Inputs, message: string, live?: Integration): PartialFailure {
  return partialFailure(inputs, message, managedBy(inputs), live);
}

/** @param failed the fields that Pinterest does not have, or may not have */
function partialFailure(
  inputs: Inputs,
  message: string,
  failed: FieldNames,
  live: Integration | undefined,
  previous?: Outputs,
): PartialFailure {
  const outputs = outputsAfterWrite(inputs, live, previous);
  const managed = [...new Set([...(previous?.managed ?? []), ...outputs.managed])];
  return new PartialFailure(message, withLiveValues({ ...outputs, managed }, failed, live));
}

/**
 * Sends the program's values of the named fields, and compares the response with them, because Pinterest may ignore a field silently.
 *
 * If the outcome is unknown, reads the integration. If that does not show the outcome, the values of these fields are removed from state, so
 * that the next update sends them again.
 *
 * @throws PartialFailure if a field was ignored, or the outcome stays unknown
 */
export async function patchIntegration(
  client: PinterestClient,
  inputs: Inputs,
  names: FieldNames,
  previous?: Outputs,
): Promise<Integration> {
  const { externalBusinessId, fields } = inputs;
  let live: Integration;
  try {
    live = await client.updateCommerceIntegration(externalBusinessId, pick(fields, names));
  } catch (error) {
    if (!hasUnknownOutcome(error)) throw error;
    const found = await client.findCommerceIntegration(externalBusinessId).catch((readError: unknown) => {
      const message = explainUnknownOutcome(error, readError);
      throw partialFailure(inputs, message, names, undefined, previous);
    });
    const isWritten =
      found !== undefined && !names.some(isSecretField) && differingFields(names, fields, found).length === 0;
    if (!isWritten) throw partialFailure(inputs, explainUnknownOutcome(error), names, found, previous);
    live = found;
  }
  const ignored = differingFields(names, fields, live);
  if (ignored.length > 0) {
    const message = explainIgnored("updating", externalBusinessId, ignored);
    throw partialFailure(inputs, message, ignored, live, previous);
  }
  return live;
}

/** Whether Pinterest may have carried out a request that failed. */
export function hasUnknownOutcome(error: unknown): error is PinterestError {
  return error instanceof PinterestError && error.outcome === "unknown";
}
