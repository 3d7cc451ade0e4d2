import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { runInThisContext } from "node:vm";
import { type ServerUnaryCall, type ServiceError, type sendUnaryData, status } from "@grpc/grpc-js";
import { RunError } from "@pulumi/pulumi";
import { isGrpcError, ResourceError } from "@pulumi/pulumi/errors";
import { EngineClient, EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineMessages from "@pulumi/pulumi/proto/engine_pb";
import * as providerMessages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient, ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack";
import * as state from "@pulumi/pulumi/runtime/state";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { FailedResource, Terminated } from "./errors";
import { clientInProcess } from "./in-process";
import type { Operation } from "./operation";
import type { Print } from "./provider-process";
import { type Goal, isProviderType, plainGoal, type Resource, urnOf } from "./state";
import "./sdk-diagnostics";
import { fromStruct, toStruct } from "./values";

/** The clients of the services that the engine offers to programs: its resource monitor and its log. */
export class Monitor {
  operation: Operation | undefined;
  readonly resourceMonitor: ResourceMonitorClient;
  readonly engine: EngineClient;
  private readonly sockets: Socket[] = [];

  private constructor(
    readonly address: string,
    print: Print,
    private readonly server: Server,
  ) {
    server.on("connection", (socket) => this.sockets.push(socket));
    const current = () => {
      if (this.operation === undefined) throw new Terminated();
      return this.operation;
    };
    this.resourceMonitor = clientInProcess(
      ResourceMonitorClient,
      address,
      ResourceMonitorService,
      monitorService(current),
    );
    this.engine = clientInProcess(EngineClient, address, EngineService, engineService(print));
  }

  static async start(print: Print): Promise<Monitor> {
    // Programs connect to the address only to notice the engine's end.
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Monitor(`127.0.0.1:${(server.address() as AddressInfo).port}`, print, server);
  }

  end(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

function unary<Request, Response>(handle: (request: Request) => Promise<Response> | Response) {
  return (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => done(null, response),
        (error: Error) => {
          const code = error instanceof Terminated ? status.UNAVAILABLE : status.UNKNOWN;
          done({ code, details: error.message } as ServiceError, null);
        },
      );
  };
}

const { ResourceMonitorFeature } = messages;

/** See `getSupportedFeatures` in source_eval.go. Transforms and hooks are missing, because these tests do not use them. */
const features = [
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
];

function monitorService(operation: () => Operation) {
  return {
    getDeploymentInfo: unary(() => {
      const response = new messages.DeploymentInfo();
      response.setSupportedfeaturesList(features);
      return response;
    }),
    registerResource: unary(async (request: messages.RegisterResourceRequest) => {
      const response = new messages.RegisterResourceResponse();
      try {
        const resource = await operation().register(await goalOf(operation(), request));
        response.setUrn(resource.urn);
        response.setId(resource.id);
        if (resource.custom) response.setObject(toStruct(resource.outputs));
        response.setUnknown(resource.isSkipped === true);
      } catch (error) {
        if (!(error instanceof FailedResource)) throw error;
        response.setUrn(urnOf(request.getType(), request.getName(), request.getParent()));
        response.setObject(toStruct({}));
        response.setResult(messages.Result.FAIL);
      }
      return response;
    }),
    registerResourceOutputs: unary((request: messages.RegisterResourceOutputsRequest) => {
      operation().registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
      return new Empty();
    }),
    readResource: unary(async (request: messages.ReadResourceRequest) => {
      const provider = await providerOf(operation(), request);
      const read: Resource = await operation().readResource(
        {
          ...plainGoal,
          type: request.getType(),
          name: request.getName(),
          inputs: fromStruct(request.getProperties()),
          parent: request.getParent(),
          provider,
          dependencies: request.getDependenciesList(),
        },
        request.getId(),
      );
      const response = new messages.ReadResourceResponse();
      response.setUrn(read.urn);
      response.setProperties(toStruct(read.outputs));
      return response;
    }),
    invoke: unary(async (request: messages.ResourceInvokeRequest) => {
      const [packageName = ""] = request.getTok().split(":");
      const provider = request.getProvider() || (await operation().defaultProvider(packageName));
      const { result, failures } = await operation().invoke(
        request.getTok(),
        fromStruct(request.getArgs()),
        provider,
      );
      const response = new messages.ResourceInvokeResponse();
      response.setReturn(toStruct(result));
      response.setFailuresList(
        failures.map((reason) => {
          const failure = new providerMessages.CheckFailure();
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  };
}

async function providerOf(
  operation: Operation,
  request: { getType(): string; getProvider(): string },
): Promise<string> {
  const [packageName = ""] = request.getType().split(":");
  return request.getProvider() || operation.defaultProvider(packageName);
}

const unsupported: readonly (keyof messages.RegisterResourceRequest.AsObject)[] = [
  "importid",
  "replacementTrigger",
  "remote",
  "version",
  "plugindownloadurl",
  "hidediffsList",
  "envvarmappingsMap",
];

async function goalOf(operation: Operation, request: messages.RegisterResourceRequest): Promise<Goal> {
  const given = request.toObject();
  for (const name of unsupported) {
    const value = given[name];
    if (Array.isArray(value) ? value.length > 0 : Boolean(value)) {
      throw new Error(`unsupported: the option ${name}; test it on the real engine`);
    }
  }
  const type = request.getType();
  const custom = request.getCustom();
  const isProvider = isProviderType(type);
  const timeouts = request.getCustomtimeouts();
  return {
    type,
    name: request.getName(),
    custom,
    inputs: fromStruct(request.getObject()),
    parent: request.getParent(),
    provider: custom && !isProvider ? await providerOf(operation, request) : "",
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([name, given]) => [name, given.getUrnsList()]),
    ),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
    replaceWith: request.getReplaceWithList(),
    aliases: request.getAliasesList().map((alias) => aliasUrn(alias, request)),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    timeouts: {
      create: seconds(timeouts?.getCreate()),
      update: seconds(timeouts?.getUpdate()),
      delete: seconds(timeouts?.getDelete()),
    },
  };
}

/** Seconds of a duration such as `90s` or `2m`. */
function seconds(duration = ""): number {
  if (duration === "") return 0;
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(duration) ?? [];
  const factors: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  if (unit === undefined) throw new Error(`unsupported: the duration ${duration}`);
  return Number(amount) * (factors[unit] ?? 0);
}

type Alias = ReturnType<messages.RegisterResourceRequest["getAliasesList"]>[number];

function aliasUrn(alias: Alias, request: messages.RegisterResourceRequest): string {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const parent = spec.getNoparent() ? "" : spec.getParenturn() || request.getParent();
  return urnOf(spec.getType() || request.getType(), spec.getName() || request.getName(), parent);
}

function engineService(print: Print) {
  const severities = ["debug", "info", "warning", "error"] as const;
  let root = "";
  return {
    log: unary((request: engineMessages.LogRequest) => {
      print(severities[request.getSeverity()] ?? "info", request.getUrn(), request.getMessage());
      return new Empty();
    }),
    getRootResource: unary(() => {
      const response = new engineMessages.GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
    setRootResource: unary((request: engineMessages.SetRootResourceRequest) => {
      root = request.getUrn();
      return new engineMessages.SetRootResourceResponse();
    }),
    requirePulumiVersion: unary(() => new engineMessages.RequirePulumiVersionResponse()),
  };
}

/** Missing in the SDK's types. */
const { withLocalStorage, getStore } = state as unknown as {
  withLocalStorage: (run: () => Promise<void>) => Promise<void>;
  getStore: () => { readonly settings: { monitor: unknown; engine: unknown } };
};

/** The real `process`. Jest replaces it with a copy in tests, but Node.js reports unhandled rejections to the real one. */
const realProcess: NodeJS.EventEmitter = runInThisContext("process");

/**
 * Runs a program like the SDK's language host (`cmd/run`).
 *
 * @returns whether it completed without an error
 */
export async function runProgram(
  program: () => unknown,
  { monitor, preview, print, configuration, terminated, idle }: ProgramOptions,
): Promise<boolean> {
  const errors = new Set<unknown>();
  const onError = (error: unknown) => {
    if (errors.has(error)) return;
    errors.add(error);
    report(error, print);
  };
  const restore = catchErrors(onError);
  try {
    await withLocalStorage(async () => {
      const { address } = monitor;
      settings.resetOptions("lab", "test", 64, address, address, preview, "organization");
      Object.assign(getStore().settings, { monitor: monitor.resourceMonitor, engine: monitor.engine });
      setAllConfig(
        Object.fromEntries([...configuration].map(([key, { value }]) => [key, value])),
        [...configuration].filter(([, { isSecret }]) => isSecret).map(([key]) => key),
      );
      const ran = runInPulumiStack(async () => program())
        .then(() => settings.disconnect(true))
        .catch((error) => {
          onError(error);
          // If a constructor throws, its registration stays unfinished and `disconnect` would never return.
          return idle();
        });
      // The SDK waits forever for registrations that the engine did not complete; Pulumi's engine ends its process.
      await Promise.race([ran, terminated]);
      // Rejections without a handler are reported once the microtasks are done.
      await new Promise((resolve) => setImmediate(resolve));
    });
  } finally {
    restore();
  }
  return errors.size === 0;
}

export interface ProgramOptions {
  readonly monitor: Monitor;
  readonly preview: boolean;
  readonly print: Print;
  /** Resolves when the engine stops early, after a failure. */
  readonly terminated: Promise<void>;
  /** Resolves when the engine has completed the program's requests so far. */
  readonly idle: () => Promise<void>;
  readonly configuration: ReadonlyMap<string, { readonly value: string; readonly isSecret: boolean }>;
}

function catchErrors(onError: (error: unknown) => void): () => void {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => realProcess.listeners(event));
  for (const event of events) {
    realProcess.removeAllListeners(event);
    realProcess.on(event, onError);
  }
  return () => {
    events.forEach((event, index) => {
      realProcess.removeAllListeners(event);
      for (const listener of before[index] ?? []) realProcess.on(event, listener as (error: unknown) => void);
    });
  };
}

function report(error: unknown, print: Print): void {
  if (RunError.isInstance(error)) print("error", "", (error as Error).message);
  else if (ResourceError.isInstance(error)) print("error", "", (error as Error).message);
  else if (!isGrpcError(error as Error)) print("error", "", (error as Error)?.stack ?? String(error));
}
