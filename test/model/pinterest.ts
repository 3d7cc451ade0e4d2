import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator";
import { fieldNamed, fields, type Value, type Values } from "./vocabulary";

/** An integration: its owner, and the fields that are set, by argument name. */
export interface Held {
  readonly owner: string;
  readonly number: string;
  readonly fields: Values;
}

/** The integrations by external business ID. */
export type Holdings = ReadonlyMap<string, Held>;

export const stranger = "stranger";

/** The accounts of a program: two of one owner, and one of another. */
export const accounts = [undefined, "alias", "shop-2"] as const;

// Shorter than the lifecycle's consistency timeout.
const lagMs = 7_000;

/** An emulator with a clock that the model moves, and changes outside of Pulumi. */
export class Pinterest {
  /** The time of the last write that reads may not show yet. */
  readonly #writtenAt = new Map<string, number>();

  private constructor(
    readonly emulator: Emulator,
    private readonly clock: { now: number },
  ) {}

  /** An emulator with the computer's clock. */
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

  /** Lets time pass. In the emulator, a number of reads are stale, but here not for longer than {@link lagMs}. */
  pass(milliseconds: number): void {
    this.clock.now += milliseconds;
    for (const [id, writtenAt] of this.#writtenAt) {
      if (this.clock.now - writtenAt > lagMs) this.#settle(id);
    }
  }

  /** Resets to an empty Pinterest with these switches. */
  reset(switches: Parameters<Emulator["setSwitches"]>[0]): void {
    this.emulator.reset();
    this.emulator.setSwitches(switches);
    this.#writtenAt.clear();
    this.emulator.onAnswer(({ method, external_business_id: id }) => {
      if (method !== "GET" && id !== null) this.#writtenAt.set(id, this.clock.now);
    });
    this.addAccounts();
  }

  /** Adds a second account of the first account's owner, and an account of another user. */
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

  /** The Pinterest user of an account. */
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

  /** Sets or unsets a field outside of Pulumi. */
  change(id: string, name: string, value: Value | undefined): void {
    this.emulator.change(id, { [fieldNamed(name).wire]: value ?? null });
  }

  /** Adds an integration that no program has created. */
  make(id: string, given: Values, account?: string): void {
    const wire = Object.entries(given).map(([name, value]) => [fieldNamed(name).wire, value]);
    this.emulator.put(id, Object.fromEntries(wire), { account: account ?? "shop-1" });
  }

  /** Ends stale reads of deleted integrations. */
  settleDeletions(): void {
    for (const id of this.#writtenAt.keys()) {
      if (this.emulator.integration(id) === undefined) this.#settle(id);
    }
  }

  #settle(id: string): void {
    const { emulator } = this;
    this.#writtenAt.delete(id);
    if (emulator.switches().readLag === 0) return;
    // Reads show changes of the administration at once.
    if (emulator.integration(id) === undefined) {
      emulator.put(id);
      emulator.remove(id);
    } else {
      emulator.change(id, {});
    }
  }
}
