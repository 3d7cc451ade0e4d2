import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { Bag } from "../base/bag";
import { fullKey } from "../config";
import type { CheckResult } from "../lifecycle/check";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { IntegrationLogs } from "../lifecycle/integration-logs";
import { messageForEngine } from "../lifecycle/messages";
import { partialState, secretsAmong } from "../lifecycle/outputs";
import type { ProviderProcess } from "../lifecycle/provider-process";
import { updateIntegration } from "../lifecycle/update";
import { encodedSecret, providerKey } from "../run/constants";
import type { Wording } from "../run/wording";
import { emptyId, returnedError, urnKey } from "./sdk-server";

abstract class ConfiguredProvider {
  constructor(protected readonly process: ProviderProcess) {}

  /** Sets the configuration synchronously: the SDK calls other methods before `configure` has resolved. */
  configure({ config }: dynamic.ConfigureRequest): Promise<void> {
    this.process.configure((key) => config.get(fullKey(key)));
    this.process.open();
    return Promise.resolve();
  }

  /** The properties that the SDK's server passes on, and the URN. They also have the name of the process's explicit provider. */
  protected received(properties: Bag): { readonly urn: string | undefined; readonly bag: Bag } {
    const { [urnKey]: urn, ...bag } = properties;
    if (typeof bag.providerName === "string") this.process.providerName ??= bag.providerName;
    return { urn: typeof urn === "string" ? urn : undefined, bag };
  }

  /** Runs a call of the engine, and throws errors that the SDK's server can encode. */
  protected async run<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await this.process.calls.run("", 0, action);
    } catch (error) {
      throw encodable(error, this.process.wording);
    }
  }

  /**
   * Runs a create or update, and throws errors that the SDK's server can encode.
   *
   * @param written.inputs with the provider's code
   * @param written.olds the outputs in state
   */
  protected async write<T>(action: () => Promise<T>, written: WriteArguments): Promise<T> {
    try {
      return await this.process.calls.run("", 0, action);
    } catch (thrown) {
      const { error, isAwaiting } = await this.process.failureOfWrite(thrown, written.urn);
      const encoded = encodable(error, this.process.wording, written.inputs);
      // Without the patch, the engine reports an error, and keeps the outputs in state.
      const awaiting = { id: emptyId, properties: written.olds ?? {}, reasons: [encoded.message] };
      throw isAwaiting ? Object.assign(encoded, awaiting) : encoded;
    }
  }
}

/** Implements Pulumi's dynamic provider protocol for commerce integrations. */
export class DynamicProvider extends ConfiguredProvider implements dynamic.ResourceProvider {
  async check(olds: Bag, news: Bag): Promise<dynamic.CheckResult> {
    const { urn, bag } = this.received(news);
    return checkResult(await this.run(() => this.process.check(olds, bag, urn)));
  }

  /** Usually leaves `changes` undefined, so that the engine compares old and new inputs itself and names the properties that differ. */
  diff(id: string, olds: Bag, news: Bag): Promise<dynamic.DiffResult> {
    const { urn, bag } = this.received(news);
    return this.run(async () => {
      const { replaces, needsUpdate } = this.process.diff(id, olds, bag, urn);
      return { replaces, ...(needsUpdate && { changes: true }) };
    });
  }

  async create(inputs: Bag): Promise<dynamic.CreateResult> {
    const { urn, bag } = this.received(inputs);
    const create = async () => createIntegration(bag, this.process.session, urn);
    const { id, outputs } = await this.write(create, { urn, inputs });
    return { id, outs: withSecrets(outputs) };
  }

  async read(id: string, props: Bag = {}): Promise<dynamic.ReadResult> {
    const { urn, bag } = this.received(props);
    const result = await this.run(() => this.process.read(id, bag, urn));
    return result === undefined
      ? { id: "", props: {} }
      : { id, props: withSecrets(result.outputs), inputs: result.inputs };
  }

  async update(id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
    const { urn, bag } = this.received(news);
    const update = async () => updateIntegration(id, olds, bag, this.process.session, urn);
    return { outs: withSecrets(await this.write(update, { urn, inputs: news, olds })) };
  }

  delete(id: string, props: Bag): Promise<void> {
    const { urn, bag } = this.received(props);
    return this.run(async () => deleteIntegration(id, bag, this.process.session, urn));
  }
}

/** Implements the protocol for log entries. They need no `read` and `delete`: see {@link IntegrationLogs}. */
export class LogProvider extends ConfiguredProvider implements dynamic.ResourceProvider {
  private readonly logs = new IntegrationLogs(this.process);

  async check(_olds: Bag, news: Bag): Promise<dynamic.CheckResult> {
    return checkResult(this.logs.check(news));
  }

  /** The engine compares the inputs itself. No change replaces an entry. */
  async diff(): Promise<dynamic.DiffResult> {
    return { replaces: [] };
  }

  async create(inputs: Bag): Promise<dynamic.CreateResult> {
    const { id, outputs } = await this.write(() => this.logs.create(withoutCode(inputs)), { inputs });
    return { id, outs: outputs };
  }

  async update(_id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
    const inputs = withoutCode(news);
    const outs = { clientTimestamp: olds.clientTimestamp, ...inputs };
    // If the resource moved from the plugin, only the provider's code is new. The entry is not sent again.
    if (isDeepStrictEqual(withoutCode(olds), outs)) return { outs };
    return { outs: await this.write(() => this.logs.send(inputs), { inputs: news, olds }) };
  }
}

function withoutCode({ [providerKey]: _, ...inputs }: Bag): Bag {
  return inputs;
}

/** The engine prints the value of a property that a failure names, even if it is a secret. Therefore, only the reason names it. */
function checkResult({ inputs, problems }: CheckResult): dynamic.CheckResult {
  return { inputs, failures: problems.map((reason) => ({ property: "", reason: reason.toWellFormed() })) };
}

/**
 * Marks outputs as secrets, whether or not the program still declares them. The engine accepts this form in responses, although the SDK's
 * dynamic provider process accepts no secrets.
 */
function withSecrets(outputs: Bag): Bag {
  const secrets = secretsAmong(outputs).map((name) => [name, encodedSecret(outputs[name])]);
  return { ...outputs, ...Object.fromEntries(secrets) };
}

/** The arguments of a create or update. */
interface WriteArguments {
  readonly urn?: string | undefined;
  readonly inputs: Bag;
  readonly olds?: Bag;
}

/**
 * An error as the SDK's server encodes it. After a partial failure, it has the properties that the server expects.
 *
 * @param inputs of a write, with the provider's code
 */
function encodable(error: unknown, wording: Wording, inputs: Bag = {}): Error {
  const message = messageForEngine(error, wording);
  const name = error instanceof Error ? error.name : "Error";
  // Without `code`, which grpc-js reads as its own status: Pinterest's code 0 would be a success without a response.
  const encoded = Object.assign(new Error(message), { name, stack: "", toString: () => returnedError });
  const partial = partialState(error);
  if (partial === undefined) return encoded;
  // Without the provider's code, the SDK could not read or delete the resource.
  const properties = { ...withSecrets(partial.outputs), [providerKey]: inputs[providerKey] };
  return Object.assign(encoded, { id: partial.id, properties, reasons: [message] });
}
