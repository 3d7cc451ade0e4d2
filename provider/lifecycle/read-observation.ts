import {
  type IntegrationFieldName,
  isOwnedByAnother,
  isRefusedAccount,
  isSecretField,
  PinterestError,
} from "../api";
import { messageOf } from "../base/message-text";
import { placeOf } from "../run/identity";
import type { ReadObservation } from "../run/observations";
import type { Outputs } from "./outputs";
import { sameField } from "./values";
import { changedFields, wasRecreated } from "./written";

/** The result of a read, for a command. @param current the outputs after the read. Undefined if the integration is missing. */
export function readObservation(
  known: Outputs,
  current: Outputs | undefined,
  compareSecrets: boolean,
): ReadObservation {
  if (current === undefined) return { ...placeOf(known), outcome: "missing", changed: [] };
  const { managed, fields } = known;
  const sinceWrite = changedFields(current);
  // The program can have a value that a refresh stored in state, and that was never written. `changedFields` may not find its later changes.
  const hasChangedSinceRead = (name: IntegrationFieldName) =>
    fields[name] !== undefined && !sameField(name, fields[name], current.fields[name]);
  return {
    ...placeOf(known),
    outcome: "read",
    changed: managed.filter((name) => sinceWrite.includes(name) || hasChangedSinceRead(name)),
    ...(wasRecreated(current) ? { recreated: true } : {}),
    // A recreated integration has lost its secrets, which is drift.
    uncompared: compareSecrets || wasRecreated(current) ? [] : managed.filter(isSecretField),
  };
}

/** The failure of a read, for a command. */
export function failedReadObservation(known: Outputs, error: unknown): ReadObservation {
  const { note, remedy, summary, requestId } = error instanceof PinterestError ? error : {};
  const advice = [note, remedy].filter((part) => part !== undefined).join(" ");
  const owner = isOwnedByAnother(error) ? "another Pinterest account may own the integration: " : "";
  return {
    ...placeOf(known),
    // An account without a token is not revoked: the token may only be missing on this machine.
    outcome: isRefusedAccount(error) ? "revoked" : "unreachable",
    changed: [],
    reason: owner + (summary ?? messageOf(error)),
    requestId,
    advice: advice === "" ? undefined : advice,
  };
}
