import { PinterestApiError } from "../errors";
import { PinterestError } from "../pinterest-error";
import type { LogsAnswer, NamedRejection } from "./answer";
import { batchesOf, bodyBytes, maxBatchBytes, maxBatchEntries, type OutgoingLog } from "./batches";
import type { LogEntry } from "./fields";
import { prepareLog } from "./prepare";

/** An entry that Pinterest has surely not recorded, once for each reason. */
export interface RejectedLog {
  /** Its place in the list that was given. */
  readonly index: number;
  /** The field in question, where one is. */
  readonly field?: string;
  readonly reason: string;
  /** That nothing was found wrong with the entry itself, so that it can be sent again as it is. */
  readonly blameless?: true;
}

/** An entry of which it cannot be told whether Pinterest has recorded it. */
export interface UnknownLog {
  /** Its place in the list that was given. */
  readonly index: number;
  readonly reason: string;
}

/** What became of log entries. Every entry is in exactly one of the three. */
export interface LogReport {
  /** The places of the entries that Pinterest has recorded, in rising order. */
  readonly accepted: readonly number[];
  readonly rejected: readonly RejectedLog[];
  readonly unknown: readonly UnknownLog[];
  /** What kept the reporting from its end, where something did. */
  readonly stopped?: PinterestError;
}

/** Sends one request with these entries. */
export type SendLogs = (batch: readonly OutgoingLog[]) => Promise<LogsAnswer>;

/** How many requests one report makes beyond one a batch, to find out which entries of a refused batch are at fault. */
export const maxSearchRequests = 32;

/**
 * Reports log entries in batches, one after the other. No entry is sent again once Pinterest may have recorded it, since Pinterest
 * documents no way to tell a repetition; and none is left out in silence:
 *
 * - An entry with a problem of its own is not sent, and the others are.
 * - A refused batch is sent again without the entries that the refusal names. Where it names none it is halved, and again, until
 *   the entries at fault are found or {@link maxSearchRequests} are used up.
 * - An answer that only lists rejected entries does not say what became of the others: those are unknown.
 * - A batch that is too large for the server (413) is sent in halves, and so are those that follow.
 * - After an outcome that is not known, or an error that is not about the entries, no more is sent.
 *
 * @throws PinterestError when Pinterest has surely recorded nothing, for a reason that is not in the entries.
 */
export async function reportLogs(entries: readonly LogEntry[], send: SendLogs): Promise<LogReport> {
  const report = new Report(entries, send);
  await report.run();
  return report.result();
}

class Report {
  readonly #accepted: number[] = [];
  readonly #rejected: RejectedLog[] = [];
  readonly #unknown: UnknownLog[] = [];
  readonly #send: SendLogs;
  readonly #outgoing: OutgoingLog[];
  #searches = maxSearchRequests;
  #stopped: PinterestError | undefined;

  constructor(entries: readonly LogEntry[], send: SendLogs) {
    this.#send = send;
    this.#outgoing = entries.flatMap((entry, index) => this.#prepared(entry, index));
  }

