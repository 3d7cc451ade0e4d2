import { type Integration, isSecretField, type PinterestClient, PinterestError } from "../api";
import { type Bag, pick } from "../base/bag";
import { accountInWords, sentence } from "../base/message-text";
import type { ReadObservation } from "../run/observations";
import { isUnreachable, staleRetryLimitMs } from "./drift-check";
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

/** The properties for the engine: outputs for state, and inputs to compare with those of the program. */
export interface ReadResult {
  outputs: Bag;
  inputs: Bag;
}

/**
 * Reads an integration. Returns undefined if it is missing. Other failures throw, with three exceptions that return the last known values:
 * `whenUnreachable` allows it for an unreachable account, a drift check never fails, and a command receives failures through `observeRead`.
 *
 * @param previous the properties in state, those of an imported integration, or the inputs of a lookup.
 * @throws PinterestApiError if `previous` are the inputs of a lookup and the integration is missing
 */
export async function readIntegration(
  id: string,
  previous: Bag,
  session: Session,
): Promise<ReadResult | undefined> {
  const known = outputsFromBag({ ...previous, externalBusinessId: id });
  if (lookupKey in previous) return resultOf(outputsAfterRead(known, await lookUp(known, session)));
  const isImported = !(managedKey in previous);
  const state = isImported ? withRecords(known) : known;
  // A create whose outcome is unknown leaves state without an integration ID.
  const isCreateUncertain = !isImported && known.integrationId === undefined;
  const outputs = await refresh(state, isCreateUncertain, session);
  return outputs === undefined ? undefined : resultOf(outputs);
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

/** A file of `pulumi import` can lack the records and the UID. The resource manages the fields that the file contains. */
function withRecords(known: Outputs): Outputs {
  const managed = managedBy(known);
  return { ...known, managed, written: writtenRecord({ ...known, managed }), uid: newUid() };
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
 * Reads an integration in state, as far as the purpose requires it. The purposes differ in how they report a failure.
 *
 * @param known the last known outputs
 * @param isCreateUncertain whether state is from a create whose outcome is unknown. Its integration may appear late.
 */
async function refresh(
  known: Outputs,
  isCreateUncertain: boolean,
  session: Session,
): Promise<Outputs | undefined> {
  const { observeRead } = session;
  if (observeRead !== undefined) return readAndReport(known, isCreateUncertain, observeRead, session);
  switch (session.readMode()) {
    case "requested":
      return readOrThrow(known, isCreateUncertain, session);
    case "check":
      return checkForDrift(known, isCreateUncertain, session);
    case "skip":
      return known;
  }
}

/** Reads for a command that compares a stack with Pinterest. It also receives failures. */
async function readAndReport(
  known: Outputs,
  isCreateUncertain: boolean,
  report: (observation: ReadObservation) => void,
  session: Session,
): Promise<Outputs | undefined> {
  let live: Integration | undefined;
  try {
    live = await findLive(known, isCreateUncertain, session);
  } catch (error) {
    report(failedReadObservation(known, error));
    return known;
  }
  const outputs = outputsOf(live, known, session);
  report(readObservation(known, outputs, session.compareSecrets));
  return outputs;
}

/** Reads because a user has requested a refresh. Failures are errors, unless `whenUnreachable` permits them. */
async function readOrThrow(
  known: Outputs,
  isCreateUncertain: boolean,
  session: Session,
): Promise<Outputs | undefined> {
  let live: Integration | undefined;
  try {
    live = await findLive(known, isCreateUncertain, session);
  } catch (error) {
    const isPermitted = session.whenUnreachable !== "fail" && isUnreachable(error);
    if (!isPermitted) throw namingOwner(known.externalBusinessId, error);
    warnOfUnread(known, error, session);
    return known;
  }
  const outputs = outputsOf(live, known, session);
  noticeRecreated(outputs, session);
  return outputs;
}

/** Reads because the engine checks for drift before an update. Nobody has requested it, so it never fails, and takes less time. */
async function checkForDrift(
  known: Outputs,
  isCreateUncertain: boolean,
  session: Session,
): Promise<Outputs | undefined> {
  const { driftCheck } = session;
  const consistencyTimeoutMs = Math.min(session.consistencyTimeoutMs, staleRetryLimitMs);
  let live: Integration | undefined;
  try {
    live = await driftCheck.read(known, () =>
      findLive(known, isCreateUncertain, { ...session, consistencyTimeoutMs }),
    );
  } catch (error) {
    driftCheck.warn(known, error);
    return known;
  }
  const outputs = outputsOf(live, known, session);
  if (outputs === undefined) noticeMissing(known, session);
  noticeRecreated(outputs, session);
  return outputs;
}

function outputsOf(
  live: Integration | undefined,
  known: Outputs,
  { compareSecrets }: Session,
): Outputs | undefined {
  return live === undefined ? undefined : outputsAfterRead(known, live, compareSecrets);
}

/** Finds an integration in the account's list, or requests it. */
async function findLive(
  known: Outputs,
  isCreateUncertain: boolean,
  session: Session,
): Promise<Integration | undefined> {
  const client = session.client(known.account);
  session.listings.readAhead(known.account);
  const listed = await findInList(client, known, session);
  if (listed !== undefined) return listed;
  return findRetryingStale(known, session, () => request(client, known, session), { isCreateUncertain });
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
    // Unlike this response, the one by external business ID contains no secrets.
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
    if (error instanceof PinterestError && concernsOnlyThisRequest(error)) return undefined;
    throw error;
  }
}

/** Whether another request may succeed. A rate limit would refuse it, too. */
function concernsOnlyThisRequest(error: PinterestError): boolean {
  return error.kind === "input" || (error.outcome === "refused" && error.status !== 429);
}

/** Notifies the user that an integration is missing, because a preview only shows that it is created. */
function noticeMissing({ externalBusinessId }: Outputs, { notify, wording }: Session): void {
  notify(
    `integration '${externalBusinessId}' is missing at Pinterest. If the ${wording.noun} declares it, the update creates it again`,
  );
}

function noticeRecreated(outputs: Outputs | undefined, { notify, wording }: Session): void {
  if (outputs === undefined || !wasRecreated(outputs)) return;
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
