import type { RunLedger } from "../../provider/lifecycle/ledger";
import type { Bag } from "../../provider/lifecycle/outputs";
import { partialState } from "../../provider/lifecycle/outputs";
import type { Session } from "../../provider/lifecycle/session";
import type { Outcome, Process, Step } from "./engine";

/** The process of the provider is gone, and with it the operation. */
export class Killed extends Error {}

/** The operation goes no further after a failure. */
export class Failed extends Error {}

interface Partial {
  id: string;
  outputs: Bag;
}

/** One operation of the engine, from the start of its provider process to its outcome. */
export class Run {
  constructor(
    private readonly process: Process,
    readonly outcome: Outcome,
    private readonly continueOnError: boolean,
  ) {}

  get ledger(): RunLedger {
    return this.process.session.ledger;
  }

  plan(step: Step): void {
    this.outcome.steps.push(step);
  }

  /** Calls the provider. What comes of it is lost when the process has been killed by then. */
  async call<T>(
    action: (session: Session) => Promise<T>,
    keep: (partial: Partial, error: Error) => void = () => {},
  ): Promise<T> {
    try {
      const result = await action(this.process.session);
      if (this.process.killed) throw new Killed();
      return result;
    } catch (error) {
      if (this.process.killed) throw new Killed();
      const partial = partialState(error);
      if (partial !== undefined) keep(partial, error as Error);
      throw error;
    }
  }

  /** Does something with one resource; a failure is noted, and ends the operation unless it is to go on. */
  async attempt(name: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof Killed) throw error;
      this.outcome.errors.push({ name, error: error as Error });
      if (!this.continueOnError) throw new Failed();
    }
  }
}
