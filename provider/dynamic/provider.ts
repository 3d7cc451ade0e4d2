import type { dynamic } from "@pulumi/pulumi";
import { fullKey } from "../config";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { type Bag, partialState } from "../lifecycle/outputs";
import { updateIntegration } from "../lifecycle/update";
import { Integrations } from "../runtime/integrations";
import { ProviderProcess } from "../runtime/provider-process";
import { providerKey } from "./constant";
import { withSecrets } from "./secrets";

/** The dynamic front end: hands the engine's calls on, and the answers back in the shapes the SDK wants. */
export class DynamicProvider implements dynamic.ResourceProvider {
  private readonly integrations: Integrations;

  /** @param process what the providers of a process share. */
  constructor(private readonly process = new ProviderProcess()) {
    this.integrations = new Integrations(process);
  }

  /** The SDK hands out a provider before its `configure` is done, so the configuration is taken at once. */
  configure({ config }: dynamic.ConfigureRequest): Promise<void> {
    this.process.configure((key) => config.get(fullKey(key)));
    return Promise.resolve();
  }

  async check(olds: Bag, news: Bag): Promise<dynamic.CheckResult> {
    const { inputs, problems } = await withEncodableErrors(() => this.integrations.check(olds, news));
    // The engine prints the value of a property that a failure names, secret or not: the reason names it instead.
    return { inputs, failures: problems.map((reason) => ({ property: "", reason: reason.toWellFormed() })) };
  }

  async diff(id: string, olds: Bag, news: Bag): Promise<dynamic.DiffResult> {
    return withEncodableErrors(async () => this.integrations.diff(id, olds, news));
  }

  async create(inputs: Bag): Promise<dynamic.CreateResult> {
    const { id, outputs } = await this.write(inputs, () =>
      createIntegration(inputs, this.integrations.session),
    );
    return { id, outs: withSecrets(outputs) };
  }

  async read(id: string, props: Bag = {}): Promise<dynamic.ReadResult> {
    const result = await withEncodableErrors(() => this.integrations.read(id, props));
    return result === undefined
      ? { id: "", props: {} }
      : { id, props: withSecrets(result.outputs), inputs: result.inputs };
  }

  async update(id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
    const outputs = await this.write(news, () =>
      updateIntegration(id, olds, news, this.integrations.session),
    );
    return { outs: withSecrets(outputs) };
  }

  async delete(id: string, props: Bag): Promise<void> {
    await withEncodableErrors(async () => deleteIntegration(id, props, this.integrations.session));
  }

  /** Runs a write; a partial failure is given the properties by which the SDK knows it. */
  private async write<T>(inputs: Bag, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const plain = encodableError(error);
      const partial = partialState(error);
      if (partial === undefined) throw plain;
      // Without the provider's text the SDK could never read or delete what is kept.
      const properties = { ...withSecrets(partial.outputs), [providerKey]: inputs[providerKey] };
      throw Object.assign(plain, { id: partial.id, properties, reasons: [plain.message] });
    }
  }
}

/** Runs a call, and throws errors that the SDK's server can answer with. */
export async function withEncodableErrors<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw encodableError(error);
  }
}

/**
 * An error without a stack and without other properties. The SDK prints the stack below the message. grpc-js reads `code` as its own status:
 * Pinterest's code 0 would be a success without an answer. grpc-js also throws on an unpaired surrogate, and the engine waits forever.
 */
function encodableError(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return Object.assign(new Error(message.toWellFormed()), { name, stack: "" });
}
