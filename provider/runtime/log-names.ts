import { logFields } from "../api/logs/fields";
import { problemWithUnknown } from "../api/message-text";

/** What Pinterest is told, by the fields of its log. */
export const logFieldNames = Object.keys(logFields) as (keyof typeof logFields)[];

/** Everything that a program may say of a log entry. */
export const logArgumentNames: readonly string[] = [...logFieldNames, "account", "triggers"];

/** What is wrong with an argument's name, or nothing. Names with two underscores are the engine's own, and pass. */
export function problemWithLogName(name: string): string | undefined {
  return logArgumentNames.includes(name) || name.startsWith("__")
    ? undefined
    : `\`${name}\` ${problemWithUnknown(name, "argument of a log entry", logArgumentNames)}`;
}
