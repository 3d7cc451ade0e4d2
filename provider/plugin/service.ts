import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { packageVersion } from "../api/own-package";
import { checkConfiguration, differenceOfConfiguration } from "./configuration";
import { listed } from "./listed";
import { checkResponse, diffResponse, handshakeResponse } from "./messages";
import type { Plugin } from "./plugin";
import { decode } from "./property-values";
import { packageSchema } from "./schema";
import { Empty } from "./sdk-libraries";
import { unary } from "./unary";

/** What the service is told besides calls about resources. */
export interface ServiceEvents {
  /** The engine that this process serves, where it is told so by a call. */
  attached(engineAddress: string): void;
  /** The engine is about to end this process, or wants no more of it: settles when what comes last is done. */
  ending(): Promise<void>;
}

/** The methods of the plugin protocol's ResourceProvider that this plugin has; gRPC answers the others as unimplemented. */
export function providerService(
  plugin: Plugin,
  { attached, ending }: ServiceEvents,
): UntypedServiceImplementation {
  const { calls } = plugin;
  return {
    handshake: unary(async (request: messages.ProviderHandshakeRequest) => {
      attached(request.getEngineAddress());
      return handshakeResponse();
    }),
    attach: unary(async (request: { getAddress(): string }) => {
      attached(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(async () => {
      const response = new PluginInfo();
      response.setVersion(packageVersion());
      return response;
    }),
    getSchema: unary(async () => {
      const response = new messages.GetSchemaResponse();
      response.setSchema(packageSchema());
      return response;
    }),
    checkConfig: unary(async (request: messages.CheckRequest) =>
      checkResponse(checkConfiguration(decode(request.getNews()))),
    ),
    diffConfig: unary(async (request: messages.DiffRequest) =>
      diffResponse(differenceOfConfiguration(decode(request.getOldInputs()), decode(request.getNews()))),
    ),
    configure: unary(async (request: messages.ConfigureRequest) => {
      plugin.configure(decode(request.getArgs()), request.getUrn() ?? "");
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
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
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(outputs);
      response.setRefreshBeforeUpdate(resource.refreshBeforeUpdate);
      return response;
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
      const response = new messages.ReadResponse();
      if (found !== undefined) {
        response.setId(found.id);
        response.setProperties(found.outputs);
        response.setInputs(found.inputs);
        response.setRefreshBeforeUpdate(resource.refreshBeforeUpdate);
      }
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const resource = plugin.resource(typeIn(request));
      const outputs = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.update(
          request.getId(),
          decode(request.getOlds()),
          decode(request.getNews()),
          request.getPreview(),
        ),
      );
      const response = new messages.UpdateResponse();
      response.setProperties(outputs);
      response.setRefreshBeforeUpdate(resource.refreshBeforeUpdate);
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const resource = plugin.resource(typeIn(request));
      await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.delete(request.getId(), decode(request.getProperties())),
      );
      return new Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const response = new messages.InvokeResponse();
      response.setReturn(
        await calls.run("", 0, () => plugin.invoke(request.getTok(), decode(request.getArgs()))),
      );
      return response;
    }),
    list: listed(plugin),
    cancel: unary(async () => {
      calls.cancel();
      // An engine that closes cancels first, and then hears no more of what is to be said at the terminal.
      await ending();
      return new Empty();
    }),
  };
}

/** The type of the resource that a request is about. Engines older than 3.140 leave the field empty, and the URN has it too. */
function typeIn(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::").at(-2)?.split("$").at(-1) ?? "");
}
