// The services that the engine offers to programs: the resource monitor (`resmon` in pkg/resource/deploy/source_eval.go) and the engine's log.
// Component providers, transforms, hooks and calls are missing. Options of resources that the deployment lacks fail with the error `Unsupported`.
import { type ServerUnaryCall, type ServiceError, type sendUnaryData, status } from "@grpc/grpc-js";
import { EngineClient, EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineMessages from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorClient, ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Deployment } from "./deployment";
import { FailedResource, Terminated } from "./events";
import { clientInProcess } from "./in-process";
import type { Print } from "./provider-processes";
import { type Goal, isProviderType, plainGoal, type Resource, urnOf } from "./state";
import { fromStruct, toStruct } from "./values";

/** The program's clients of these services. @param address the engine's */
export function engineClients(address: string, deployment: Deployment, print: Print) {
  const service = monitorService(deployment);
  return {
    monitor: clientInProcess(ResourceMonitorClient, address, ResourceMonitorService, service),
    engine: clientInProcess(EngineClient, address, EngineService, engineService(print)),
  };
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

function monitorService(deployment: Deployment) {
  return {
    getDeploymentInfo: unary(() => {
      const response = new messages.DeploymentInfo();
      response.setSupportedfeaturesList(features);
      return response;
    }),
    registerResource: unary(async (request: messages.RegisterResourceRequest) => {
      const response = new messages.RegisterResourceResponse();
      try {
        const resource = await deployment.register(await goalOf(deployment, request));
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
      deployment.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
      return new Empty();
    }),
    readResource: unary(async (request: messages.ReadResourceRequest) => {
      const provider = await providerOf(deployment, request);
      const read: Resource = await deployment.readResource(
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
      const provider = request.getProvider() || (await deployment.defaultProvider(packageName));
      const result = await deployment.invoke(request.getTok(), fromStruct(request.getArgs()), provider);
      const response = new messages.ResourceInvokeResponse();
      response.setReturn(toStruct(result));
      return response;
    }),
    signalAndWaitForShutdown: unary(() => new Empty()),
  };
}

async function providerOf(
  deployment: Deployment,
  request: { getType(): string; getProvider(): string },
): Promise<string> {
  const [packageName = ""] = request.getType().split(":");
  return request.getProvider() || deployment.defaultProvider(packageName);
}

const unsupported: readonly (keyof messages.RegisterResourceRequest.AsObject)[] = [
  "importid",
  "replacementTrigger",
  "remote",
  "version",
  "plugindownloadurl",
  "hidediffsList",
  "envvarmappingsMap",
  "deletebeforereplacedefined",
];

async function goalOf(deployment: Deployment, request: messages.RegisterResourceRequest): Promise<Goal> {
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
    provider: custom && !isProvider ? await providerOf(deployment, request) : "",
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
    deleteBeforeReplace: undefined,
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
  const [, amount, unit] = /^(\d+)([sm])$/.exec(duration) ?? [];
  if (unit === undefined) throw new Error(`unsupported: the duration ${duration}`);
  return Number(amount) * (unit === "m" ? 60 : 1);
}

type Alias = ReturnType<messages.RegisterResourceRequest["getAliasesList"]>[number];

function aliasUrn(alias: Alias, request: messages.RegisterResourceRequest): string {
  const spec = alias.getSpec();
  if (spec === undefined) throw new Error("unsupported: an alias that is a URN");
  const { type, name, parenturn } = spec.toObject();
  return urnOf(type || request.getType(), name || request.getName(), parenturn);
}

function engineService(print: Print) {
  const severities = ["debug", "info", "warning", "error"] as const;
  return {
    log: unary((request: engineMessages.LogRequest) => {
      print(severities[request.getSeverity()] ?? "info", request.getUrn(), request.getMessage());
      return new Empty();
    }),
    setRootResource: unary(() => new engineMessages.SetRootResourceResponse()),
    requirePulumiVersion: unary(() => new engineMessages.RequirePulumiVersionResponse()),
  };
}
