import type { Clock } from "../../base/clock";
import { messageOf } from "../../base/message-text";
import { packageVersion } from "../../base/own-package";
import type { OperationEvent } from "../client-options";
import { isNotFound } from "../error-predicates";
import type { PinterestError } from "../errors";
import { hideLikelySecrets } from "../secret-patterns";
import { type LogEntry, logFields } from "./fields";
import { type LogReport, maxBatchEntries } from "./report";

interface LogReporterOptions {
  /** Sends entries with the token of an account; undefined is the default account. */
  readonly send: (
    account: string | undefined,
    entries: readonly LogEntry[],
    signal: AbortSignal,
  ) => Promise<LogReport>;
  /** Prints warnings for the user. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
}

/** Wait of an entry for others before it is sent. */
const gatherMs = 5000;

/** Limit for waiting entries over all accounts. An entry has at most about 20 kB. */
const maxWaiting = 2000;

interface Queue {
  readonly account: string | undefined;
  readonly waiting: LogEntry[];
  /** Ends when all entries are sent. Undefined if there are none. */
  sending: Promise<void> | undefined;
}

/**
 * Reports the operations of a process to Pinterest's integration log, in the background and with one request at a time for each account. A
 * failure never affects an operation: the reporter counts the lost entries and warns.
 */
export class LogReporter {
  private readonly queues = new Map<string | undefined, Queue>();
  /** Ends the waits for more entries. */
  private readonly flushing = new AbortController();
  /** Cancels the requests in progress. */
  private readonly end = new AbortController();
  private waiting = 0;
  private lost = 0;
  /** Number of lost entries in the first warning; 0 before it. */
  private lostInFirstWarning = 0;

  constructor(private readonly options: LogReporterOptions) {}

  /** Adds an operation to the log. */
  add(event: OperationEvent): void {
    const entry = entryOfOperation(event);
    if (entry === undefined || this.end.signal.aborted) return;
    if (this.waiting >= maxWaiting) {
      this.lose(1, `more than ${maxWaiting} entries are waiting`);
      return;
    }
    const { account } = event;
    const queue = this.queues.get(account) ?? { account, waiting: [], sending: undefined };
    this.queues.set(account, queue);
    queue.waiting.push(entry);
    this.waiting += 1;
    queue.sending ??= this.sendAll(queue);
  }

  /**
   * Sends the waiting entries, and warns about lost ones. No entry is sent afterwards.
   *
   * @param timeoutMs limit after which requests in progress are canceled.
   */
  async flush(timeoutMs: number): Promise<void> {
    const done = new AbortController();
    this.flushing.abort();
    const queues = [...this.queues.values()];
    const timeout = this.options.clock.sleep(timeoutMs, done.signal).catch(() => {});
    await Promise.race([Promise.all(queues.map(({ sending }) => sending)), timeout]);
    done.abort();
    this.end.abort();
    if (this.waiting > 0) this.lose(this.waiting, `not sent within ${timeoutMs} ms`);
    if (this.lost > this.lostInFirstWarning) {
      this.options.warn(`Pinterest's integration log lacks ${this.lost} operations of this run`);
    }
  }

  /** Sends entries until there are none. Waits {@link gatherMs} before a batch that is not full. */
  private async sendAll(queue: Queue): Promise<void> {
    const { account, waiting } = queue;
    while (waiting.length > 0 && !this.end.signal.aborted) {
      if (waiting.length < maxBatchEntries) {
        await this.options.clock.sleep(gatherMs, this.flushing.signal).catch(() => {});
      }
      await this.send(account, waiting.splice(0, maxBatchEntries));
    }
    queue.sending = undefined;
  }

  private async send(account: string | undefined, batch: readonly LogEntry[]): Promise<void> {
    const { signal } = this.end;
    let lost: readonly { readonly index: number; readonly reason: string }[];
    try {
      const { rejected, unknown } = await this.options.send(account, batch, signal);
      lost = [...rejected, ...unknown];
    } catch (error) {
      lost = batch.map((_entry, index) => ({ index, reason: messageOf(error) }));
    }
    // `flush` has counted requests that it cancels as lost.
    if (signal.aborted) return;
    this.waiting -= batch.length;
    if (lost[0] !== undefined) this.lose(new Set(lost.map(({ index }) => index)).size, lost[0].reason);
  }

  private lose(count: number, reason: string): void {
    this.lost += count;
    if (this.lostInFirstWarning > 0) return;
    this.lostInFirstWarning = count;
    const operations = count === 1 ? "an operation" : `${count} operations`;
    this.options.warn(
      `Cannot report ${operations} to Pinterest's integration log, which does not affect the operations: ${reason}`,
    );
  }
}

/**
 * The log entry of an operation: of every write, and of reads that failed. A missing integration is not a failure of a read or a delete. Reports
 * themselves are not logged, because each would cause another one. Invalid arguments are not logged, because an entry cannot contain an invalid ID.
 */
function entryOfOperation(event: OperationEvent): LogEntry | undefined {
  const { operation, method, host, path, externalBusinessId, status, attempts } = event;
  if (operation === "reportLogs" || event.error?.kind === "input") return undefined;
  const isExpected = (method === "GET" || method === "DELETE") && isNotFound(event.error);
  const error = isExpected ? undefined : event.error;
  if (method === "GET" && error === undefined) return undefined;
  return {
    clientTimestamp: Math.round(event.startedAt),
    eventType: "API",
    logLevel: error !== undefined ? "ERROR" : attempts > 1 ? "WARN" : "INFO",
    message: cut(
      summaryOf({ ...event, error }, isExpected ? "found nothing" : "succeeded"),
      logFields.message.max,
    ),
    appVersionNumber: cut(packageVersion(), logFields.appVersionNumber.max),
    platformVersionNumber: cut(process.versions.node, logFields.platformVersionNumber.max),
    ...(externalBusinessId === undefined || externalBusinessId.length > logFields.externalBusinessId.max
      ? {}
      : { externalBusinessId }),
    request: { method, host, path, ...(status === undefined ? {} : { responseStatusCode: status }) },
    ...(error === undefined ? {} : { error: errorOf(error) }),
  };
}

function summaryOf(
  { operation, durationMs, attempts, requestId, error }: OperationEvent,
  success: string,
): string {
  const effort = `${attempts} ${attempts === 1 ? "request" : "requests"}, ${Math.round(durationMs)} ms`;
  const id = requestId === undefined ? "" : `, request ID ${requestId}`;
  return `${operation} ${error === undefined ? success : `failed (outcome: ${error.outcome})`}: ${effort}${id}`;
}

function errorOf({ name, message, code }: PinterestError): NonNullable<LogEntry["error"]> {
  // Messages contain no secrets. Text that only looks like one would make the entry invalid.
  const text = cut(hideLikelySecrets(message), logFields.error.fields.message.max);
  return { name, message: text, ...(code === undefined ? {} : { number: code }) };
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, limit).toWellFormed();
}
