import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  ServiceError,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { packageVersion } from "../api/own-package";
import { checkConfiguration, differenceOfConfiguration } from "./configuration";
import { diffResponse } from "./difference";
import { callError, checkResponse, create } from "./messages";
import type { Plugin } from "./plugin";
import { decode } from "./property-values";
import { Empty } from "./sdk-libraries";

/** Events of the engine's connection. */
export interface ServiceEvents {
  /** The engine sent its address. */
  onEngineAddress(engineAddress: string): void;
  /** The engine is about to terminate this process or to disconnect. Resolves when the last messages were sent. */
  onEngineEnd(): Promise<void>;
}

/** The methods of the plugin protocol's ResourceProvider. gRPC answers others as unimplemented. */
export function providerService(
  plugin: Plugin,
  { onEngineAddress, onEngineEnd }: ServiceEvents,
): UntypedServiceImplementation {
  const { calls } = plugin;
  return {
    handshake: unary(async (request: messages.ProviderHandshakeRequest) => {
      onEngineAddress(request.getEngineAddress());
      return create(messages.ProviderHandshakeResponse, {
        acceptSecrets: true,
        acceptResources: false,
        acceptOutputs: false,
      });
    }),
    attach: unary(async (request: { getAddress(): string }) => {
      onEngineAddress(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(async () => create(PluginInfo, { version: packageVersion() })),
    getSchema: unary(async () => create(messages.GetSchemaResponse, { schema: packageSchema() })),
    checkConfig: unary(async (request: messages.CheckRequest) =>
      checkResponse(checkConfiguration(decode(request.getNews()))),
    ),
    diffConfig: unary(async (request: messages.DiffRequest) =>
      diffResponse(differenceOfConfiguration(decode(request.getOldInputs()), decode(request.getNews()))),
    ),
    configure: unary(async (request: messages.ConfigureRequest) => {
      plugin.configure(decode(request.getArgs()), request.getUrn() ?? "");
      return create(messages.ConfigureResponse, { acceptsecrets: true, supportspreview: true });
    }),
    check: unary(async (request: messages.CheckRequest) => {
      const urn = request.getUrn();
      return calls.run(urn, 0, async () =>
        checkResponse(
          await plugin.check(typeIn(request), urn, decode(request.getOlds()), decode(request.getNews())),
        ),
      );
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const known = { inputs: decode(request.getOldInputs()), state: decode(request.getOlds()) };
      return diffResponse(
        plugin.resource(typeIn(request)).diff(request.getId(), known, decode(request.getNews())),
      );
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const resource = plugin.resource(typeIn(request));
      const { id, outputs } = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.create(decode(request.getProperties()), request.getPreview()),
      );
      const { refreshBeforeUpdate } = resource;
      return create(messages.CreateResponse, { id, properties: outputs, refreshBeforeUpdate });
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const resource = plugin.resource(typeIn(request));
      const known = {
        inputs: request.hasInputs() ? decode(request.getInputs()) : undefined,
        state: request.hasProperties() ? decode(request.getProperties()) : undefined,
      };
      const found = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.read(request.getId(), known),
      );
      if (found === undefined) return new messages.ReadResponse();
      const { refreshBeforeUpdate } = resource;
      const { id, outputs, inputs } = found;
      return create(messages.ReadResponse, { id, properties: outputs, inputs, refreshBeforeUpdate });
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const resource = plugin.resource(typeIn(request));
      const [olds, news] = [decode(request.getOlds()), decode(request.getNews())];
      const outputs = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.update(request.getId(), olds, news, request.getPreview()),
      );
      const { refreshBeforeUpdate } = resource;
      return create(messages.UpdateResponse, { properties: outputs, refreshBeforeUpdate });
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const resource = plugin.resource(typeIn(request));
      await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.delete(request.getId(), decode(request.getProperties())),
      );
      return new Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const call = () => plugin.invoke(request.getTok(), decode(request.getArgs()));
      return create(messages.InvokeResponse, { return: await calls.run("", 0, call) });
    }),
    list: listMethod(plugin),
    cancel: unary(async () => {
      calls.cancel();
      // An engine that disconnects cancels first, and then accepts no more messages for the terminal.
      await onEngineEnd();
      return new Empty();
    }),
  };
}

/** A method with one request and one response. */
export function unary<Request, Response>(
  action: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    action(call.request)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback((isCallError(error) ? error : callError(error)) as ServiceError, null),
      )
      // If the response cannot be encoded, the engine must not wait forever.
      .catch((error: unknown) => callback(callError(error) as ServiceError, null));
  };
}

function isCallError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "details" in error && "code" in error;
}

/** Streams the resources of a type that can be imported. */
function listMethod(plugin: Plugin): handleServerStreamingCall<messages.ListRequest, messages.ListResponse> {
  return async (call) => {
    const { request } = call;
    try {
      const found = await plugin.calls.run("", 0, () =>
        plugin.list(request.getToken(), decode(request.getQuery()), request.getLimit()),
      );
      for (const { id, name } of found) {
        const result = create(messages.ListResponse.Result, { id, name });
        call.write(create(messages.ListResponse, { result }));
      }
      call.end();
    } catch (error) {
      call.emit("error", callError(error));
    }
  };
}

/** The type of a request's resource. Engines older than 3.140 send it in the URN only. */
function typeIn(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::").at(-2)?.split("$").at(-1) ?? "");
}

/** The package's schema, which the build writes into `dist`. */
function packageSchema(): string {
  const compiled = join(__dirname, "schema.json");
  const path = existsSync(compiled) ? compiled : join(__dirname, "../../dist/provider/plugin/schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
