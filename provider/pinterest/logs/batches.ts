/** A log entry on its way: where the caller has it, and what is sent. */
export interface OutgoingLog {
  /** Its place in the caller's list. */
  readonly index: number;
  /** As it is sent. */
  readonly wire: object;
  /** The length of its JSON in UTF-8. */
  readonly bytes: number;
}

/** The most entries that one request may carry (Pinterest's API description, since 5.14.0). */
export const maxBatchEntries = 250;

/**
 * The largest body that is sent, in bytes. Pinterest names no limit; this is the smallest that is usual for servers and
 * proxies (nginx: 1 MiB). A body that is too large all the same (413) is halved.
 */
export const maxBatchBytes = 1_000_000;

/** What a body has around its entries, in bytes. */
export const frameBytes = '{"logs":[]}'.length;

/** Entries in batches, in their order, each as large as the limits let it be. An entry that exceeds them has a batch alone. */
export function* batchesOf(
  entries: readonly OutgoingLog[],
  limits: { readonly entries: number; readonly bytes: number },
): Generator<readonly OutgoingLog[]> {
  let batch: OutgoingLog[] = [];
  let bytes = frameBytes;
  for (const entry of entries) {
    // One more for the comma.
    const added = entry.bytes + 1;
    if (batch.length > 0 && (batch.length === limits.entries || bytes + added > limits.bytes)) {
      yield batch;
      batch = [];
      bytes = frameBytes;
    }
    batch.push(entry);
    bytes += added;
  }
  if (batch.length > 0) yield batch;
}

/** The length of the body that carries these entries, in bytes. */
export function bodyBytes(batch: readonly OutgoingLog[]): number {
  return batch.reduce((bytes, entry) => bytes + entry.bytes + 1, frameBytes - 1);
}
