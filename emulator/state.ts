import { Accounts } from "./accounts";
import { Faults } from "./faults";
import type { ReportedLog } from "./integration-logs";
import { RateLimiter } from "./rate-limits";
import { RequestLog } from "./request-log";
import { IntegrationStore } from "./store";
import { resolveSwitches, type Switches } from "./switches";

/** Options of `startEmulator`. */
export interface EmulatorOptions {
  /** Port on 127.0.0.1. @default any free port */
  port?: number | undefined;
  /** Number of accounts, named `shop-1`, `shop-2` and so on. @default 2 */
  accounts?: number | undefined;
  /** Switches that differ from their default. */
  switches?: Partial<Switches> | undefined;
  /** Seed of integration IDs, request IDs, and faults with a `chance`. @default 0 */
  seed?: number | undefined;
  /** Clock: returns milliseconds since 1970. @default `Date.now` */
  now?: (() => number) | undefined;
  /** Number of requests that the log keeps. @default 10000 */
  logLimit?: number | undefined;
}

/** Writes of an integration, for the switch `writeSpacing`. */
export interface Writes {
  /** Number of requests. */
  inProgress: number;
  /** The time in milliseconds since 1970 of the last one that took effect. */
  last: number;
}

/** Data of an emulator. */
export class State {
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly limiter: RateLimiter;
  readonly logs: ReportedLog[] = [];
  readonly now: () => number;
  readonly requests: RequestLog;
  readonly store: IntegrationStore;
  /** Writes by external business ID. */
  readonly writes = new Map<string, Writes>();
  private given: Partial<Switches>;
  private resolved: Switches;

  constructor(options: EmulatorOptions) {
    const { switches = {}, accounts = 2, seed = 0, now = Date.now, logLimit = 10_000 } = options;
    this.accounts = new Accounts(now);
    this.faults = new Faults(seed);
    this.limiter = new RateLimiter(now);
    this.now = now;
    this.requests = new RequestLog(logLimit, seed);
    this.store = new IntegrationStore(seed, now);
    this.given = switches;
    this.resolved = resolveSwitches(switches);
    for (let count = 0; count < accounts; count += 1) this.accounts.add(undefined, {});
  }

  get switches(): Switches {
    return this.resolved;
  }

  setSwitches(given: Partial<Switches>): void {
    const all = { ...this.given, ...given };
    this.resolved = resolveSwitches(all);
    this.given = all;
  }
}

/** The current state of an emulator, for the API and the administration. */
export class Runtime {
  state: State;

  constructor(private readonly options: EmulatorOptions) {
    this.state = new State(options);
  }

  /** Replaces the state. Requests in progress continue with the old one, without listeners. */
  reset(): void {
    const { faults, requests } = this.state;
    this.state = new State(this.options);
    requests.requestListeners.clear();
    requests.responseListeners.clear();
    for (const request of faults.held()) request.release();
  }
}
