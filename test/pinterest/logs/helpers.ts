import type { LogEntry } from "../../../provider/pinterest";

/** An entry that Pinterest would take. */
export function entry(message: string, more: Partial<LogEntry> = {}): LogEntry {
  return { clientTimestamp: 1_700_000_000_000, eventType: "APP", logLevel: "INFO", message, ...more };
}
