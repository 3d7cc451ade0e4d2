import { isOwnedByAnother } from "../api";
import type { Integration } from "../api/integration";
import { type Inputs, type Outputs, secretFieldNames } from "./bags";
import { staleRetryLimitMs } from "./drift-check";
import { find } from "./find";
import { explainOwnedByAnother } from "./messages";
import { failedReadObservation, readObservation } from "./observations";
import { inputsAfterRead, outputsAfterRead } from "./outputs";
import type { Process } from "./process";
import { findWithSecrets } from "./record-of";
import { findSettled, isCurrent } from "./settle";
import { isUnreachable } from "./unreachable";

export interface ReadResult {
  outputs: Outputs;
  inputs: Inputs;
}

export interface ReadKind {
  /** Whether this is a lookup, which has inputs and no state. */
  isLookup: boolean;
  /** Whether the state comes from a creation whose outcome is unknown. */
  isUnseen: boolean;
}

/**
 * Reads an integration. Returns undefined if it is missing; a lookup throws instead. Any other failure throws, with two exceptions that
 * return the last known values: `whenUnreachable` allows it for an unreachable account, and a check for drift never fails.
 */
export async function read(
  previous: Outputs,
  process: Process,
  kind: ReadKind,
): Promise<ReadResult | undefined> {
  const { surroundings, unreachable, driftCheck } = process;
  const { isLookup } = kind;
  const observer = isLookup ? undefined : surroundings.observer;
  // A command with an observer has asked for a refresh.
  const unrequested = isLookup || observer !== undefined ? undefined : surroundings.unrequestedReads?.();
  if (unrequested === "skip") return resultOf(previous);
  try {
    const live = await (unrequested === "check"
      ? driftCheck.read(previous, () => liveOf(previous, process, kind, staleRetryLimitMs))
      : liveOf(previous, process, kind));
    if (live === undefined && unrequested === "check") driftCheck.reportMissing(previous);
    const outputs = live && outputsAfterRead(previous, live, surroundings.compareSecrets);
    observer?.read(readObservation(previous, outputs, surroundings.compareSecrets));
    return outputs && resultOf(outputs);
  } catch (error) {
    if (observer !== undefined) {
      observer.read(failedReadObservation(previous, error));
      return resultOf(previous);
    }
    if (unrequested === "check") {
      driftCheck.warn(previous, error);
      return resultOf(previous);
    }
    // A lookup has no last known values.
    if (surroundings.whenUnreachable !== "fail" && !isLookup && isUnreachable(error)) {
      unreachable.warnOfKept(previous, error);
      return resultOf(previous);
    }
    if (isOwnedByAnother(error)) {
      throw new Error(explainOwnedByAnother(previous.externalBusinessId, error));
    }
    throw error;
  }
}

export function resultOf(outputs: Outputs): ReadResult {
  return { outputs, inputs: inputsAfterRead(outputs) };
}

async function liveOf(
  previous: Outputs,
  { surroundings, listings, readAhead }: Process,
  { isLookup, isUnseen }: ReadKind,
  longestMs = Number.POSITIVE_INFINITY,
): Promise<Integration | undefined> {
  const { externalBusinessId, integrationId, account, managed } = previous;
  const client = surroundings.client(account);
  if (!isLookup) readAhead.onRead(account);
  const listed = await listings.find(client, externalBusinessId, (record) => isCurrent(record, previous));
  if (listed !== undefined) {
    return listed;
  }
  if (isLookup) {
    return client.getCommerceIntegration(externalBusinessId);
  }
  const consistencyTimeoutMs = Math.min(surroundings.consistencyTimeoutMs, longestMs);
  const withLimit = { ...surroundings, consistencyTimeoutMs };
  const needsRecord = surroundings.compareSecrets && managed.some((name) => secretFieldNames.includes(name));
  return needsRecord
    ? findSettled(
        previous,
        withLimit,
        () => findWithSecrets(client, externalBusinessId, integrationId),
        isUnseen,
      )
    : findSettled(previous, withLimit, () => find(client, externalBusinessId), isUnseen);
}
