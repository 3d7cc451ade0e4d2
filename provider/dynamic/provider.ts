import type { dynamic } from "@pulumi/pulumi";
import { type Bag, Claims, CommerceIntegrationLifecycle } from "../lifecycle";
import type { CreateObservation } from "../lifecycle/observer";
import { systemClock } from "../pinterest/clock";
import { providerKey } from "./constant";
import { importCommand } from "./import-command";
import { ProcessInventory } from "./inventory";
import { createObserver, observer } from "./observer";
import { ProviderProcess } from "./process";
import { withSecrets } from "./secrets";

/** The dynamic front end: hands the engine's calls to the lifecycle, and its answers back in the shapes the SDK wants. */
export class DynamicProvider implements dynamic.ResourceProvider {
  private readonly claims = new Claims();
  private readonly inventory: ProcessInventory;
  private started: CommerceIntegrationLifecycle | undefined;

  /** @param process what the providers of a process share. */
  constructor(private readonly process = new ProviderProcess()) {
    this.inventory = new ProcessInventory(process);
  }

  configure(request: dynamic.ConfigureRequest): Promise<void> {
    return this.process.configure(request);
  }

  async check(olds: Bag, news: Bag): Promise<dynamic.CheckResult> {
    const { inputs, problems } = CommerceIntegrationLifecycle.check(news);
    this.claims.checked(olds, inputs);
    this.process.expect(inputs.account);
    await this.inventory.take(inputs);
    // A resource that is made, or replaced: the engine checks that one a second time, without its old inputs.
    if (problems.length === 0 && olds.externalBusinessId === undefined) {
      // What comes of the question is no reason to fail a check.
      await this.observeCreation(inputs).catch(() => {});
    }
    // The engine prints the value of a property that a failure names, secret or not: the reason names it instead.
    return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
  }

  async diff(id: string, olds: Bag, news: Bag): Promise<dynamic.DiffResult> {
    this.claims.compared(olds, news);
    return CommerceIntegrationLifecycle.diff(id, news);
  }

  async create(inputs: Bag): Promise<dynamic.CreateResult> {
    const { id, outputs } = await this.write(inputs, () => this.lifecycle().create(inputs));
    return { id, outs: withSecrets(outputs) };
  }

  async read(id: string, props: Bag = {}): Promise<dynamic.ReadResult> {
    await this.inventory.take(props);
    const result = await quietly(() => this.lifecycle().read(id, props));
    return result === undefined
      ? { id: "", props: {} }
      : { id, props: withSecrets(result.outputs), inputs: result.inputs };
  }

  async update(id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
    return { outs: withSecrets(await this.write(news, () => this.lifecycle().update(id, olds, news))) };
  }

  async delete(id: string, props: Bag): Promise<void> {
    await quietly(() => this.lifecycle().delete(id, props));
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
      const { configuration, clients, notify } = this.process.working();
      this.started = new CommerceIntegrationLifecycle(
        {
          client: (account) => clients.client(account),
          notify,
          importCommand,
          ...configuration,
          ...systemClock,
          ...observer(),
        },
        this.claims,
      );
    }
    return this.started;
  }

  /** Runs a write; a partial failure is given the properties by which the SDK knows it. */
  private async write<T>(inputs: Bag, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const partial = CommerceIntegrationLifecycle.partialState(error);
      if (partial === undefined) {
        throw error;
      }
      // Without the provider's text the SDK could never read or delete what is kept.
      const properties = { ...withSecrets(partial.outputs), [providerKey]: inputs[providerKey] };
      throw Object.assign(error as Error, {
        id: partial.id,
        properties,
        reasons: [(error as Error).message],
      });
    }
  }
}

/**
 * The SDK prints the stack of a failed read or delete below the message; the message is what helps. Of what else an error has, gRPC
 * would take Pinterest's `code` for its own: 0, as of many a server error, is a success there, of which the engine misses the answer.
 */
async function quietly<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Error)) {
      throw error;
    }
    const { name, message } = error;
    throw Object.assign(new Error(message), { name, stack: "" });
  }
}
