import { OPERATIONS, type Operation } from "./call";
import type { Fault } from "./faults";

/** A request and its answer. It contains what was sent, including tokens and other secrets. */
export interface RequestEntry {
  /** 1 for the first request since the start or the last reset. */
  readonly number: number;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** null if the path has no operation. */
  readonly operation: Operation | null;
  /** The account of the token (at the token endpoint: of the refresh token); null if no account has it. */
  readonly account: string | null;
  /** From the path, or from the body of a create. For a read by integration ID, that of its integration. */
  readonly external_business_id: string | null;
  readonly request_headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The JSON, or the text if it is not JSON; null without a body. */
  readonly request_body: unknown;
  /** null while there is no answer, or if a fault withholds it. */
  readonly status: number | null;
  readonly response_headers: Readonly<Record<string, string>>;
  /** In the form of `request_body`, before a fault truncated it. */
  readonly response_body: unknown;
  /** The header x-pinterest-rid of the answer. */
  readonly request_id: string;
  /** The kind of the fault that fired. */
  readonly fault: Fault["kind"] | null;
}

/** Numbers of requests since the start or the last reset, without administrative ones. */
export interface Counters {
  readonly requests: number;
  /** Number of GET requests. */
  readonly reads: number;
  /** Number of all other requests. */
  readonly writes: number;
  readonly operations: Readonly<Record<Operation, number>>;
  /** Number of answers by operation and status, including those of faults: `answers.create[429]`. Absent if there was none. */
  readonly answers: Readonly<Record<Operation, Readonly<Record<number, number>>>>;
  /** By account and method, for requests with the token of an account. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The entry of a request in progress. */
export type OpenEntry = { -readonly [K in keyof RequestEntry]: RequestEntry[K] };

/** Counts requests, and stores the latest ones. */
export class Journal {
  readonly #limit: number;
  #entries: OpenEntry[] = [];
  #count = 0;
  #reads = 0;
  #operations = byOperation(() => 0);
  #answers = byOperation((): Record<number, number> => ({}));
  readonly #accounts = new Map<string, Record<string, number>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  open(entry: Omit<RequestEntry, "number">): OpenEntry {
    const { method, operation, account } = entry;
    const opened = { number: ++this.#count, ...entry };
    if (method === "GET") this.#reads += 1;
    if (operation) this.#operations[operation] += 1;
    if (account) {
      const methods = this.#accounts.get(account) ?? {};
      this.#accounts.set(account, { ...methods, [method]: (methods[method] ?? 0) + 1 });
    }
    this.#entries.push(opened);
    // Removed in bulk, because removing the first item of a long array takes time in proportion to its length.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.entries();
    return opened;
  }

  /** Records an answer. */
  answered({ operation, status }: OpenEntry): void {
    if (operation === null || status === null) return;
    const statuses = this.#answers[operation];
    statuses[status] = (statuses[status] ?? 0) + 1;
  }

  entries(): OpenEntry[] {
    // slice(-0) would return all of them.
    return this.#limit === 0 ? [] : this.#entries.slice(-this.#limit);
  }

  clear(): void {
    this.#entries = [];
    this.#count = 0;
    this.#reads = 0;
    this.#operations = byOperation(() => 0);
    this.#answers = byOperation(() => ({}));
    this.#accounts.clear();
  }

  counters(): Counters {
    return {
      requests: this.#count,
      reads: this.#reads,
      writes: this.#count - this.#reads,
      operations: { ...this.#operations },
      answers: structuredClone(this.#answers),
      accounts: Object.fromEntries(this.#accounts),
    };
  }
}

function byOperation<T>(first: () => T): Record<Operation, T> {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, first()])) as Record<Operation, T>;
}
