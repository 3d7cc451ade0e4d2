import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { type Dependencies, openSession, type Session } from "../../provider/lifecycle/session";
import { RunLedger } from "../../provider/run/ledger";

/** A provider process whose clock, clients and limits are those of a model. It shares the records of its engine's run. */
export class ModelProvider extends ProviderProcess {
  private readonly modelSession: Session;

  /** @param beforeDecision is called after this process has recorded that a resource leaves state, and before it decides what to do. */
  constructor(engine: string, dependencies: Dependencies, beforeDecision = () => {}) {
    super({ engine, ...dependencies, logger: { log: () => {}, continuesAfterFailures: async () => true } });
    const ledger = new RunLedger(engine);
    const completeRecords = ledger.completeRecords.bind(ledger);
    ledger.completeRecords = () => {
      beforeDecision();
      return completeRecords();
    };
    this.modelSession = openSession(dependencies, ledger);
  }

  override get session(): Session {
    return this.modelSession;
  }

  override configurationProblem(): undefined {
    return undefined;
  }

  override announceAccount(): void {}

  override async close(signal: NodeJS.Signals): Promise<void> {
    await super.close(signal);
    this.modelSession.ledger.close();
  }
}
