import type { Clock } from "../clock";
import type { OperationEvent } from "../operation-event";
import { maxBatchEntries } from "./batches";
import type { LogEntry } from "./fields";
import { entryOfOperation } from "./operation-entry";
import type { LogReport } from "./report";

/** What a reporter works with. */
export interface LogReporterOptions {
  /** Reports entries with the token of an account; the default account's where none is named. */
  readonly send: (
    account: string | undefined,
    entries: readonly LogEntry[],
    signal: AbortSignal,
  ) => Promise<LogReport>;
  /** Tells the person at the terminal. */
  readonly warn: (message: string) => void;
  readonly clock: Clock;
}

/** How long entries wait for others to go with them, in milliseconds. */
export const gatherMs = 5000;

/** The most entries that wait, over all accounts; an entry takes at most some 20 kB. */
export const maxWaiting = 2000;

/** The entries of one account that wait, and the sending of those before them. */
interface Line {
  readonly account: string | undefined;
  waiting: LogEntry[];
  sending: Promise<void> | undefined;
  /** Ends the wait for more entries. */
  gathering: AbortController | undefined;
}

/**
 * Reports to Pinterest's log what the clients of a process do. Entries are gathered, and sent beside the operations, one request at a
 * time for each account. No failure of it reaches an operation: what is lost is counted and said.
 */
export class LogReporter {
  readonly #options: LogReporterOptions;
  readonly #lines = new Map<string | undefined, Line>();
  readonly #end = new AbortController();
  #waiting = 0;
  #lost = 0;
  /** How many were lost when the first were. */
  #said = 0;

  constructor(options: LogReporterOptions) {
    this.#options = options;
  }

  /** Takes note of an operation that has ended. */
  observe(event: OperationEvent): void {
    const entry = entryOfOperation(event);
    if (entry === undefined || this.#end.signal.aborted) return;
    if (this.#waiting >= maxWaiting) {
      this.#lose(1, `more than ${maxWaiting} of them waited`);
      return;
    }
    const line = this.#line(event.account);
    line.waiting.push(entry);
    this.#waiting += 1;
    if (line.waiting.length >= maxBatchEntries) this.#start(line);
    else this.#gather(line);
  }

  /**
   * Sends what waits, and settles when that is done, or after a time at the latest: then requests under way are given up. What was lost
   * in all is said.
   *
   * @param timeoutMs in milliseconds.
   */
  async flush(timeoutMs: number): Promise<void> {
    const done = new AbortController();
    const all = Promise.all([...this.#lines.values()].map((line) => this.#drain(line)));
    const timeout = this.#options.clock.sleep(timeoutMs, done.signal).catch(() => {});
    await Promise.race([all, timeout]);
    done.abort();
    this.#end.abort();
    for (const line of this.#lines.values()) line.gathering?.abort();
    if (this.#waiting > 0) this.#lose(this.#waiting, `they could not be sent within ${timeoutMs} ms`);
    if (this.#lost > this.#said) {
      this.#options.warn(`Pinterest's log lacks ${this.#lost} entries of what was done`);
    }
  }

  #line(account: string | undefined): Line {
    let line = this.#lines.get(account);
    if (line === undefined) {
      line = { account, waiting: [], sending: undefined, gathering: undefined };
      this.#lines.set(account, line);
    }
    return line;
  }

  #gather(line: Line): void {
    if (line.gathering !== undefined) return;
    const gathering = new AbortController();
    line.gathering = gathering;
    this.#options.clock.sleep(gatherMs, gathering.signal).then(
      () => this.#start(line),
      () => {},
    );
  }

  #start(line: Line): void {
    line.gathering?.abort();
    line.gathering = undefined;
    if (line.sending !== undefined || line.waiting.length === 0) return;
    line.sending = this.#send(line).finally(() => {
      line.sending = undefined;
      if (this.#end.signal.aborted) return;
      if (line.waiting.length >= maxBatchEntries) this.#start(line);
      else if (line.waiting.length > 0) this.#gather(line);
    });
  }

  async #drain(line: Line): Promise<void> {
    while (!this.#end.signal.aborted && (line.sending !== undefined || line.waiting.length > 0)) {
      this.#start(line);
      await line.sending;
    }
  }

  async #send(line: Line): Promise<void> {
    const { signal } = this.#end;
    const batch = line.waiting.splice(0, maxBatchEntries);
    try {
      const report = await this.#options.send(line.account, batch, signal);
      if (signal.aborted) return;
      const lost = [...report.rejected, ...report.unknown];
      if (lost[0] !== undefined) this.#lose(new Set(lost.map(({ index }) => index)).size, lost[0].reason);
    } catch (error) {
      if (!signal.aborted) this.#lose(batch.length, error instanceof Error ? error.message : String(error));
    } finally {
      // What is under way at the end has been counted as lost.
      if (!signal.aborted) this.#waiting -= batch.length;
    }
  }

  /** The first time with the reason; the rest is counted. */
  #lose(count: number, reason: string): void {
    this.#lost += count;
    if (this.#said > 0) return;
    this.#said = count;
    const entries = count === 1 ? "an entry" : `${count} entries`;
    this.#options.warn(
      `Pinterest's log did not take ${entries} of what was done; the operations are not affected: ${reason}`,
    );
  }
}
