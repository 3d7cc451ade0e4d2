import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { ServiceError, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { DynamicProvider, LogProvider } from "../../provider/dynamic/provider";
import { patchServer } from "../../provider/dynamic/sdk-server";
import { ProviderProcess } from "../../provider/lifecycle/provider-process";
import { Plugin, providerService } from "../../provider/plugin/service";
import type { EngineRun } from "../../provider/run/engine-command";
import { parseRunContext } from "../../provider/run/run-context";
import { clock } from "./clock";
import { clientInProcess } from "./in-process";
import {
  type Checked,
  type Diff,
  type PartialFailure,
  type Provider,
  ProviderError,
  type ReadResource,
  type UpdateOptions,
  type WriteOptions,
  type Written,
} from "./provider";
import { nameOf, type Resource, typeIn } from "./state";
import { type Bag, fromStruct, type PropertyDifference, toStruct, withoutSecrets } from "./values";

/** Receives the messages of a provider process. */
export type Print = (severity: "debug" | "info" | "warning" | "error", urn: string, message: string) => void;

/** The provider methods that the engine calls in these tests. */
export type Method =
  | "configure"
  | "checkConfig"
  | "check"
  | "diff"
  | "create"
  | "read"
  | "update"
  | "delete"
  | "invoke";

/** Receives each call to a provider before it is sent. */
export type OnCall = (method: Method, request: unknown) => void;

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/**
 * A connection to a simulated provider process. It has its own settings, clients and rate limits, but runs in this process with the same
 * modules.
 */
export class ProviderConnection implements Provider {
  acceptSecrets = false;
  supportsPreview = false;

  private constructor(
    private readonly client: ResourceProviderClient,
    private readonly end: () => Promise<void>,
    private readonly onCall: OnCall,
  ) {}

  /** Starts a process of the provider plugin: its service, without the executable. */
  static async plugin(
    engineAddress: string,
    run: EngineRun,
    print: Print,
    onCall: OnCall,
  ): Promise<ProviderConnection> {
    const log = (urn: string, message: string) => print("info", urn, message);
    const plugin = new Plugin(
      { attach: () => {}, log, continuesAfterFailures: async () => false, flush: async () => {} },
      { engine: engineAddress, run, environment: process.env, context: parseRunContext(process.env) },
    );
    return ProviderConnection.connect(providerService(plugin), () => plugin.close("SIGINT"), onCall);
  }

  /**
   * Starts a process of the dynamic provider: the SDK's own script (`cmd/dynamic-provider`), which evaluates the provider code in the
   * properties of a resource.
   */
  static async dynamic(
    engineAddress: string,
    run: EngineRun,
    print: Print,
    onCall: OnCall,
  ): Promise<ProviderConnection> {
    const { service, end } = await runSdkServer(engineAddress, run, print);
    return ProviderConnection.connect(service, end, onCall);
  }

  private static connect(
    service: UntypedServiceImplementation,
    end: () => Promise<void>,
    onCall: OnCall,
  ): ProviderConnection {
    const client = clientInProcess(ResourceProviderClient, "provider", ResourceProviderService, service);
    return new ProviderConnection(client, end, onCall);
  }

  /** Stops the process like the engine: cancels its calls, and then interrupts it. */
  async stop(): Promise<void> {
    await new Promise((resolve) => this.client.cancel(new Empty(), resolve));
    await this.end();
    this.client.close();
  }

  async configure(urn: string, args: Bag): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(args));
    request.setUrn(urn);
    request.setAcceptsecrets(true);
    const response = await this.call<messages.ConfigureResponse>("configure", request);
    this.acceptSecrets = response.getAcceptsecrets();
    this.supportsPreview = response.getSupportspreview();
  }

  async checkConfiguration(urn: string, olds: Bag, news: Bag): Promise<Checked> {
    const request = about(new messages.CheckRequest(), urn);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    return checked(await this.call("checkConfig", request));
  }

  async check(urn: string, olds: Bag, news: Bag): Promise<Checked> {
    const request = about(new messages.CheckRequest(), urn);
    request.setOlds(this.marshal(olds));
    request.setNews(this.marshal(news));
    return checked(await this.call("check", request));
  }

  async diff(old: Resource, news: Bag, ignoreChanges: readonly string[]): Promise<Diff> {
    const request = about(new messages.DiffRequest(), old.urn);
    request.setId(old.id);
    request.setOldInputs(this.marshal(old.inputs));
    request.setOlds(this.marshal(old.outputs));
    request.setNews(this.marshal(news));
    request.setIgnorechangesList([...ignoreChanges]);
    const response = await this.call<messages.DiffResponse>("diff", request);
    const { DIFF_UNKNOWN, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const changes = response.getChanges();
    return {
      replaces: response.getReplacesList(),
      changes: changes === DIFF_UNKNOWN ? "unknown" : changes === DIFF_SOME ? "some" : "none",
      changed: response.getDiffsList(),
      detailedDiff: detailedDiffOf(response),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: Bag, { isPreview, timeout }: WriteOptions): Promise<Written> {
    const request = about(new messages.CreateRequest(), urn);
    request.setProperties(this.marshal(inputs));
    request.setTimeout(timeout);
    request.setPreview(isPreview);
    const response = await this.call<messages.CreateResponse>("create", request);
    return { id: response.getId(), ...written(response) };
  }

  async update(urn: string, old: Resource, inputs: Bag, options: UpdateOptions) {
    const request = about(new messages.UpdateRequest(), urn);
    request.setId(old.id);
    request.setOldInputs(this.marshal(old.inputs));
    request.setOlds(this.marshal(old.outputs));
    request.setNews(this.marshal(inputs));
    request.setTimeout(options.timeout);
    request.setPreview(options.isPreview);
    request.setIgnorechangesList([...options.ignoreChanges]);
    return written(await this.call<messages.UpdateResponse>("update", request));
  }

  async read({ urn, id, inputs, outputs }: ReadResource) {
    const request = about(new messages.ReadRequest(), urn);
    request.setId(id);
    request.setInputs(this.marshal(inputs));
    request.setProperties(this.marshal(outputs));
    const response = await this.call<messages.ReadResponse>("read", request);
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      ...written(response),
      ...(response.hasInputs() ? { inputs: fromStruct(response.getInputs()) } : {}),
    };
  }

  async delete({ urn, id, inputs, outputs, timeouts }: Resource): Promise<void> {
    const request = about(new messages.DeleteRequest(), urn);
    request.setId(id);
    request.setProperties(this.marshal(outputs));
    request.setOldInputs(this.marshal(inputs));
    request.setTimeout(timeouts?.delete ?? 0);
    await this.call("delete", request);
  }

  async invoke(token: string, args: Bag, { isPreview }: { isPreview: boolean }) {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(this.marshal(args));
    request.setPreview(isPreview);
    const response = await this.call<messages.InvokeResponse>("invoke", request);
    return {
      result: fromStruct(response.getReturn()),
      failures: response.getFailuresList().map((failure) => failure.getReason()),
    };
  }

  private marshal(bag: Bag) {
    return toStruct(this.acceptSecrets ? bag : (withoutSecrets(bag) as Bag));
  }

  /** Calls a method of the provider. @throws ProviderError */
  private call<Response>(method: Method, request: unknown): Promise<Response> {
    clock.note();
    this.onCall(method, request);
    return new Promise((resolve, reject) => {
      const client = this.client as unknown as Record<
        Method,
        (request: unknown, done: Callback<Response>) => void
      >;
      client[method](request, (error, response) => {
        clock.note();
        if (error === null) resolve(response);
        else reject(new ProviderError(error.details, { partial: partialFailure(error) }));
      });
    });
  }
}

