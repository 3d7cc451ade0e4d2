import { OPERATIONS, type Operation } from "./call";
import type { Fault } from "./faults";

/** A request of the API and what became of it. It holds what was sent, tokens and other secrets included. */
export interface RequestEntry {
  /** 1 for the first request since the start or the last reset. */
  readonly number: number;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** null when no operation answers there. */
  readonly operation: Operation | null;
  /** The account whose token was sent (at the token endpoint: refresh token); null when no account has it. */
  readonly account: string | null;
  /** From the path, or from the body of a create; for a read by number the id of the integration that has it. */
  readonly external_business_id: string | null;
  readonly request_headers: Readonly<Record<string, string | string[] | undefined>>;
  /** JSON where it is JSON, otherwise the text; null without a body. */
  readonly request_body: unknown;
  /** null while there is no answer, and for ever where a fault keeps it back. */
  readonly status: number | null;
  readonly response_headers: Readonly<Record<string, string>>;
  /** As `request_body`; before a fault truncated it. */
  readonly response_body: unknown;
  /** The answer's x-pinterest-rid. */
  readonly request_id: string;
  /** The kind of the fault that the request met. */
  readonly fault: Fault["kind"] | null;
}

/** How many requests there were since the start or the last reset, administrative ones apart. */
export interface Counters {
  readonly requests: number;
  /** Requests by GET. */
  readonly reads: number;
  /** All others. */
  readonly writes: number;
  readonly operations: Readonly<Record<Operation, number>>;
  /** Answers by operation and status, those of faults included: `answers.create[429]`; absent where there was none. */
  readonly answers: Readonly<Record<Operation, Readonly<Record<number, number>>>>;
  /** By account and method, for requests with a token that an account has. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** An entry whose request is still under way. */
export type OpenEntry = { -readonly [K in keyof RequestEntry]: RequestEntry[K] };

/** Counts requests and keeps the latest of them. */
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
    // Dropped in bulk: taking the first of a long array each time costs its length.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.entries();
    return opened;
  }

  /** An answer goes out. */
  answered({ operation, status }: OpenEntry): void {
    if (operation === null || status === null) return;
    const statuses = this.#answers[operation];
    statuses[status] = (statuses[status] ?? 0) + 1;
  }

  entries(): OpenEntry[] {
    // slice(-0) would be all of them.
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
