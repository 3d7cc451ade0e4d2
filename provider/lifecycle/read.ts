import {
  type Integration,
  type IntegrationFieldName,
  isOwnedByAnother,
  isRefusedAccount,
  isSecretField,
  type PinterestClient,
  PinterestError,
} from "../api";
import { type Bag, pick } from "../base/bag";
import { accountInWords, messageOf, sentence } from "../base/message-text";
import { placeOf } from "../run/identity";
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
import type { Dependencies, Session } from "./session";
import { sameField } from "./values";
import { changedFields, wasRecreated, writtenRecord } from "./written";

export interface ReadResult {
  outputs: Bag;
  inputs: Bag;
}

/**
 * Reads an integration. Returns undefined if it is missing. Other failures throw, with two exceptions that return the last known values:
 * `whenUnreachable` allows it for an unreachable account, and a drift check never fails.
 *
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
  const outputs = await read(state, isCreateUncertain, session);
  return outputs && resultOf(outputs);
}

/** A file of `pulumi import` can lack the records and the UID. The resource manages the fields that the file contains. */
function withRecords(known: Outputs): Outputs {
  const managed = managedBy(known);
  return { ...known, managed, written: writtenRecord({ ...known, managed }), uid: newUid() };
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

/** Reads an integration that the program does not manage, which has no last known values. */
async function lookUp(previous: Outputs, session: Session): Promise<Integration> {
  const { externalBusinessId, account } = previous;
  try {
    const client = session.client(account);
    const listed = await session.listings.find(client, externalBusinessId, isCurrentFor(previous));
    return listed ?? (await client.getCommerceIntegration(externalBusinessId));
  } catch (error) {
    throw namingOwner(externalBusinessId, error);
  }
}

/**
 * The reason for a read, which decides about failures. `observe`: a command of this package compares a stack, and reports failures. `requested`: the
 * user has requested a refresh, and sees failures as errors. `check`: the engine checks for drift before an update, and after a failure continues with
 * the last known values. `skip`: as `check`, but drift detection is disabled, so nothing is read.
 */
type ReadMode = "observe" | "requested" | "check" | "skip";

function modeOf({ observeRead, unrequestedReads }: Session): ReadMode {
  // A command that observes reads has requested a refresh.
  return observeRead !== undefined ? "observe" : (unrequestedReads?.() ?? "requested");
}

async function read(
  previous: Outputs,
  isCreateUncertain: boolean,
  session: Session,
): Promise<Outputs | undefined> {
  const mode = modeOf(session);
  if (mode === "skip") return previous;
  let live: Integration | undefined;
  try {
    live = await findInMode(previous, isCreateUncertain, mode, session);
  } catch (error) {
    reportFailedRead(previous, error, mode, session);
    return previous;
  }
  const { compareSecrets } = session;
  const outputs = live === undefined ? undefined : outputsAfterRead(previous, live, compareSecrets);
  if (mode === "observe") session.observeRead?.(readObservation(previous, outputs, compareSecrets));
  else noticeMissingOrRecreated(previous, outputs, mode, session);
  return outputs;
}

/** A drift check repeats stale reads for a shorter time, because nobody has asked for it. */
function findInMode(
  previous: Outputs,
  isCreateUncertain: boolean,
  mode: Exclude<ReadMode, "skip">,
  session: Session,
): Promise<Integration | undefined> {
  const { consistencyTimeoutMs } = session;
  const findWithin = (timeoutMs: number) => findCurrent(previous, isCreateUncertain, timeoutMs, session);
  if (mode !== "check") return findWithin(consistencyTimeoutMs);
  return session.driftCheck.read(previous, () =>
    findWithin(Math.min(consistencyTimeoutMs, staleRetryLimitMs)),
  );
}

/** @throws Error if the user requested the read, and `whenUnreachable` does not permit its failure. */
function reportFailedRead(
  previous: Outputs,
  error: unknown,
  mode: Exclude<ReadMode, "skip">,
  session: Session,
): void {
  if (mode === "observe") session.observeRead?.(failedReadObservation(previous, error));
  else if (mode === "check") session.driftCheck.warn(previous, error);
  else if (session.whenUnreachable !== "fail" && isUnreachable(error)) warnOfUnread(previous, error, session);
  else throw namingOwner(previous.externalBusinessId, error);
}

function noticeMissingOrRecreated(
  { externalBusinessId }: Outputs,
  outputs: Outputs | undefined,
  mode: "requested" | "check",
  { notify, wording }: Session,
): void {
  if (outputs === undefined && mode === "check") {
    // A preview only shows that it is created.
    notify(
      `integration '${externalBusinessId}' is missing at Pinterest. If the ${wording.noun} declares it, the update creates it again`,
    );
  } else if (outputs !== undefined && wasRecreated(outputs)) {
    notify(
      `integration '${externalBusinessId}' was deleted and recreated at Pinterest, so it has no partner tokens and e-mail. If the ` +
        `${wording.noun} declares them, the next update writes them again`,
    );
  }
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

function readObservation(
  previous: Outputs,
  live: Outputs | undefined,
  compareSecrets: boolean,
): ReadObservation {
  if (live === undefined) return { ...placeOf(previous), outcome: "missing", changed: [] };
  const { managed, fields } = previous;
  const sinceWrite = changedFields(live);
  // The program can have the value of an earlier read, which no write has recorded.
  const hasChangedSinceRead = (name: IntegrationFieldName) =>
    fields[name] !== undefined && !sameField(name, fields[name], live.fields[name]);
  return {
    ...placeOf(previous),
    outcome: "read",
    changed: managed.filter((name) => sinceWrite.includes(name) || hasChangedSinceRead(name)),
    ...(wasRecreated(live) ? { recreated: true } : {}),
    // A recreated integration has lost its secrets, which is drift.
    uncompared: compareSecrets || wasRecreated(live) ? [] : managed.filter(isSecretField),
  };
}

function failedReadObservation(previous: Outputs, error: unknown): ReadObservation {
  const { note, remedy, summary, requestId } = error instanceof PinterestError ? error : {};
  const advice = [note, remedy].filter((part) => part !== undefined).join(" ");
  const owner = isOwnedByAnother(error) ? "another Pinterest account may own the integration: " : "";
  return {
    ...placeOf(previous),
    // An account without a token is not revoked: the token may only be missing on this machine.
    outcome: isRefusedAccount(error) ? "revoked" : "unreachable",
    changed: [],
    reason: owner + (summary ?? messageOf(error)),
    requestId,
    advice: advice === "" ? undefined : advice,
  };
}

/** Finds an integration in the account's list, or requests it. */
async function findCurrent(
  previous: Outputs,
  isCreateUncertain: boolean,
  consistencyTimeoutMs: number,
  session: Session,
): Promise<Integration | undefined> {
  const { externalBusinessId, account, managed } = previous;
  const client = session.client(account);
  session.listings.readAhead(account);
  const listed = await session.listings.find(client, externalBusinessId, isCurrentFor(previous));
  if (listed !== undefined) return listed;
  const comparesSecrets = session.compareSecrets && managed.some(isSecretField);
  const find = comparesSecrets
    ? () => findWithSecrets(client, previous)
    : () => client.findCommerceIntegration(externalBusinessId);
  return findRetryingStale(previous, { ...session, consistencyTimeoutMs }, find, isCreateUncertain);
}

/** Prefers the response by integration ID, because it can contain secrets. */
async function findWithSecrets(
  client: PinterestClient,
  { externalBusinessId, integrationId }: Outputs,
): Promise<Integration | undefined> {
  const live = await findById(client, externalBusinessId, integrationId);
  return live ?? client.findCommerceIntegration(externalBusinessId);
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
  const isRateLimit = "status" in error && error.status === 429;
  return error.kind === "input" || (error.outcome === "refused" && !isRateLimit);
}

/**
 * Reads an integration, and retries stale reads: those that are older than state, and a missing integration shortly after the last known
 * write.
 *
 * @param isCreateUncertain whether state is from a create whose outcome and time are unknown
 */
export function findRetryingStale(
  previous: Outputs,
  timing: Pick<Dependencies, "consistencyTimeoutMs" | "sleep" | "now">,
  find: () => Promise<Integration | undefined>,
  isCreateUncertain = false,
): Promise<Integration | undefined> {
  const { updatedTimestamp } = previous;
  const isJustWritten =
    updatedTimestamp === undefined
      ? isCreateUncertain
      : Math.abs(timing.now() - updatedTimestamp) < timing.consistencyTimeoutMs;
  const isCurrent = isCurrentFor(previous);
  return readUntil(find, (live) => (live === undefined ? !isJustWritten : isCurrent(live)), timing);
}

/** Whether a response is not older than the last known write, if both have a time. */
function isCurrentFor({ updatedTimestamp = 0 }: Outputs): (live: Integration) => boolean {
  return (live) => (live.updatedTimestamp ?? updatedTimestamp) >= updatedTimestamp;
}

const firstPauseMs = 100;
const maxPauseMs = 2000;

/** Repeats a read until its result is as expected, or `consistencyTimeoutMs` is over. Returns the last result. */
export async function readUntil<T>(
  read: () => Promise<T>,
  isExpected: (result: T) => boolean,
  { consistencyTimeoutMs, sleep, now }: Pick<Dependencies, "consistencyTimeoutMs" | "sleep" | "now">,
): Promise<T> {
  const deadline = now() + consistencyTimeoutMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, maxPauseMs)) {
    const result = await read();
    if (isExpected(result) || now() + pause > deadline) return result;
    await sleep(pause);
  }
}
