import { subscribe } from "node:diagnostics_channel";
import type { IncomingHttpHeaders } from "node:http2";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import type { CreateResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Bag } from "../base/bag";
import { fullKey } from "../config";
import type { CheckResult } from "../lifecycle/check";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { IntegrationLogs } from "../lifecycle/integration-logs";
import { messageForEngine } from "../lifecycle/messages";
import { partialState, secretsAmong, uidKey } from "../lifecycle/outputs";
import type { ProviderProcess } from "../lifecycle/provider-process";
import { updateIntegration } from "../lifecycle/update";
import { awaitFailedType, encodedSecret, initFailedType, providerKey, providerText } from "../run/constants";
import type { Wording } from "../run/wording";

/**
 * The ID of an error that {@link patchServer} turns into `ErrorResourceAwaitFailed`. The SDK's server sends the properties of an error whose ID is truthy,
 * and its protocol message omits an ID whose length is 0.
 */
const emptyId = { length: 0 };

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

/** The text of an error that the engine prints, because it is the response of the provider. */
const returnedError = "pulumi-pinterest: returned";

/** Omits the errors that the SDK's server prints in addition to returning them: the engine would print them twice. */
export function omitReturnedErrors(printer: Pick<Console, "error">): void {
  const print = printer.error;
  printer.error = (...values: unknown[]) => {
    if (!String(values[0]).startsWith(returnedError)) print.apply(printer, values);
  };
}

/** The property that passes a resource's URN from {@link patchServer} to the provider. State never has it. */
const urnKey = "__urn";

/** The requests with a resource's properties, and the properties that the provider's method receives. */
const requests = {
  CheckRequest: "getNews",
  DiffRequest: "getNews",
  CreateRequest: "getProperties",
  ReadRequest: "getProperties",
  UpdateRequest: "getNews",
  DeleteRequest: "getProperties",
} as const;

/** A request with the properties of a resource. */
type ResourceRequest = { getUrn(): string } & Record<"getNews" | "getProperties", () => Struct | undefined>;

/** The responses with a resource's properties. */
const responses = ["CreateResponse", "ReadResponse", "UpdateResponse", "ErrorResourceInitFailed"] as const;

/** A response with the properties of a resource. */
type ResourceResponse = Pick<CreateResponse, "getProperties" | "serializeBinary"> & {
  setRefreshBeforeUpdate(value: boolean): unknown;
};

/**
 * Passes on two parts of the protocol about this package's resources that the SDK's server (cmd/dynamic-provider) drops, and adds one that it cannot
 * send:
 *
 * - The URN of a request, as a property. It shows whether a create replaces a resource in state.
 * - `refresh_before_update` in responses, so that the engine reads a resource before it compares or deletes it. Lookups are read by the program.
 * - `ErrorResourceAwaitFailed`, instead of a failed resource with an empty ID: see {@link emptyId}.
 *
 * @param serverPath the SDK's server script. Its copy of the protocol messages is patched.
 */
export function patchServer(serverPath: string): void {
  const ofServer = createRequire(serverPath);
  const messages: typeof import("@pulumi/pulumi/proto/provider_pb") = ofServer("../../proto/provider_pb");
  for (const [name, getter] of Object.entries(requests)) {
    const { prototype } = messages[name as keyof typeof requests] as unknown as {
      prototype: ResourceRequest;
    };
    const get = prototype[getter];
    prototype[getter] = function () {
      const properties = get.call(this);
      if (properties === undefined || !isOwn(properties)) return properties;
      // The SDK's server only converts the properties.
      const toJavaScript = () => ({ ...properties.toJavaScript(), [urnKey]: this.getUrn() });
      return Object.create(properties, { toJavaScript: { value: toJavaScript } });
    };
  }
  for (const name of responses) {
    const { prototype } = messages[name] as unknown as { prototype: ResourceResponse };
    const { serializeBinary } = prototype;
    prototype.serializeBinary = function () {
      const properties = this.getProperties();
      if (isOwn(properties) && properties?.getFieldsMap().has(uidKey)) this.setRefreshBeforeUpdate(true);
      return serializeBinary.call(this);
    };
  }
  const { Status }: typeof import("@pulumi/pulumi/proto/status_pb") = ofServer("../../proto/status_pb");
  const { addDetails } = Status.prototype;
  Status.prototype.addDetails = function (detail, ...rest) {
    const isFailedResource = detail?.getTypeName() === initFailedType;
    const isAwaiting =
      isFailedResource &&
      messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8()).getId() === "";
    if (isAwaiting) detail.pack(new Uint8Array(), awaitFailedType);
    return addDetails.call(this, detail, ...rest);
  };
}

/**
 * Calls `listener` when the engine asks the process to abort its calls, which it does once after Ctrl-C. The SDK's server only acknowledges the
 * request, so this observes the process's HTTP/2 server (https://nodejs.org/api/diagnostics_channel.html#http2).
 */
export function onCancel(listener: () => void): void {
  subscribe("http2.server.stream.created", (event) => {
    const { headers } = event as { readonly headers: IncomingHttpHeaders };
    if (headers[":path"] === "/pulumirpc.ResourceProvider/Cancel") listener();
  });
}

function isOwn(properties: Struct | undefined): boolean {
  return properties?.getFieldsMap().get(providerKey)?.getStringValue() === providerText;
}
