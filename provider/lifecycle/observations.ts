import { PinterestError } from "../api";
import { isRefusedAccount } from "../api/errors";
import { type Outputs, secretFieldNames } from "./bags";
import { sameField } from "./canonical";
import { inShort } from "./messages";
import { observed, type ReadObservation } from "./observer";

/** What a read has found; nothing if the integration is missing. */
export function readObservation(
  previous: Outputs,
  live: Outputs | undefined,
  compareSecrets: boolean,
): ReadObservation {
  const uncompared = compareSecrets ? [] : previous.managed.filter((name) => secretFieldNames.includes(name));
  return {
    ...observed(previous),
    outcome: live === undefined ? "missing" : "read",
    changed:
      live === undefined
        ? []
        : previous.managed.filter((name) => !sameField(name, previous.fields[name], live.fields[name])),
    ...(live === undefined || uncompared.length === 0 ? {} : { uncompared }),
  };
}

/** Why a read has found nothing out. */
export function failedReadObservation(previous: Outputs, error: unknown): ReadObservation {
  const { note, remedy } = error instanceof PinterestError ? error : {};
  const advice = [note, remedy].filter((part) => part !== undefined).join(" ");
  return {
    ...observed(previous),
    // Of an account without a token nobody knows: it may be missing here alone.
    outcome: isRefusedAccount(error) ? "revoked" : "unreachable",
    changed: [],
    reason: inShort(error),
    ...(advice === "" ? {} : { advice }),
  };
}
