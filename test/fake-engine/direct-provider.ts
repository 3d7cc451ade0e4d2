// A provider without its protocol, for the models. It replaces provider-plugin.ts.
import { createIntegration } from "../../provider/lifecycle/create";
import { deleteIntegration } from "../../provider/lifecycle/delete";
import { partialState } from "../../provider/lifecycle/outputs";
import type { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { updateIntegration } from "../../provider/lifecycle/update";
import { type Diff, type Provider, ProviderError, type ReadResource } from "./provider";
import type { Resource } from "./state";
import { type Bag, differences } from "./values";

interface DirectOptions {
  /** Starts the process, at its first use. */
  readonly start: () => ProviderProcess;
  /** Whether the provider requests a read before every update. */
  readonly refreshBeforeUpdate: boolean;
  /** Runs each call that sends requests. */
  call<T>(call: DirectCall, action: () => Promise<T>): Promise<T>;
}

/** A call of a provider. The resource is that in state. */
export type DirectCall =
  | { readonly method: "create" | "read" }
  | { readonly method: "update" | "delete"; readonly resource: Resource };

/** What providers without a protocol have in common. */
export abstract class LocalProvider {
  readonly acceptSecrets = true;
  readonly supportsPreview = false;

  async checkConfiguration(_urn: string, _olds: Bag, inputs: Bag) {
    return { inputs, problems: [] };
  }

  async configure(): Promise<void> {}

  async invoke(): Promise<never> {
    throw new Error("unsupported: functions; test them with a lab");
  }

  async stop(): Promise<void> {}
}

/**
 * Calls the life cycle of commerce integrations without a protocol, for the models. They run thousands of commands, and the SDK and the protocol
 * would take nearly all of the time.
 */
export class DirectProvider extends LocalProvider implements Provider {
  constructor(private readonly options: DirectOptions) {
    super();
  }

  private get process(): ProviderProcess {
    return this.options.start();
  }

  async check(urn: string, olds: Bag, news: Bag) {
    const { inputs, problems } = await this.process.check(olds, news, urn);
    return { inputs, problems: problems.map((reason) => ({ property: "", reason })) };
  }

  async diff({ urn, id, inputs, outputs }: Resource, news: Bag): Promise<Diff> {
    const { replaces, needsUpdate } = this.process.diff(id, outputs, news, urn);
    const detailedDiff = differences(inputs, news);
    const changed = Object.keys(detailedDiff);
    const changes = needsUpdate || changed.length > 0 ? "some" : "none";
    return { replaces, changes, changed, detailedDiff, deleteBeforeReplace: false };
  }

  create(urn: string, inputs: Bag) {
    return this.write(urn, { method: "create" }, () => createIntegration(inputs, this.process.session, urn));
  }

  update(urn: string, resource: Resource, inputs: Bag) {
    const { id, outputs } = resource;
    const update = async () => ({
      outputs: await updateIntegration(id, outputs, inputs, this.process.session, urn),
    });
    return this.write(urn, { method: "update", resource }, update);
  }

  async read({ urn, id, outputs }: ReadResource) {
    const { refreshBeforeUpdate } = this.options;
    const read = await this.options.call({ method: "read" }, () => this.process.read(id, outputs, urn));
    return read && { id, ...read, refreshBeforeUpdate };
  }

  async delete(resource: Resource): Promise<void> {
    const { urn, id, outputs } = resource;
    await this.options.call({ method: "delete", resource }, () =>
      deleteIntegration(id, outputs, this.process.session, urn),
    );
  }

  private async write<T>(urn: string, call: DirectCall, action: () => Promise<T>) {
    const { refreshBeforeUpdate } = this.options;
    try {
      return { ...(await this.options.call(call, action)), refreshBeforeUpdate };
    } catch (cause) {
      const { message } = cause as Error;
      const partial = partialState(cause);
      if (partial !== undefined)
        throw new ProviderError(message, {
          partial: { ...partial, reasons: [message], refreshBeforeUpdate },
          cause,
        });
      const { isAwaiting } = await this.process.failureOfWrite(cause, urn);
      throw isAwaiting ? new ProviderError(message, { isAwaiting, cause }) : cause;
    }
  }
}
