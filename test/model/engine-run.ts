import type { Bag } from "../../provider/base/bag";
import { partialState } from "../../provider/lifecycle/outputs";
import type { ProviderProcess } from "../../provider/lifecycle/provider-process";
import type { RunLedger } from "../../provider/run/ledger";
import type { Outcome, Process, Step } from "./engine";

/** The provider process and the engine were killed. */
export class Killed extends Error {}

/** The operation stops after a failure. */
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
    return this.process.ledger;
  }

  get provider(): ProviderProcess {
    return this.process.provider;
  }

  plan(step: Step): void {
    this.outcome.steps.push(step);
  }

  /** Calls the provider. @throws Killed if the process was killed, because the result is then lost */
  async call<T>(
    action: (provider: ProviderProcess) => Promise<T>,
    keep: (partial: Partial, error: Error) => void = () => {},
  ): Promise<T> {
    try {
      const result = await action(this.provider);
      if (this.process.killed) throw new Killed();
      return result;
    } catch (error) {
      if (this.process.killed) throw new Killed();
      const partial = partialState(error);
      if (partial !== undefined) keep(partial, error as Error);
      throw error;
    }
  }

  /** Runs `action` for one resource, and records its failure. @throws Failed after a failure, unless the operation continues on errors */
  async attempt(name: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (error instanceof Killed) throw error;
      this.outcome.errors.push({ name, error: error as Error });
      if (!this.continueOnError) throw new Failed();
    }
  }
}
