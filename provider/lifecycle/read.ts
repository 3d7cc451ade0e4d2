import { type Integration, isLastingRefusal, isOfKind, isSecretField, type PinterestClient } from "../api";
import { type Bag, pick } from "../base/bag";
import { accountInWords, sentence } from "../base/message-text";
import type { ReadObservation } from "../run/observations";
import { isRefusedOrUnconfigured, staleRetryLimitMs } from "./drift-check";
import { messageWithHint, namingOwner } from "./messages";
import {
  bagFromInputs,
  bagFromOutputs,
  lookupKey,
  managedBy,
  managedKey,
  newUid,
  type Outputs,
  outputsAfterRead,
  outputsFromBag,
} from "./outputs";
import { failedReadObservation, readObservation } from "./read-observation";
import type { Session } from "./session";
import { findRetryingStale, isCurrent } from "./stale-reads";
import { wasRecreated, writtenRecord } from "./written";

// The engine calls a read in three situations:
//
//     situation                        properties that the engine passes on
//     refresh, or check for drift      those in state: the outputs of the last create, update or read
//     `pulumi import`                  those of the import, which can lack the hidden properties (below)
//     lookup (`get` in a program)      the arguments of the lookup. The program does not manage the integration
//
// The program manages the fields that it sets. The outputs in state have hidden properties: `__managed` (the names of these fields), `__written` (digests
// of their last values, without secrets) and `__uid` (the resource's ID).

/** The properties for the engine: outputs for state, and inputs to compare with those of the program. */
export interface ReadResult {
  outputs: Bag;
  inputs: Bag;
}

/**
 * Reads an integration. Returns undefined if it is missing. Other failures throw, with three exceptions that return the last known values:
 * `whenUnreachable` allows it for an account that has no token or that Pinterest refuses, a drift check never fails, and a command receives failures
 * through `observeRead`.
 *
 * @param previous the properties in state, those of an imported integration, or the inputs of a lookup.
 * @throws PinterestApiError if `previous` are the inputs of a lookup and the integration is missing
 */
export async function readIntegration(
  id: string,
  previous: Bag,
  session: Session,
): Promise<ReadResult | undefined> {
  const outputs = outputsFromBag({ ...previous, externalBusinessId: id });
  if (lookupKey in previous) return resultOf(outputsAfterRead(outputs, await lookUp(outputs, session)));
  const lacksHiddenProperties = !(managedKey in previous);
  const known: PriorState = lacksHiddenProperties
    ? { outputs: withHiddenProperties(outputs), isCreateUncertain: false }
    : { outputs, isCreateUncertain: outputs.integrationId === undefined };
  const refreshed = await refresh(known, session);
  return refreshed === undefined ? undefined : resultOf(refreshed);
}

/** The result of a read that is skipped. */
export function lastKnown(id: string, previous: Bag): ReadResult {
  return resultOf(outputsFromBag({ ...previous, externalBusinessId: id }));
}

/** The result of a read. The inputs have the managed fields with their values at Pinterest. */
function resultOf(outputs: Outputs): ReadResult {
  const inputs = { ...outputs, fields: pick(outputs.fields, outputs.managed) };
  return { outputs: bagFromOutputs(outputs), inputs: bagFromInputs(inputs) };
}

/** The state before a read. */
interface PriorState {
  readonly outputs: Outputs;
  /** Whether state is from a create whose outcome is unknown, so that it has no integration ID. Its integration may appear late. */
  readonly isCreateUncertain: boolean;
}

/**
 * Adds the hidden properties that the file of a `pulumi import` can lack: the managed fields, the digests of their values, and a UID. The resource
 * manages the fields in the file.
 */
function withHiddenProperties(imported: Outputs): Outputs {
  const managed = managedBy(imported);
  return { ...imported, managed, written: writtenRecord({ ...imported, managed }), uid: newUid() };
}

/** Reads an integration that the program does not manage, which has no last known values. */
async function lookUp(known: Outputs, session: Session): Promise<Integration> {
  const { externalBusinessId, account } = known;
  try {
    const client = session.client(account);
    const listed = await findInList(client, known, session);
    return listed ?? (await client.getCommerceIntegration(externalBusinessId));
  } catch (error) {
    throw namingOwner(externalBusinessId, error);
  }
}

/**
 * Reads an integration in state:
 *
 *     mode            a failure                           a missing integration
 *     `observeRead`   is reported to the command          is reported to the command
 *     "requested"     is an error, unless it is allowed   is removed from state, which the engine shows
 *     "check"         is a warning                        is removed from state, with a message: a preview shows only a create
 *     "skip"          cannot occur                        is not noticed
 */
function refresh(known: PriorState, session: Session): Promise<Outputs | undefined> {
  const { observeRead } = session;
  if (observeRead !== undefined) return readAndReport(known, observeRead, session);
  switch (session.readMode()) {
    case "requested":
      return readOrThrow(known, session);
    case "check":
      return checkForDrift(known, session);
    case "skip":
      return Promise.resolve(known.outputs);
  }
}

/** Reads for a command that compares a stack with Pinterest. It receives the result, also a failure. */
async function readAndReport(
  known: PriorState,
  report: (observation: ReadObservation) => void,
  session: Session,
): Promise<Outputs | undefined> {
  const end = await tryRead(known, session, () => findLive(known, session));
  if (end.outcome === "failed") {
    report(failedReadObservation(known.outputs, end.error));
    return known.outputs;
  }
  report(readObservation(known.outputs, end.outputs, session.compareSecrets));
  return end.outputs;
}

