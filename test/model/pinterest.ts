import { type Emulator, startEmulator } from "../../emulator";
import { fieldNamed, fields, type Value, type Values } from "./fields";

/** An integration at Pinterest. `fields` has the values that are set, by argument name. */
export interface LiveIntegration {
  readonly externalBusinessId: string;
  readonly owner: string;
  readonly integrationId: string;
  readonly fields: Values;
}

/** The integrations by external business ID. */
export type LiveIntegrations = ReadonlyMap<string, LiveIntegration>;

export const otherUser = "stranger";

/** The accounts of a program. The first two have the same owner. */
export const accounts = [undefined, "alias", "shop-2"] as const;

// Shorter than the lifecycle's consistency timeout.
const lagMs = 7_000;

/** An emulator with the model's clock, and changes outside of Pulumi. */
export class Pinterest {
  /** The time of each write that reads may not show yet, by external business ID. */
  private readonly writtenAt = new Map<string, number>();

  private constructor(
    readonly emulator: Emulator,
    private readonly clock: { now: number },
  ) {}

  /** Wraps an emulator that uses the computer's clock. */
  static of(emulator: Emulator): Pinterest {
    return new Pinterest(emulator, { now: 0 });
  }

  static async open(): Promise<Pinterest> {
    const clock = { now: 1_800_000_000_000 };
    return new Pinterest(await startEmulator({ now: () => clock.now, logLimit: 1000 }), clock);
  }

  now(): number {
    return this.clock.now;
  }

  /** Advances the clock. Ends stale reads after {@link lagMs}; the emulator itself counts only reads. */
  advanceClock(milliseconds: number): void {
    this.clock.now += milliseconds;
    for (const [id, writtenAt] of this.writtenAt) {
      if (this.clock.now - writtenAt > lagMs) this.endStaleReads(id);
    }
  }

  /** Resets to an empty Pinterest with these switches. */
  reset(switches: Parameters<Emulator["setSwitches"]>[0]): void {
    this.emulator.reset();
    this.emulator.setSwitches(switches);
    this.writtenAt.clear();
    this.emulator.onResponse(({ method, external_business_id: id }) => {
      if (method !== "GET" && id !== null) this.writtenAt.set(id, this.clock.now);
    });
    this.addAccounts();
  }

  /** Adds a second account of the first account's owner, and an account of another user. */
  addAccounts(): void {
    this.emulator.addAccount({ name: "alias", connected_user_id: this.ownerOf(undefined) });
    this.emulator.addAccount({ name: otherUser });
  }

  /** Adds the accounts of a program, and returns the setting `PINTEREST_ACCOUNTS` for them. */
  addNamedAccounts(): string {
    this.addAccounts();
    const names = accounts.filter((name) => name !== undefined);
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, this.emulator.token(name)])));
  }

  /** Returns the Pinterest user of an account. */
  ownerOf(account: string | undefined): string {
    return this.emulator.account(account).connected_user_id;
  }

  integrations(): LiveIntegrations {
    return new Map(
      this.emulator.integrations().map((integration) => {
        const setFields = fields.flatMap(({ name, wire }): [string, Value][] => {
          const value = integration[wire as keyof typeof integration];
          return value === null || value === "" || value === 0 ? [] : [[name, value]];
        });
        const { id: integrationId, connected_user_id: owner, external_business_id: id } = integration;
        return [id, { externalBusinessId: id, owner, integrationId, fields: Object.fromEntries(setFields) }];
      }),
    );
  }

  /** Sets or unsets a field outside of Pulumi. */
  change(id: string, name: string, value: Value | undefined): void {
    this.emulator.change(id, { [fieldNamed(name).wire]: value ?? null });
  }

  /** Adds an integration that no program has created. */
  create(id: string, values: Values): void {
    const wire = Object.entries(values).map(([name, value]) => [fieldNamed(name).wire, value]);
    this.emulator.put(id, Object.fromEntries(wire), { account: "shop-1" });
  }

  /** Ends stale reads of deleted integrations. */
  endStaleReadsOfDeleted(): void {
    for (const id of this.writtenAt.keys()) {
      if (this.emulator.integration(id) === undefined) this.endStaleReads(id);
    }
  }

  private endStaleReads(id: string): void {
    const { emulator } = this;
    this.writtenAt.delete(id);
    if (emulator.switches().readLag === 0) return;
    // Reads show changes of the administration immediately.
    if (emulator.integration(id) === undefined) {
      emulator.put(id);
      emulator.remove(id);
    } else {
      emulator.change(id, {});
    }
  }
}
