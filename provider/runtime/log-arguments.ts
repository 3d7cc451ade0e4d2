// Apart from integration-logs.ts, because programs load this file, and need no validation of values.
import { logFields } from "../api/logs/fields";
import { problemWithUnknown } from "../api/message-text";

export const logFieldNames = Object.keys(logFields) as (keyof typeof logFields)[];

/** The arguments of a log entry. */
export const logArgumentNames: readonly string[] = [...logFieldNames, "account", "triggers"];

/** Why a name is not an argument of a log entry, or undefined if it is. Names with two underscores are the engine's and allowed. */
export function problemWithLogName(name: string): string | undefined {
  return logArgumentNames.includes(name) || name.startsWith("__")
    ? undefined
    : `\`${name}\` ${problemWithUnknown(name, "argument of a log entry", logArgumentNames)}`;
}
