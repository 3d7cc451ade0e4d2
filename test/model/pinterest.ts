import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { fieldNamed, fields, type Value, type Values } from "./vocabulary";

/** An integration, as the model sees it: who owns it, and the fields that are set, by their names in a program. */
export interface Held {
  readonly owner: string;
  readonly number: string;
  readonly fields: Values;
}

/** Every integration, by external business id. */
export type Holdings = ReadonlyMap<string, Held>;

export const stranger = "stranger";

/** The accounts of a program: two names of one owner, and one of another. */
export const accounts = [undefined, "alias", "shop-2"] as const;

// Less than a lifecycle's settling time.
const lagMs = 7_000;

/** An emulator with a clock that only the model moves, and what the model does there behind a program's back. */
export class Pinterest {
  /** When what was written last whose lag may not have ended. */
  readonly #writtenAt = new Map<string, number>();

  private constructor(
    readonly emulator: Emulator,
    private readonly clock: { now: number },
  ) {}

  /** An emulator that goes by the computer's clock. */
  static of(emulator: Emulator): Pinterest {
    return new Pinterest(emulator, { now: 0 });
  }

  static async open(options: EmulatorOptions = {}): Promise<Pinterest> {
    const clock = { now: 1_800_000_000_000 };
    return new Pinterest(await startEmulator({ now: () => clock.now, logLimit: 1000, ...options }), clock);
  }

  now(): number {
    return this.clock.now;
  }

  /** Lets time pass. Reads lag by a number of reads in the emulator, but no longer than {@link lagMs} here. */
  pass(milliseconds: number): void {
    this.clock.now += milliseconds;
    for (const [id, writtenAt] of this.#writtenAt) {
      if (this.clock.now - writtenAt > lagMs) this.#settle(id);
    }
  }

  /** Back to an empty Pinterest with these switches. */
  reset(switches: Parameters<Emulator["setSwitches"]>[0]): void {
    this.emulator.reset();
    this.emulator.setSwitches(switches);
    this.#writtenAt.clear();
    this.emulator.onAnswer(({ method, external_business_id: id }) => {
      if (method !== "GET" && id !== null) this.#writtenAt.set(id, this.clock.now);
    });
    this.addAccounts();
  }

  /** Adds what an emulator does not have at first: another name of the first account's owner, and a stranger. */
  addAccounts(): void {
    this.emulator.addAccount({ name: "alias", connected_user_id: this.ownerOf(undefined) });
    this.emulator.addAccount({ name: stranger });
  }

  /** Adds the accounts of a program, and returns the setting `PINTEREST_ACCOUNTS` for them. */
  addNamedAccounts(): string {
    this.addAccounts();
    const names = accounts.filter((name) => name !== undefined);
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, this.emulator.token(name)])));
  }

  /** The Pinterest user behind an account. */
  ownerOf(account: string | undefined): string {
    return this.emulator.account(account).connected_user_id;
  }

  holdings(): Holdings {
    return new Map(
      this.emulator.integrations().map((integration) => {
        const set = fields.flatMap(({ name, wire }): [string, Value][] => {
          const value = integration[wire as keyof typeof integration];
          return value === null || value === "" || value === 0 ? [] : [[name, value]];
        });
        const { id: number, connected_user_id: owner } = integration;
        return [integration.external_business_id, { owner, number, fields: Object.fromEntries(set) }];
      }),
    );
  }

  /** Sets a field behind a program's back, or unsets it. */
  change(id: string, name: string, value: Value | undefined): void {
    this.emulator.change(id, { [fieldNamed(name).wire]: value ?? null });
  }

  /** Puts an integration in place that no program has made. */
  make(id: string, given: Values, account?: string): void {
    const wire = Object.entries(given).map(([name, value]) => [fieldNamed(name).wire, value]);
    this.emulator.put(id, Object.fromEntries(wire), { account: account ?? "shop-1" });
  }

  /** Ends the lag of reads of deleted integrations. */
  settleDeletions(): void {
    for (const id of this.#writtenAt.keys()) {
      if (this.emulator.integration(id) === undefined) this.#settle(id);
    }
  }

  #settle(id: string): void {
    const { emulator } = this;
    this.#writtenAt.delete(id);
    if (emulator.switches().readLag === 0) return;
    // What the administration changes is seen at once.
    if (emulator.integration(id) === undefined) {
      emulator.put(id);
      emulator.remove(id);
    } else {
      emulator.change(id, {});
    }
  }
}
