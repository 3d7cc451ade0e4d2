import { systemClock } from "../api/clock";
import { accountInWords } from "../api/credentials/notices";
import { andKeptConfiguration } from "../api/error-remedies";
import { sentence } from "../api/message-text";
import {
  type Adoption,
  type Bag,
  CommerceIntegrationLifecycle,
  type ImportPlace,
  KeptResources,
  managedKey,
  type Surroundings,
} from "../lifecycle";
import type { DiffResult } from "../lifecycle/diff";
import type { CreateObservation } from "../lifecycle/observer";
import { unknownValue } from "../lifecycle/unknown";
import { ProcessInventory } from "./inventory";
import { createObserver, noticing, observer } from "./observer";
import type { ProviderProcess } from "./provider-process";

/** In what a front end's surroundings differ from those of another. */
export type FrontEnd = Partial<Pick<Surroundings, "sleep" | "currentUrn">>;

/**
 * The commerce integrations of one provider process, in bags of properties: what the engine asks of them, whichever front end it
 * asks. One instance serves all of a process.
 */
export class Integrations {
  private readonly kept: KeptResources;
  private readonly inventory: ProcessInventory;
  /** The first declaration of each external business ID that was checked. */
  private readonly declared = new Map<unknown, { account: unknown; isNew: boolean }>();
  private started: CommerceIntegrationLifecycle | undefined;
  private hasWarned = false;

  constructor(
    private readonly process: ProviderProcess,
    private readonly frontEnd: FrontEnd = {},
  ) {
    this.kept = new KeptResources(process.ledger);
    this.inventory = new ProcessInventory(process);
  }

  /** Whether the engine is to read integrations before every update. */
  get refreshBeforeUpdate(): boolean {
    return this.process.refreshBeforeUpdate;
  }

  /** Brings inputs into canonical form. Problems name the property, and never a value, which may be a secret. */
  async check(olds: Bag, news: Bag): Promise<{ inputs: Bag; problems: string[] }> {
    const problem = this.process.configurationProblem();
    if (problem !== undefined) return { inputs: news, problems: [problem] };
    const { inputs, problems } = CommerceIntegrationLifecycle.check(news);
    this.kept.checked(olds, inputs);
    this.process.expect(inputs.account);
    await this.inventory.take(inputs);
    // A resource that is made, or replaced: the engine checks that one a second time, without its old inputs.
    const isNew = olds.externalBusinessId === undefined;
    if (problems.length === 0) this.warnOfSecondAccount(inputs, isNew);
    if (problems.length === 0 && isNew) {
      // What comes of the question is no reason to fail a check.
      await this.observeCreation(inputs).catch(() => {});
    }
    return { inputs, problems };
  }

  /** @param olds the outputs in state. */
  diff(id: string, olds: Bag, news: Bag): DiffResult {
    this.kept.compared(olds, news);
    return CommerceIntegrationLifecycle.diff(id, news);
  }

  create(inputs: Bag): Promise<{ id: string; outputs: Bag }> {
    return this.lifecycle().create(inputs);
  }

  /** Returns nothing when the integration is gone. */
  async read(id: string, previous: Bag): Promise<{ outputs: Bag; inputs: Bag } | undefined> {
    const problem = this.process.configurationProblem();
    if (problem !== undefined && managedKey in previous && this.process.isRefreshRequested() !== true) {
      // The engine reads with the configuration of the last update. The update that corrects it must not fail.
      this.warnOfConfiguration(problem);
      return CommerceIntegrationLifecycle.lastKnown(id, previous);
    }
    await this.inventory.take(previous);
    return this.lifecycle().read(id, previous);
  }

  /** State for an integration that comes under management as it is; nothing where there is none. */
  import(place: ImportPlace): Promise<Adoption | undefined> {
    return this.lifecycle().import(place);
  }

  update(id: string, previous: Bag, inputs: Bag): Promise<Bag> {
    return this.lifecycle().update(id, previous, inputs);
  }

  delete(id: string, previous: Bag): Promise<void> {
    return this.lifecycle().delete(id, previous);
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
        `warning: cannot check for drift, because the configuration of the last update is invalid: ${sentence(problem)} The next update replaces it by the current one.`,
      );
    this.hasWarned = true;
  }

  /** Asks what a creation would come to, where a command wants to know. */
  private async observeCreation(inputs: Bag): Promise<void> {
    const write = createObserver();
    if (write !== undefined) {
      write(await this.foresee(inputs));
    }
  }

  private async foresee(inputs: Bag): Promise<CreateObservation> {
    try {
      return await this.lifecycle().foresee(inputs);
    } catch (error) {
      return CommerceIntegrationLifecycle.unforeseen(inputs, error);
    }
  }

  private lifecycle(): CommerceIntegrationLifecycle {
    if (this.started === undefined) {
      const problem = this.process.configurationProblem();
      if (problem !== undefined) throw new Error(`${sentence(problem)}${andKeptConfiguration()}`);
      const { configuration, clients } = this.process.working();
      this.started = new CommerceIntegrationLifecycle(
        {
          client: (account) => clients.client(account),
          notify: noticing(this.process.notify),
          ...configuration,
          ...systemClock,
          ...observer(),
          readAheadAccounts: [...configuration.accounts]
            .filter(([, grant]) => "accessToken" in grant)
            .map(([account]) => account),
          unrequestedReads: () => this.process.unrequestedReads(),
          ...this.frontEnd,
        },
        this.process.ledger,
      );
    }
    return this.started;
  }
}
