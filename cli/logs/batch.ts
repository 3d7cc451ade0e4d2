import { type LogReport, type PinterestClient, PinterestError } from "../../provider/api";
import type { LogLine } from "./lines";

export type LogsClient = Pick<PinterestClient, "reportLogs">;

export interface BatchResult {
  readonly sent: number;
  /** In the order of their numbers, with the reasons as problems. */
  readonly rejected: readonly LogLine[];
  /** The first line whose delivery is not confirmed. */
  readonly nextLine: number;
  /** The last line that Pinterest has recorded, or may have recorded; 0 if there is none. */
  readonly lastRecorded: number;
  /** Why the run cannot continue. */
  readonly error?: string | undefined;
}

/** Sends the entries of a batch. The signal aborts the request in progress. */
export async function sendBatch(
  batch: readonly LogLine[],
  client: LogsClient,
  signal: AbortSignal,
): Promise<BatchResult> {
  let unconfirmed = batch.filter(({ entry }) => entry !== undefined);
  const rejected: LogLine[] = [];
  let sent = 0;
  let lastRecorded = 0;
  let error: string | undefined;
  // Entries that are not at fault are sent again. This ends, because each report without an error settles at least one entry.
  while (unconfirmed.length > 0 && error === undefined) {
    const lines = unconfirmed;
    const report = await reportLines(lines, client, signal);
    const accepted = new Set(report.accepted);
    const unknown = new Set(report.unknown.map(({ index }) => index));
    const faults = Map.groupBy(
      report.rejected.filter(({ canResend }) => !canResend),
      ({ index }) => index,
    );
    for (const [index, list] of faults) {
      const problems = list.map(({ field, reason }) => ({ ...(field && { field }), problem: reason }));
      rejected.push({ ...(lines[index] as LogLine), problems });
    }
    sent += accepted.size;
    const recorded = lines.findLast((_, index) => accepted.has(index) || unknown.has(index));
    lastRecorded = Math.max(lastRecorded, recorded?.number ?? 0);
    error = report.stopped?.message ?? report.unknown[0]?.reason;
    unconfirmed = lines.filter((_, index) => !accepted.has(index) && !faults.has(index));
  }
  const nextLine = unconfirmed[0]?.number ?? (batch.at(-1)?.number ?? 0) + 1;
  // The command that continues reports the invalid lines from `nextLine` on.
  rejected.push(...batch.filter(({ entry, number }) => entry === undefined && number < nextLine));
  rejected.sort((left, right) => left.number - right.number);
  return { sent, rejected, nextLine, lastRecorded, error };
}

async function reportLines(
  lines: readonly LogLine[],
  client: LogsClient,
  signal: AbortSignal,
): Promise<LogReport> {
  const entries = lines.flatMap(({ entry }) => entry ?? []);
  // Fixed words such as "ERROR" are not secret, and error messages contain them.
  const hidden = entries.flatMap(({ eventType, logLevel, request, ...others }) =>
    stringsIn([others, { ...request, method: undefined }]),
  );
  try {
    return await client.reportLogs(entries, { signal, hidden });
  } catch (error) {
    if (!(error instanceof PinterestError)) throw error;
    // None of the entries was recorded.
    const rejected = lines.map((_, index) => ({ index, reason: error.message, canResend: true as const }));
    return { accepted: [], rejected, unknown: [], stopped: error };
  }
}

/** Longer strings are not hidden: no answer repeats them in full. */
const maxHiddenLength = 2048;

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length <= maxHiddenLength ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
