import { isJsonObject, parseIfJson } from "../../base/json";
import { lineLimits, oneLine } from "../../base/message-text";
import { lazySchema } from "../../base/schema";
import { readErrorBody } from "../error-mapping";
import { PinterestError } from "../errors";
import type { Redact } from "../redact";
import { responseText, UnexpectedResponse } from "../response-body";
import type { HttpResponse } from "../response-headers";
import { type LogEntry, type LogProblem, logProblems, logToWire } from "./fields";

/** An entry that Pinterest did not record, once for each reason. */
export interface RejectedLog {
  /** Index in the given list. */
  readonly index: number;
  /** The rejected field, if known. */
  readonly field?: string | undefined;
  readonly reason: string;
  /** Set if no problem of the entry itself is known, so that it can be sent again unchanged. */
  readonly canResend?: true;
}

/** An entry that Pinterest may have recorded. */
interface UnknownLog {
  /** Index in the given list. */
  readonly index: number;
  readonly reason: string;
}

/** Result for each entry: every entry is in exactly one of the three lists. */
export interface LogReport {
  /** Indexes of the entries that Pinterest recorded, in ascending order. */
  readonly accepted: readonly number[];
  readonly rejected: readonly RejectedLog[];
  readonly unknown: readonly UnknownLog[];
  /** The error that ended the report early. */
  readonly stopped?: PinterestError;
}

/** Limit for the additional requests of one report that search for the rejected entries of a batch. */
const maxSearchRequests = 32;

/**
 * Reports log entries in batches, one after the other. Pinterest documents no way to detect duplicates, so an entry that Pinterest may have
 * recorded is never sent again:
 *
 * - An entry with a problem is not sent.
 * - A rejected batch is sent again without the entries that the response names. If it names none, or the batch is too large for the server
 *   (413), its halves are sent, until the rejected entries are found or {@link maxSearchRequests} are used up.
 * - If the response contains rejected entries but no error, the others are unknown.
 * - After an unknown outcome, or an error that is not about the entries, the remaining entries are not sent.
 *
 * @throws PinterestError if Pinterest recorded nothing, for a reason that is not in the entries.
 */
export async function reportInBatches(
  entries: readonly LogEntry[],
  send: (batch: Batch) => Promise<LogsResponse>,
): Promise<LogReport> {
  const report = new Report();
  const queue = divide(entries.flatMap((entry, index) => report.prepare(entry, index)));
  for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
    try {
      queue.unshift(...report.record(batch, await send(batch)));
    } catch (error) {
      if (!(error instanceof PinterestError)) throw error;
      if (error.status !== 413) {
        report.stop(batch, queue.flat(), error);
        break;
      }
      queue.unshift(
        ...report.record(batch, { otherEntries: "refused", summary: error.message, rejections: [] }),
      );
    }
  }
  return report.result();
}

class Report {
  private readonly accepted: number[] = [];
  private readonly rejected: RejectedLog[] = [];
  private readonly unknown: UnknownLog[] = [];
  private searchRequests = maxSearchRequests;
  private stopped: PinterestError | undefined;

  /** Checks an entry. Returns nothing if it has a problem. */
  prepare(entry: LogEntry, index: number): OutgoingLog[] {
    const { outgoing, problems } = prepareLog(entry, index);
    if (outgoing !== undefined) return [outgoing];
    this.rejected.push(...problems.map(({ problem, ...field }) => ({ index, ...field, reason: problem })));
    return [];
  }

