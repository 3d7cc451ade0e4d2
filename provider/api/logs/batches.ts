import { type LogEntry, logToWire } from "./fields";
import { type LogProblem, logProblems } from "./problems";

/** A valid entry. */
export interface OutgoingLog {
  /** Index in the given list. */
  readonly index: number;
  /** With the API's names. */
  readonly wire: object;
  /** Length of its JSON in UTF-8. */
  readonly bytes: number;
}

export type Batch = readonly OutgoingLog[];

/** Limit for the entries of a request, from Pinterest's API description (since 5.14.0). */
export const maxBatchEntries = 250;

/**
 * Limit for the body of a request, in bytes. Pinterest documents none; 1 MiB is nginx's default. Batches that exceed the server's limit (413)
 * are divided.
 */
export const maxBatchBytes = 1_000_000;

/** Length of the body without entries, in bytes. */
export const frameBytes = '{"logs":[]}'.length;

/** Checks an entry, and converts it to the API's form if it has no problems. */
export function prepareLog(
  entry: unknown,
  index: number,
):
  | { readonly outgoing: OutgoingLog; readonly problems?: undefined }
  | { readonly outgoing?: undefined; readonly problems: readonly LogProblem[] } {
  const problems = logProblems(entry);
  if (problems.length > 0) return { problems };
  const wire = logToWire(entry as LogEntry);
  const outgoing = { index, wire, bytes: Buffer.byteLength(JSON.stringify(wire)) };
  if (bodyBytes([outgoing]) <= maxBatchBytes) return { outgoing };
  const problem = `has ${outgoing.bytes} bytes, but the limit is about ${maxBatchBytes}; shorten error.stackTrace or another field`;
  return { problems: [{ problem }] };
}

/** Divides entries into batches. An entry that exceeds `maxBytes` has its own. */
export function divide(entries: Batch, maxBytes = maxBatchBytes): Batch[] {
  const batches: OutgoingLog[][] = [];
  for (const entry of entries) {
    const last = batches.at(-1);
    if (last !== undefined && last.length < maxBatchEntries && bodyBytes([...last, entry]) <= maxBytes) {
      last.push(entry);
    } else {
      batches.push([entry]);
    }
  }
  return batches;
}

/** Length of the body that carries these entries, in bytes. */
export function bodyBytes(batch: Batch): number {
  const commas = batch.length - 1;
  return batch.reduce((bytes, entry) => bytes + entry.bytes, frameBytes + commas);
}
