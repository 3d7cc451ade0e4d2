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

/** The result of a read, for a command. @param live the outputs after the read. Undefined if the integration is missing. */
export function readObservation(
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

/** The failure of a read, for a command. */
export function failedReadObservation(previous: Outputs, error: unknown): ReadObservation {
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