/** Reads because a user has requested a refresh. Failures are errors, unless `whenUnreachable` permits them. */
async function readOrThrow(known: PriorState, session: Session): Promise<Outputs | undefined> {
  const end = await tryRead(known, session, () => findLive(known, session));
  if (end.outcome === "failed") {
    const isPermitted = session.whenUnreachable !== "fail" && isRefusedOrUnconfigured(end.error);
    if (!isPermitted) throw namingOwner(known.outputs.externalBusinessId, end.error);
    warnOfUnread(known.outputs, end.error, session);
    return known.outputs;
  }
  if (end.outcome === "found") noticeRecreated(end.outputs, session);
  return end.outputs;
}

/** Reads because the engine checks for drift before an update. Nobody has requested it, so it never fails, and takes less time. */
async function checkForDrift(known: PriorState, session: Session): Promise<Outputs | undefined> {
  const { driftCheck } = session;
  const consistencyTimeoutMs = Math.min(session.consistencyTimeoutMs, staleRetryLimitMs);
  const end = await tryRead(known, session, () =>
    driftCheck.read(known.outputs, () => findLive(known, { ...session, consistencyTimeoutMs })),
  );
  if (end.outcome === "failed") {
    driftCheck.warn(known.outputs, end.error);
    return known.outputs;
  }
  if (end.outcome === "missing") noticeMissing(known.outputs, session);
  else noticeRecreated(end.outputs, session);
  return end.outputs;
}

type ReadEnd =
  | { readonly outcome: "found"; readonly outputs: Outputs }
  | { readonly outcome: "missing"; readonly outputs?: undefined }
  | { readonly outcome: "failed"; readonly error: unknown };

/** The end of `find`, as a value. */
async function tryRead(
  known: PriorState,
  { compareSecrets }: Session,
  find: () => Promise<Integration | undefined>,
): Promise<ReadEnd> {
  let live: Integration | undefined;
  try {
    live = await find();
  } catch (error) {
    return { outcome: "failed", error };
  }
  if (live === undefined) return { outcome: "missing" };
  return { outcome: "found", outputs: outputsAfterRead(known.outputs, live, compareSecrets) };
}

/**
 * Finds an integration in the account's list, which saves requests. If it is not there, or older there than in state, requests it alone, and again while
 * the response is older than state.
 */
async function findLive(
  { outputs, isCreateUncertain }: PriorState,
  session: Session,
): Promise<Integration | undefined> {
  const client = session.client(outputs.account);
  // Starts to request the lists of other accounts, while this one is read.
  session.listings.readAhead(outputs.account);
  const listed = await findInList(client, outputs, session);
  if (listed !== undefined) return listed;
  return findRetryingStale(outputs, session, () => request(client, outputs, session), { isCreateUncertain });
}

function findInList(
  client: PinterestClient,
  known: Outputs,
  { listings }: Session,
): Promise<Integration | undefined> {
  return listings.find(client, known.externalBusinessId, (live) => isCurrent(live, known));
}

async function request(
  client: PinterestClient,
  { externalBusinessId, integrationId, managed }: Outputs,
  { compareSecrets }: Session,
): Promise<Integration | undefined> {
  if (compareSecrets && managed.some(isSecretField)) {
    // Only the response by integration ID contains secrets.
    const live = await findById(client, externalBusinessId, integrationId);
    if (live !== undefined) return live;
  }
  return client.findCommerceIntegration(externalBusinessId);
}

/** Requests an integration by its integration ID. Returns undefined if Pinterest refuses, or if the ID leads to another integration. */
export async function findById(
  client: PinterestClient,
  externalBusinessId: string,
  integrationId: string | undefined,
): Promise<Integration | undefined> {
  if (integrationId === undefined) return undefined;
  try {
    const live = await client.getIntegration(integrationId);
    return live.externalBusinessId === externalBusinessId ? live : undefined;
  } catch (error) {
    // The read by external business ID may succeed. After a 429, it would be refused, too.
    if (isOfKind(error, "input") || isLastingRefusal(error)) return undefined;
    throw error;
  }
}

/** Notifies the user that an integration is missing, because a preview only shows that it is created. */
function noticeMissing({ externalBusinessId }: Outputs, { notify, wording }: Session): void {
  notify(
    `integration '${externalBusinessId}' is missing at Pinterest. If the ${wording.noun} declares it, the update creates it again`,
  );
}

function noticeRecreated(outputs: Outputs, { notify, wording }: Session): void {
  if (!wasRecreated(outputs)) return;
  notify(
    `integration '${outputs.externalBusinessId}' was deleted and recreated at Pinterest, so it has no partner tokens and e-mail. If the ` +
      `${wording.noun} declares them, the next update writes them again`,
  );
}

/** Warns once for each account that its integrations are not read. */
function warnOfUnread(
  { externalBusinessId, account, providerName }: Outputs,
  error: unknown,
  { unreadAccounts, notify, wording }: Session,
): void {
  if (unreadAccounts.has(account)) return;
  unreadAccounts.add(account);
  notify(
    `warning: integration '${externalBusinessId}' was not read, so its last known values are used, because ` +
      `${accountInWords(account, providerName)} cannot be accessed: ${sentence(messageWithHint(error, wording))} This also applies to the account's other integrations.`,
  );
}