function about<Request extends { setUrn(urn: string): void }>(request: Request, urn: string): Request {
  const withUrn = request as Request & { setName?(name: string): void; setType?(type: string): void };
  withUrn.setUrn(urn);
  withUrn.setName?.(nameOf(urn));
  withUrn.setType?.(typeIn(urn));
  return request;
}

function checked(response: messages.CheckResponse): Checked {
  const inputs = response.getInputs();
  return {
    problems: response
      .getFailuresList()
      .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    ...(inputs === undefined ? {} : { inputs: fromStruct(inputs) }),
  };
}

function written(response: messages.CreateResponse | messages.UpdateResponse | messages.ReadResponse) {
  return {
    outputs: fromStruct(response.getProperties()),
    refreshBeforeUpdate: response.getRefreshBeforeUpdate(),
  };
}

function detailedDiffOf(response: messages.DiffResponse): Record<string, PropertyDifference> {
  const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];
  const entries = [...response.getDetaileddiffMap().entries()];
  return Object.fromEntries(
    entries.map(([path, difference]) => [
      path,
      { kind: kinds[difference.getKind()] ?? "", inputDiff: difference.getInputdiff() },
    ]),
  );
}

function partialFailure({ metadata }: ServiceError): PartialFailure | undefined {
  const [details] = metadata?.get("grpc-status-details-bin") ?? [];
  if (details === undefined) return undefined;
  const [detail] = Status.deserializeBinary(Buffer.from(details as Buffer)).getDetailsList();
  if (detail === undefined) return undefined;
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return {
    id: failed.getId(),
    outputs: fromStruct(failed.getProperties()),
    reasons: failed.getReasonsList(),
    refreshBeforeUpdate: failed.getRefreshBeforeUpdate(),
  };
}

