import { bodyBytes, maxBatchBytes, type OutgoingLog } from "./batches";
import type { LogEntry } from "./fields";
import { type LogProblem, logProblems } from "./problems";
import { logToWire } from "./wire";

/** A log entry as it is sent, or everything that keeps it from being sent. */
export type PreparedLog =
  | { readonly outgoing: OutgoingLog; readonly problems?: undefined }
  | { readonly outgoing?: undefined; readonly problems: readonly LogProblem[] };

/** Checks an entry by the limits of Pinterest's log and by the size that a request may have. */
export function prepareLog(entry: unknown, index: number): PreparedLog {
  const problems = logProblems(entry);
  if (problems.length > 0) return { problems };
  const wire = logToWire(entry as LogEntry);
  const outgoing = { index, wire, bytes: Buffer.byteLength(JSON.stringify(wire)) };
  if (bodyBytes([outgoing]) <= maxBatchBytes) return { outgoing };
  const problem = `takes ${outgoing.bytes} bytes; allowed are about ${maxBatchBytes} with all its fields: shorten error.stackTrace or the like`;
  return { problems: [{ problem }] };
}
