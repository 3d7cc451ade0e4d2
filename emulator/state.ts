import type { Account } from "./account";
import { Accounts } from "./accounts";
import { Faults } from "./faults";
import { Holds } from "./holds";
import { Hooks } from "./hooks";
import { Journal } from "./journal";
import { Lags } from "./lags";
import { Limiter } from "./limiter";
import { LogStore } from "./log-store";
import { seededRandom } from "./random";
import { Sequence } from "./sequence";
import { IntegrationStore } from "./store";
import { resolveSwitches, type Switches } from "./switches";
import { Writes } from "./writes";

/** What an emulator starts with, and returns to when it is reset. */
export interface Start {
  readonly switches: Partial<Switches>;
  readonly accounts: number;
  readonly seed: number;
  readonly now: () => number;
  readonly logLimit: number;
}

/** Everything that an emulator knows between two requests. */
export class State {
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly holds = new Holds();
  readonly logs = new LogStore();
  readonly journal: Journal;
  readonly limiter: Limiter;
  readonly writes: Writes;
  readonly now: () => number;
  readonly sequence: Sequence;
  readonly store: IntegrationStore;
  #given: Partial<Switches>;
  #switches: Switches;

  constructor(start: Start) {
    this.now = start.now;
    this.faults = new Faults(seededRandom(start.seed));
    this.limiter = new Limiter(start.now);
    this.writes = new Writes(start.now);
    this.accounts = new Accounts(start.now);
    this.journal = new Journal(start.logLimit);
    this.sequence = new Sequence(start.seed, start.now);
    this.store = new IntegrationStore(this.sequence, new Lags());
    this.#given = start.switches;
    this.#switches = resolveSwitches(start.switches);
    for (let count = 0; count < start.accounts; count += 1) this.accounts.add(undefined, {});
  }

  get switches(): Switches {
    return this.#switches;
  }

  setSwitches(given: Partial<Switches>): void {
    const all = { ...this.#given, ...given };
    this.#switches = resolveSwitches(all);
    this.#given = all;
  }

  /** The account of this name, or the first one when none is named. */
  account(name: string | undefined): Account {
    return name === undefined ? this.accounts.first() : this.accounts.get(name);
  }
}

/** What the API and the administration of one emulator share; a reset puts another state in its place. */
export class Runtime {
  readonly hooks = new Hooks();
  readonly #start: Start;
  state: State;

  constructor(start: Start) {
    this.#start = start;
    this.state = new State(start);
  }

  reset(): void {
    this.state.holds.release();
    this.state = new State(this.#start);
    this.hooks.clear();
  }
}