const sdkServer = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
const sdkServerText = readFileSync(sdkServer, "utf8");

patchServer(sdkServer);

/** The port that the SDK's script prints. Nothing connects to it. */
const unusedPort = 1;

/**
 * Evaluates the SDK's script again, so that it has not loaded a provider yet. The script gets its own arguments and console, the package that
 * the provider's code requires, and a server without a port.
 */
async function runSdkServer(
  engineAddress: string,
  run: EngineRun,
  print: Print,
): Promise<{ service: UntypedServiceImplementation; end: () => Promise<void> }> {
  const shared = new ProviderProcess({
    engine: engineAddress,
    run,
    environment: process.env,
    context: parseRunContext(process.env),
    notify: (message) => print("info", "", message),
  });
  const ourPackage = { provider: new DynamicProvider(shared), log: new LogProvider(shared) };
  const evaluate = (text: string) => {
    const module = { exports: {} };
    const load = (name: string) => {
      if (name === "pulumi-pinterest/dynamic") return ourPackage;
      throw new Error(`unsupported: the provider's code requires ${name}`);
    };
    new Function("require", "module", "exports", text)(load, module, module.exports);
    return module.exports;
  };
  const started = Promise.withResolvers<UntypedServiceImplementation>();
  class Server {
    private service: UntypedServiceImplementation = {};
    addService(_definition: unknown, service: UntypedServiceImplementation) {
      this.service = service;
    }
    bindAsync(_address: string, _credentials: unknown, done: (error: null, port: number) => void) {
      done(null, unusedPort);
      started.resolve(this.service);
    }
  }
  const load = (name: string) => {
    if (name === "require-from-string") return evaluate;
    if (name === "@grpc/grpc-js") return { ...require(name), Server };
    return name.startsWith(".") ? require(createRequire(sdkServer).resolve(name)) : require(name);
  };
  // The first line is the server's port. The engine shows all later output of a provider process as information.
  let isPortPrinted = false;
  const write = (text: unknown) => {
    if (isPortPrinted) print("info", "", String(text));
    isPortPrinted = true;
  };
  new Function("require", "module", "exports", "process", "console", "__dirname", sdkServerText)(
    load,
    { exports: {} },
    {},
    { argv: ["node", sdkServer, engineAddress], on: () => {}, exit: () => {}, env: process.env },
    { log: write, error: write },
    dirname(sdkServer),
  );
  return { service: await started.promise, end: () => shared.close("SIGINT") };
}
