import { type Credentials, PinterestClient } from "../../provider/api";
import type { Clock } from "../../provider/base/clock";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { type Dependencies, openSession, type Session } from "../../provider/lifecycle/session";
import { RunLedger } from "../../provider/run/ledger";
import type { Pinterest } from "./pinterest";

interface ModelOptions
  extends Omit<Dependencies, "client" | "whenUnreachable" | "compareSecrets" | keyof Clock> {
  readonly pinterest: Pinterest;
  readonly credentials: (account: string | undefined, clock: Clock) => Credentials;
  readonly maxAttempts: number;
  /** The difference between the clock of the machine and Pinterest's, in milliseconds. @default 0 */
  readonly skewMs?: number;
  /** Called after this process has recorded that a resource leaves state, and before it decides what to do. */
  readonly beforeDecision?: () => void;
  /** Called at the start of each pause of this process. */
  readonly onPause?: () => void;
}

/** A provider process whose clock, clients and limits are those of a model. It shares the records of its engine's run. */
export class ModelProvider extends ProviderProcess {
  private readonly modelSession: Session;

  constructor(
    engine: string,
    {
      pinterest,
      credentials,
      maxAttempts,
      skewMs = 0,
      beforeDecision = () => {},
      onPause = () => {},
      ...others
    }: ModelOptions,
  ) {
    // A new object for each process, because clients of one process share data by this object.
    const clock: Clock = {
      now: () => pinterest.now() + skewMs,
      sleep: async (milliseconds) => {
        onPause();
        pinterest.advanceClock(milliseconds);
      },
      random: () => 0.5,
    };
    const clients = new Map<string | undefined, PinterestClient>();
    const client = (account: string | undefined) => {
      const known =
        clients.get(account) ??
        new PinterestClient({
          apiUrl: pinterest.emulator.url,
          credentials: credentials(account, clock),
          maxAttempts,
          onWait: others.notify,
          clock,
          ...(account === undefined ? {} : { account }),
        });
      clients.set(account, known);
      return known;
    };
    const dependencies: Dependencies = {
      whenUnreachable: "fail",
      compareSecrets: false,
      ...others,
      client,
      ...clock,
    };
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