  /** Records a response, and returns the batches to send next. */
  record(batch: Batch, response: LogsResponse): Batch[] {
    const named = new Set<OutgoingLog>();
    const unassigned: NamedRejection[] = [];
    for (const { logIndex, ...rejection } of response.rejections) {
      const entry = batch[batch.length === 1 ? 0 : (logIndex ?? -1)];
      if (entry === undefined) {
        unassigned.push(rejection);
      } else {
        named.add(entry);
        this.rejected.push({ index: entry.index, ...rejection });
      }
    }
    const others = batch.filter((entry) => !named.has(entry));
    if (response.otherEntries === "refused") {
      const { summary } = response;
      return named.size > 0 ? this.resend([others], summary) : this.resendHalves(others, summary);
    }
    if (response.otherEntries === "accepted" && unassigned.length === 0) {
      this.accepted.push(...others.map(({ index }) => index));
      return [];
    }
    const texts = unassigned.map(({ field, reason }) =>
      field === undefined ? reason : `${field}: ${reason}`,
    );
    const reason =
      texts.length === 0
        ? "Pinterest rejected other entries of the same request, and did not report whether it recorded this one"
        : `Pinterest rejected entries of the same request, and did not report which (${[...new Set(texts)].join("; ")})`;
    this.unknown.push(...others.map(({ index }) => ({ index, reason })));
    return [];
  }

  /** Ends the report. @throws the error if Pinterest recorded nothing. */
  stop(batch: Batch, rest: Batch, error: PinterestError): void {
    this.stopped = error;
    const reason = error.message;
    if (error.outcome === "unknown") {
      this.unknown.push(...batch.map(({ index }) => ({ index, reason })));
    } else {
      if (this.accepted.length === 0 && this.unknown.length === 0) throw error;
      this.skip(batch, reason);
    }
    this.skip(rest, `not sent, because the request before it failed: ${reason}`);
  }

  result(): LogReport {
    return {
      accepted: this.accepted,
      // Entries with problems were added before the first request.
      rejected: this.rejected.sort((left, right) => left.index - right.index),
      unknown: this.unknown,
      ...(this.stopped === undefined ? {} : { stopped: this.stopped }),
    };
  }

  /** Sends a batch again in halves, because the response did not name the rejected entries. */
  private resendHalves(batch: Batch, reason: string): Batch[] {
    const middle = Math.ceil(batch.length / 2);
    if (batch.length > 1) return this.resend([batch.slice(0, middle), batch.slice(middle)], reason);
    this.rejected.push(...batch.map(({ index }) => ({ index, reason })));
    return [];
  }

  private resend(given: Batch[], reason: string): Batch[] {
    const batches = given.filter(({ length }) => length > 0);
    if (this.searchRequests < batches.length) {
      this.skip(batches.flat(), `${reason}; not sent again, because Pinterest rejected too many requests`);
      return [];
    }
    this.searchRequests -= batches.length;
    return batches;
  }

  /** Gives up entries without a known problem. */
  private skip(batch: Batch, reason: string): void {
    this.rejected.push(...batch.map(({ index }) => ({ index, reason, canResend: true as const })));
  }
}

/** A valid entry. */
interface OutgoingLog {
  /** Index in the given list. */
  readonly index: number;
  /** With the API's names. */
  readonly wire: object;
  /** Length of its JSON in UTF-8. */
  readonly bytes: number;
}

type Batch = readonly OutgoingLog[];

/** Limit for the entries of a request, from Pinterest's API description (since 5.14.0). */
export const maxBatchEntries = 250;

/** Limit for the body of a request. Pinterest documents none; 1 MiB is nginx's default. */
const maxBatchBytes = 1_000_000;

/** Length of the body without entries. */
const frameBytes = '{"logs":[]}'.length;

/** Checks an entry, and converts it to the API's form if it has no problems. */
export function prepareLog(
  entry: unknown,
  index: number,
): { readonly outgoing?: OutgoingLog; readonly problems: readonly LogProblem[] } {
  const problems = logProblems(entry);
  if (problems.length > 0) return { problems };
  const wire = logToWire(entry as LogEntry);
  const outgoing = { index, wire, bytes: Buffer.byteLength(JSON.stringify(wire)) };
  if (bodyBytes([outgoing]) <= maxBatchBytes) return { outgoing, problems };
  const problem = `has ${outgoing.bytes} bytes, but the limit is about ${maxBatchBytes}; shorten error.stackTrace or another field`;
  return { problems: [{ problem }] };
}