  async run(): Promise<void> {
    let queue = [...batchesOf(this.#outgoing, { entries: maxBatchEntries, bytes: maxBatchBytes })];
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      try {
        queue.unshift(...this.#learn(batch, await this.#send(batch)));
      } catch (error) {
        if (!(error instanceof PinterestError)) throw error;
        if (error instanceof PinterestApiError && error.status === 413) {
          queue = [batch, ...queue].flatMap((large) => this.#smaller(large, bodyBytes(batch), error.message));
        } else {
          this.#stop(batch, queue.flat(), error);
          return;
        }
      }
    }
  }

  result(): LogReport {
    const byIndex = (left: { index: number }, right: { index: number }) => left.index - right.index;
    return {
      accepted: this.#accepted.sort((left, right) => left - right),
      rejected: this.#rejected.sort(byIndex),
      unknown: this.#unknown.sort(byIndex),
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
    };
  }

  #prepared(entry: LogEntry, index: number): OutgoingLog[] {
    const { outgoing, problems = [] } = prepareLog(entry, index);
    for (const { field, problem } of problems) {
      this.#rejected.push({ index, ...(field === undefined ? {} : { field }), reason: problem });
    }
    return outgoing === undefined ? [] : [outgoing];
  }

  /** Takes over what an answer says, and returns what is to be sent next in the batch's place. */
  #learn(batch: readonly OutgoingLog[], answer: LogsAnswer): (readonly OutgoingLog[])[] {
    const named = new Map<OutgoingLog, NamedRejection[]>();
    const unnamed: NamedRejection[] = [];
    for (const rejection of answer.rejections) {
      const entry = rejection.logIndex === undefined ? undefined : batch[rejection.logIndex];
      if (entry === undefined) unnamed.push(rejection);
      else named.set(entry, [...(named.get(entry) ?? []), rejection]);
    }
    const [only] = batch;
    if (batch.length === 1 && only !== undefined && unnamed.length > 0) {
      named.set(only, [...(named.get(only) ?? []), ...unnamed.splice(0)]);
    }
    for (const [{ index }, rejections] of named) {
      for (const { field, reason } of rejections) {
        this.#rejected.push({ index, ...(field === undefined ? {} : { field }), reason });
      }
    }
    const others = batch.filter((entry) => !named.has(entry));
    if (others.length === 0) return [];
    if (answer.others === "refused") {
      return named.size > 0 ? this.#again(others, answer.said) : this.#halved(others, answer.said);
    }
    if (answer.others === "accepted" && unnamed.length === 0) {
      this.#accepted.push(...others.map(({ index }) => index));
      return [];
    }
    const why = unnamed.map(({ field, reason }) => (field === undefined ? reason : `${field}: ${reason}`));
    const reason =
      why.length === 0
        ? "Pinterest rejected other entries of the same request, and did not say whether it recorded this one"
        : `Pinterest rejected entries of the same request, and did not say which (${[...new Set(why)].join("; ")})`;
    this.#unknown.push(...others.map(({ index }) => ({ index, reason })));
    return [];
  }

  /** What was surely not recorded, as one batch more. */
  #again(batch: readonly OutgoingLog[], why: string): (readonly OutgoingLog[])[] {
    if (this.#searches > 0) {
      this.#searches -= 1;
      return [batch];
    }
    this.#passOver(batch, `${why}; it was not sent again, since too many of these requests were refused`);
    return [];
  }

  /** The halves of a batch that was refused as a whole. */
  #halved(batch: readonly OutgoingLog[], why: string): (readonly OutgoingLog[])[] {
    if (batch.length === 1) {
      this.#reject(batch, why);
      return [];
    }
    if (this.#searches < 2) {
      this.#passOver(batch, `${why}; which entry of ${batch.length} this is about was not found out`);
      return [];
    }
    this.#searches -= 2;
    const middle = Math.ceil(batch.length / 2);
    return [batch.slice(0, middle), batch.slice(middle)];
  }

  /** A batch in parts of at most half the size that was too large; an entry that was too large alone is rejected. */
  #smaller(batch: readonly OutgoingLog[], tooLarge: number, why: string): (readonly OutgoingLog[])[] {
    if (batch.length > 1) return [...batchesOf(batch, { entries: maxBatchEntries, bytes: tooLarge / 2 })];
    if (bodyBytes(batch) < tooLarge) return [batch];
    this.#reject(batch, why);
    return [];
  }

  #stop(batch: readonly OutgoingLog[], rest: readonly OutgoingLog[], error: PinterestError): void {
    this.#stopped = error;
    if (error.outcome === "unknown") {
      this.#unknown.push(...batch.map(({ index }) => ({ index, reason: error.message })));
    } else {
      if (this.#accepted.length === 0 && this.#unknown.length === 0) throw error;
      this.#passOver(batch, error.message);
    }
    this.#passOver(rest, `it was not sent, since the request before it failed: ${error.message}`);
  }

  #reject(batch: readonly OutgoingLog[], reason: string): void {
    this.#rejected.push(...batch.map(({ index }) => ({ index, reason })));
  }

  /** Gives up entries that may well be in order. */
  #passOver(batch: readonly OutgoingLog[], reason: string): void {
    this.#rejected.push(...batch.map(({ index }) => ({ index, reason, blameless: true as const })));
  }
}
