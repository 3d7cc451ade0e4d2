import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { handleServerStreamingCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { isRefreshRequested } from "../api/engine-command";
import { packageVersion } from "../api/own-package";
import { exitWithEngine, onTermination, ShutdownActions } from "../runtime/engine-lifetime";
import { checkConfiguration, differenceOfConfiguration } from "./configuration";
import { diffResponse } from "./difference";
import { EngineLogger } from "./engine-log";
import { callError, checkResponse, create, unary } from "./messages";
import { Plugin } from "./plugin";
import { decode } from "./property-values";
import { resourceMethods } from "./resources";
import { Empty, grpc } from "./sdk-libraries";

/** The engine's own limit for a message. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Runs the provider plugin: a server on a loopback port, whose number is the first line of standard output. The engine allows no other output
 * before it.
 *
 * @param engineAddress the engine that started the process. If absent, the plugin waits for an engine to attach.
 */
export async function runPlugin(engineAddress: string | undefined): Promise<void> {
  let logger: EngineLogger | undefined;
  const shutdownActions = new ShutdownActions();
  const onEngineEnd = () => shutdownActions.run().then(() => logger?.flush());
  const plugin = new Plugin((...message) => logger?.log(...message), {
    engine: engineAddress,
    isRefreshRequested,
    beforeEnd: (action) => shutdownActions.add(action),
  });
  onTermination(onEngineEnd, () => process.exit(0));
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(
    ResourceProviderService,
    providerService(plugin, {
      onEngineAddress: (address) => {
        logger = new EngineLogger(address);
        plugin.attach(address);
      },
      onEngineEnd,
    }),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
  if (engineAddress !== undefined) exitWithEngine(engineAddress, () => process.exit(1));
}

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
    ...resourceMethods(plugin),
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

/** The package's schema, which the build writes into `dist`. */
function packageSchema(): string {
  const compiled = join(__dirname, "schema.json");
  const path = existsSync(compiled) ? compiled : join(__dirname, "../../dist/provider/plugin/schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