function divide(entries: Batch): Batch[] {
  const batches: OutgoingLog[][] = [];
  for (const entry of entries) {
    const last = batches.at(-1);
    if (last !== undefined && last.length < maxBatchEntries && bodyBytes([...last, entry]) <= maxBatchBytes) {
      last.push(entry);
    } else {
      batches.push([entry]);
    }
  }
  return batches;
}

/** Length of the body that carries these entries. */
function bodyBytes(batch: Batch): number {
  const commas = batch.length - 1;
  return batch.reduce((bytes, entry) => bytes + entry.bytes, frameBytes + commas);
}

/** A rejected entry in the response of the API. */
interface NamedRejection {
  /** Index of the entry in the request, if the response contains it. */
  readonly logIndex?: number | undefined;
  /** The API's name of the field, redacted. */
  readonly field?: string | undefined;
  /** Redacted, in one line. */
  readonly reason: string;
}

/**
 * The rejected entries, and the result for the others. `accepted`: any success. `refused`: an error with Pinterest's code, or one that is not in
 * Pinterest's format, rejects the whole request. `unclear`: the response contains rejections but no error (API description 5.28.0), which leaves
 * open whether Pinterest recorded the others.
 */
type LogsResponse = { readonly rejections: readonly NamedRejection[] } & (
  | { readonly otherEntries: "accepted" | "unclear" }
  | { readonly otherEntries: "refused"; readonly summary: string }
);

/**
 * Reads a response with status 2xx or 400. A 400 has one of three bodies: an error, an error with details (API description 5.23.0), or only a
 * list of rejected entries (5.28.0).
 *
 * @throws UnexpectedResponse for a success that is not from Pinterest, such as the page of a portal.
 */
export function readLogsResponse({ status, text }: HttpResponse, redact: Redact): LogsResponse {
  const parsed = parseIfJson(text);
  const body = isJsonObject(parsed) ? parsed : undefined;
  const rejections = rejectionsIn(body, redact);
  if (status < 300) {
    if (body === undefined && text.trim() !== "") throw new UnexpectedResponse("it is not a JSON object");
    return { otherEntries: "accepted", rejections };
  }
  const { code, message, hints } = readErrorBody(text);
  rejections.push(...rejectionsIn(body?.details, redact));
  if (code === undefined && rejections.length > 0) return { otherEntries: "unclear", rejections };
  const reason =
    message === "" ? oneLine(redact(text), lineLimits.excerpt) : oneLine(redact(message), lineLimits.message);
  const summary = `Pinterest responded with ${responseText({ status, code }, [reason])}`;
  if (rejections.length === 0 && hints.logEntry !== undefined) {
    const { index, field } = hints.logEntry;
    const details = field === undefined ? {} : { field: redact(field) };
    rejections.push({ logIndex: index, ...details, reason: summary });
  }
  return { otherEntries: "refused", summary, rejections };
}

/** The rejections in a response. A member of another type counts as missing. Omits `value`, because it can be a secret of the program. */
const rejectedLogs = lazySchema((z) => {
  const text = z.string().min(1).optional().catch(undefined);
  const rejection = z.object({
    log_index: z.number().optional().catch(undefined),
    field: text,
    reason: text,
  });
  return z.object({ rejected_logs: z.array(rejection.catch({})) });
});

function rejectionsIn(body: unknown, redact: Redact): NamedRejection[] {
  const { data } = rejectedLogs().safeParse(body);
  return (data?.rejected_logs ?? []).map(({ log_index: logIndex, field, reason }) => ({
    logIndex,
    field: field && oneLine(redact(field), lineLimits.name),
    reason: reason === undefined ? "Pinterest gave no reason" : oneLine(redact(reason), lineLimits.excerpt),
  }));
}
