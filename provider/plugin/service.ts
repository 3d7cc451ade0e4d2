import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { problemWithUnknown } from "../api/message-text";
import { packageVersion } from "../api/own-package";
import {
  configurationKeyNames,
  isConfigurationKey,
  lookupIn,
  readConfiguration,
  rowOf,
  withoutNamespace,
} from "../config";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { listMethod } from "./import";
import { changesBetween, checkResponse, create, diffResponse, unary } from "./messages";
import type { Plugin } from "./plugin";
import { bagOf, decode, type Properties } from "./property-values";
import { resourceMethods } from "./resources";
import { Empty, type Struct } from "./sdk-libraries";

/** Events of the engine's connection. */
interface ServiceEvents {
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
      checkConfiguration(decode(request.getNews())),
    ),
    diffConfig: unary(async (request: messages.DiffRequest) => {
      const [olds, news] = [keysOf(request.getOldInputs()), keysOf(request.getNews())];
      // No change replaces the provider. Renewed credentials are a change too: with an unchanged provider, the engine continues to use the old
      // configuration (`SameStep` in its pkg/resource/deploy).
      return diffResponse(changesBetween(olds, news), {});
    }),
    configure: unary(async (request: messages.ConfigureRequest) => {
      plugin.configure(bagOf(request.getArgs()), request.getUrn() ?? "");
      return create(messages.ConfigureResponse, { acceptsecrets: true, supportspreview: true });
    }),
    ...resourceMethods(plugin),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const call = () => plugin.invoke(request.getTok(), bagOf(request.getArgs()));
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

/** Properties that the engine adds to a provider's configuration. */
const engineKeys: readonly string[] = ["version", "pluginDownloadURL", "pluginChecksums"];

/** Validates a provider's configuration. Problems name the key, and never the value. */
export function checkConfiguration({ values, secrets }: Properties): messages.CheckResponse {
  const problems = Object.keys(values)
    .filter((name) => !isConfigurationKey(name) && !engineKeys.includes(name) && !name.startsWith("__"))
    .map(
      (name) => `\`${name}\` ${problemWithUnknown(name, "key of the configuration", configurationKeyNames)}`,
    );
  if (!containsUnknown(values)) {
    try {
      readConfiguration(lookupIn(values));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const secretKeys = configurationKeyNames.filter((key) => rowOf(key).secret);
  return checkResponse({ inputs: values, problems }, [...secrets, ...secretKeys]);
}

/** The keys without namespace. The provider can be an alias of one of the dynamic provider, whose keys have a namespace. */
function keysOf(configuration: Struct | undefined): Bag {
  const entries = Object.entries(bagOf(configuration)).filter(([name]) => !engineKeys.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [withoutNamespace(name), value]));
}

/** The package's schema, which the build writes into `dist`. */
function packageSchema(): string {
  const compiled = join(__dirname, "schema.json");
  const path = existsSync(compiled) ? compiled : join(__dirname, "../../dist/provider/plugin/schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
