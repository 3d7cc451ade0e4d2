import { type LogEntry, type LogFieldRule, logFields } from "./fields";

/** A log entry as Pinterest's JSON has it: exactly the fields that are given, null included. */
export function logToWire(entry: LogEntry): Record<string, unknown> {
  return toWire(entry, logFields);
}

function toWire(object: object, rules: Readonly<Record<string, LogFieldRule>>): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const value = (object as Record<string, unknown>)[name];
    if (value === undefined) continue;
    wire[rule.wire] = rule.kind === "object" ? toWire(value as object, rule.fields) : value;
  }
  return wire;
}
