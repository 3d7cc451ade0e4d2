import { systemClock } from "../api/clock";
import { andKeptConfiguration } from "../api/error-remedies";
import { accountInWords, sentence } from "../api/message-text";
import { checkIntegration } from "../lifecycle/check";
import { type DiffResult, diffIntegration, predictCreate, unpredictableCreate } from "../lifecycle/diff";
import { type Bag, managedKey } from "../lifecycle/outputs";
import { lastKnown, readIntegration } from "../lifecycle/read";
import { type Dependencies, openSession, type Session } from "../lifecycle/session";
import { unknownValue } from "../lifecycle/values";
import { ProcessInventory } from "./inventory";
import { observationRequest, readObserver, withNoticeObserver, writeObservation } from "./observations";
import type { ProviderProcess } from "./provider-process";

/** The commerce integrations of a provider process, for both provider types. */
export class Integrations {
  private readonly inventory: ProcessInventory;
  /** The first declaration of each external business ID that was checked. */
  private readonly declared = new Map<unknown, { account: unknown; isNew: boolean }>();
  private started: Session | undefined;
  private hasWarned = false;

  /** @param overrides dependencies of the lifecycle that differ between the provider types. */
  constructor(
    private readonly process: ProviderProcess,
    private readonly overrides: Partial<Pick<Dependencies, "sleep" | "currentUrn">> = {},
  ) {
    this.inventory = new ProcessInventory(process);
  }

  /** Whether the engine is to read integrations before every update. */
  get refreshBeforeUpdate(): boolean {
    return this.process.refreshBeforeUpdate;
  }

  /** Returns canonical inputs. Problems name the property but never contain its value, which can be a secret. */
  async check(olds: Bag, news: Bag): Promise<{ inputs: Bag; problems: string[] }> {
    const problem = this.process.configurationProblem();
    if (problem !== undefined) return { inputs: news, problems: [problem] };
    const { inputs, problems } = checkIntegration(news);
    this.process.ledger.checked(olds, inputs);
    this.process.expect(inputs.account);
    await this.inventory.take(inputs);
    if (problems.length === 0) {
      // True for a create. For a replacement, the engine checks the resource a second time, without old inputs.
      const isNew = olds.externalBusinessId === undefined;
      this.warnOfSecondAccount(inputs, isNew);
      // A failed observation does not fail the check.
      if (isNew) await this.observeCreate(inputs).catch(() => {});
    }
    return { inputs, problems };
  }

  /** @param olds the outputs in state. */
  diff(id: string, olds: Bag, news: Bag): DiffResult {
    this.process.ledger.compared(olds, news);
    return diffIntegration(id, news);
  }

  /** Returns undefined if the integration is missing. */
  async read(id: string, previous: Bag): Promise<{ outputs: Bag; inputs: Bag } | undefined> {
    const problem = this.process.configurationProblem();
    if (problem !== undefined && managedKey in previous && this.process.isRefreshRequested() !== true) {
      // The engine reads with the configuration of the last update. The update that corrects it must not fail.
      this.warnOfConfiguration(problem);
      return lastKnown(id, previous);
    }
    await this.inventory.take(previous);
    return readIntegration(id, previous, this.session);
  }

  /**
   * The session of creates, updates, deletes and imports.
   *
   * @throws Error that names a configuration key whose value is not allowed.
   */
  get session(): Session {
    if (this.started === undefined) {
      const problem = this.process.configurationProblem();
      if (problem !== undefined) throw new Error(`${sentence(problem)}${andKeptConfiguration()}`);
      const { configuration, clients } = this.process;
      this.started = openSession(
        {
          client: (account) => clients.client(account),
          notify: withNoticeObserver(this.process.notify),
          ...configuration,
          ...systemClock,
          ...readObserver(),
          readAheadAccounts: [...configuration.accounts]
            .filter(([, grant]) => "accessToken" in grant)
            .map(([account]) => account),
          unrequestedReads: () => this.process.unrequestedReads(),
          ...this.overrides,
        },
        this.process.ledger,
      );
    }
    return this.started;
  }

  /**
   * Warns if two accounts declare an external business ID and one of the resources is new. Whether each account can have its own is
   * unknown, so this is not an error.
   */
  private warnOfSecondAccount({ externalBusinessId: id, account }: Bag, isNew: boolean): void {
    if (id === unknownValue || account === unknownValue) return;
    const first = this.declared.get(id);
    if (first === undefined) this.declared.set(id, { account, isNew });
    else if (first.account !== account && (isNew || first.isNew)) {
      const [one, other] = [first.account, account].map((each) => accountInWords(each as string | undefined));
      this.process.notify(
        `warning: integration '${id}' is declared for ${one} and for ${other}. Pinterest may refuse the second one: ` +
          "give each resource its own `externalBusinessId`, or remove one of them.",
      );
    }
  }

  private warnOfConfiguration(problem: string): void {
    if (!this.hasWarned)
      this.process.notify(
        `warning: cannot check for drift, because the configuration of the last update is invalid: ${sentence(problem)} Run \`pulumi up\` to replace it with the current configuration.`,
      );
    this.hasWarned = true;
  }

  /** Writes the result that a create would have, if a command requests it. */
  private async observeCreate(inputs: Bag): Promise<void> {
    const request = observationRequest();
    if (request?.creates !== true) return;
    const observation = await this.predict(inputs);
    writeObservation(request.file, { kind: "create", ...observation });
  }

  private async predict(inputs: Bag) {
    try {
      return await predictCreate(inputs, this.session);
    } catch (error) {
      return unpredictableCreate(inputs, error);
    }
  }
}
