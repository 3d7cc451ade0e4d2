import { type Operation, operationNames } from "./call";
import type { Fault } from "./faults";

/** A request of the API and its response. It contains the values of the request, including tokens and other secrets. */
export interface RequestEntry {
  /** 1 for the first request since the start or the last reset. */
  readonly number: number;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** Null if the path is unknown. */
  readonly operation: Operation | null;
  /** Account of the access token, or of the refresh token at the token endpoint. Null if the token is unknown. */
  readonly account: string | null;
  /** From the path, from the body of a create, or of the integration with the integration ID. */
  readonly external_business_id: string | null;
  readonly request_headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or else a string. Null without a body. */
  readonly request_body: unknown;
  /** Null before the response, and if a fault prevents it. */
  readonly status: number | null;
  readonly response_headers: Readonly<Record<string, string>>;
  /** Like `request_body`. A truncated body is complete here. */
  readonly response_body: unknown;
  /** Header x-pinterest-rid of the response. */
  readonly request_id: string;
  /** Kind of the fault that fired. */
  readonly fault: Fault["kind"] | null;
}

/** Numbers of requests since the start or the last reset, without administrative calls. */
export interface Counters {
  readonly requests: number;
  /** GET requests. */
  readonly reads: number;
  /** Other requests. */
  readonly writes: number;
  readonly operations: Readonly<Record<Operation, number>>;
  /** Requests with a known token, by account and method. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Receives the log entry of a request. The request continues when the returned promise resolves. */
export type Listener = (entry: RequestEntry) => void | Promise<void>;

/** An entry that has no response yet. */
export type OpenEntry = { -readonly [K in keyof RequestEntry]: RequestEntry[K] };

/** Counts requests, keeps the latest entries, and calls listeners. */
export class RequestLog {
  /** Called when a request arrives. */
  readonly requestListeners = new Set<Listener>();
  /** Called before a response is sent. */
  readonly responseListeners = new Set<Listener>();
  private nextRequestId: bigint;
  private kept: OpenEntry[] = [];
  private count = 0;
  private reads = 0;
  private operations = noOperations();
  private readonly accounts = new Map<string, Record<string, number>>();

  /**
   * @param entriesAtMost Number of entries to keep.
   * @param seed Selects the request IDs.
   */
  constructor(
    private readonly entriesAtMost: number,
    seed: number,
  ) {
    this.nextRequestId = 1_000_000_000_000_001n + BigInt(seed) * 1_000_000_000n;
  }

  /** Adds an entry for a request that has arrived. */
  open(
    request: Omit<
      RequestEntry,
      "number" | "request_id" | "status" | "response_headers" | "response_body" | "fault"
    >,
  ): OpenEntry {
    const { method, operation, account } = request;
    const entry = {
      number: ++this.count,
      ...request,
      status: null,
      response_headers: {},
      response_body: null,
      request_id: String(this.nextRequestId++),
      fault: null,
    };
    if (method === "GET") this.reads += 1;
    if (operation) this.operations[operation] += 1;
    if (account) {
      const methods = this.accounts.get(account) ?? {};
      this.accounts.set(account, { ...methods, [method]: (methods[method] ?? 0) + 1 });
    }
    this.kept.push(entry);
    if (this.kept.length > this.entriesAtMost) this.kept.shift();
    return entry;
  }

  /** Calls the listeners of requests. */
  async arrived(entry: OpenEntry): Promise<void> {
    for (const listener of this.requestListeners) await listener(entry);
  }

  /** Calls the listeners of responses. */
  async responded(entry: OpenEntry): Promise<void> {
    for (const listener of this.responseListeners) await listener(entry);
  }

  entries(): readonly OpenEntry[] {
    return this.kept;
  }

  clear(): void {
    this.kept = [];
    this.count = 0;
    this.reads = 0;
    this.operations = noOperations();
    this.accounts.clear();
  }

  counters(): Counters {
    return structuredClone({
      requests: this.count,
      reads: this.reads,
      writes: this.count - this.reads,
      operations: this.operations,
      accounts: Object.fromEntries(this.accounts),
    });
  }
}

function noOperations(): Record<Operation, number> {
  return Object.fromEntries(operationNames.map((operation) => [operation, 0])) as Record<Operation, number>;
}
