import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { ServiceError, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { DynamicProvider, LogProvider, patchServer } from "../../../provider/dynamic/provider";
import { ProviderProcess } from "../../../provider/lifecycle/provider-process";
import { Plugin, providerService } from "../../../provider/plugin/service";
import type { EngineRun } from "../../../provider/run/engine-command";
import { parseRunContext } from "../../../provider/run/run-context";
import { clock } from "./clock";
import { clientInProcess } from "./in-process";
import { type Bag, fromStruct, toStruct } from "./values";

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

/** A resource that was created or updated, and then failed (pulumirpc.ErrorResourceInitFailed). */
export interface PartialFailure {
  readonly id: string;
  readonly outputs: Bag;
  readonly reasons: readonly string[];
  readonly refreshBeforeUpdate: boolean;
}

/** The error that a provider process returned for a call. */
export class ProviderError extends Error {
  constructor(
    message: string,
    readonly partial: PartialFailure | undefined,
  ) {
    super(message);
  }
}

/**
 * A connection to a simulated provider process. It has its own settings, clients and rate limits, but runs in this process with the same
 * modules.
 */
export class ProviderConnection {
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

  /** Calls a method of the provider. @throws ProviderError */
  call<Response>(method: Method, request: unknown): Promise<Response> {
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
        else reject(new ProviderError(error.details, partialFailure(error)));
      });
    });
  }
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
