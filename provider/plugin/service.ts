import type { ServerWritableStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import {
  type Integration,
  largestPage,
  matches,
  PinterestApiError,
  type PinterestClient,
  pagesOf,
} from "../api";
import type { Bag } from "../base/bag";
import { problemWithUnknown } from "../base/message-text";
import { packageSchema, packageVersion } from "../base/own-package";
import {
  configurationKeyNames,
  type Host,
  isConfigurationKey,
  lookupIn,
  lookupWithStackLimits,
  problemWithCredential,
  readConfiguration,
  rowOf,
  withoutNamespace,
} from "../config";
import {
  checkArguments,
  functions,
  type GetIntegrationsArgs,
  type PackageFunction,
  replaceSecrets,
} from "../lifecycle/functions";
import { IntegrationLogs } from "../lifecycle/integration-logs";
import { messageForEngine } from "../lifecycle/messages";
import { type ProcessOptions, ProviderProcess } from "../lifecycle/provider-process";
import { containsUnknown } from "../lifecycle/values";
import {
  encodedSecret,
  explicitName,
  functionTokens,
  integrationType,
  logType,
  returnErrorKey,
} from "../run/constants";
import { EngineCalls } from "../run/engine-calls";
import type { EngineLogger } from "../run/engine-logger";
import { Empty, Struct } from "../run/sdk-libraries";
import { bagOf, decodeArguments, type Properties, withoutNulls } from "./property-values";
import {
  importId,
  integrationResource,
  logResource,
  type PluginResource,
  resourceMethods,
} from "./resources";
import { callError, changesBetween, checkResponse, diffResponse, unaryMethods } from "./responses";

/** A provider, as the engine has configured it. The engine starts a process for each default or explicit one. */
export class Plugin {
  readonly calls = new EngineCalls();
  /** The provider process with the current configuration. */
  process!: ProviderProcess;
  private resources!: Readonly<Record<string, PluginResource>>;

  constructor(
    private readonly logger: Pick<EngineLogger, "attach" | "continuesAfterFailures" | "log" | "flush">,
    private options: Pick<ProcessOptions, "engine" | "run" | "environment" | "context"> = {},
  ) {
    // Until the engine configures the plugin, the environment applies.
    this.configure({}, "");
  }

  /** Sets the engine that the next configuration belongs to. */
  attach(engine: string): void {
    this.logger.attach(engine);
    this.options = { ...this.options, engine };
  }

  /**
   * Sets the configuration, and resets all other state. Several engines can attach to one process, one after the other, and one may delete
   * what another has created.
   *
   * @param urn the provider's URN.
   */
  configure(args: Bag, urn: string): void {
    const { calls, logger } = this;
    const process = new ProviderProcess({
      ...this.options,
      logger,
      providerName: explicitName(urn),
      notify: (message) => logger.log(calls.current?.urn ?? "", message),
      calls,
    });
    process.configure(lookupWithStackLimits(args, this.options.environment ?? {}));
    const previous: ProviderProcess | undefined = this.process;
    void previous?.end().catch(() => {});
    this.process = process;
    this.resources = {
      [integrationType]: integrationResource(process),
      [logType]: logResource(new IntegrationLogs(process)),
    };
  }

  /** @throws Error if the package does not have the type. */
  resource(type: string): PluginResource {
    const resource = this.resources[type];
    if (resource !== undefined) return resource;
    const types = Object.keys(this.resources).join(", ");
    throw new Error(`'${type}' is not a resource of this package; use one of: ${types}`);
  }

  /** Closes the provider process (see {@link ProviderProcess.close}), and sends the last messages to the engine. */
  async close(signal: NodeJS.Signals): Promise<void> {
    await this.process.close(signal).catch(() => {});
    await this.logger.flush();
  }

  /** Sends the last log entries to Pinterest, and the last messages to the engine. */
  async end(): Promise<void> {
    await this.process.end().catch(() => {});
    await this.logger.flush();
  }
}

/** The methods of the plugin protocol's ResourceProvider. gRPC reports others as unimplemented. */
export function providerService(plugin: Plugin): UntypedServiceImplementation {
  const { calls } = plugin;
  const unary = unaryMethods(plugin);
  return {
    handshake: unary(async (request: messages.ProviderHandshakeRequest) => {
      plugin.attach(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: unary(async (request: PluginAttach) => {
      plugin.attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(async () => new PluginInfo().setVersion(packageVersion())),
    getSchema: unary(async () => new messages.GetSchemaResponse().setSchema(packageSchema())),
    checkConfig: unary(async (request: messages.CheckRequest) =>
      checkConfiguration(
        decodeArguments(request.getNews()),
        plugin.process.host,
        explicitName(request.getUrn()),
      ),
    ),
    diffConfig: unary(async (request: messages.DiffRequest) => {
      const [olds, news] = [keysOf(request.getOldInputs()), keysOf(request.getNews())];
      // No change replaces the provider. Renewed credentials are a change too: with an unchanged provider, the engine continues to use the old
      // configuration (`SameStep` in its pkg/resource/deploy).
      return diffResponse(changesBetween(olds, news), {});
    }),
    configure: unary(async (request: messages.ConfigureRequest) => {
      plugin.configure(bagOf(request.getArgs()), request.getUrn() ?? "");
      plugin.process.open();
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    ...resourceMethods(plugin),
    invoke: unary(async (request: messages.InvokeRequest) => {
      const call = () => callFunction(plugin, request.getTok(), bagOf(request.getArgs()));
      return new messages.InvokeResponse().setReturn(await calls.run("", 0, call));
    }),
    list: async (call: ServerWritableStream<messages.ListRequest, messages.ListResponse>) => {
      try {
        const { results, next } = await calls.run("", 0, () => listIntegrations(plugin, call.request));
        for (const result of results) call.write(new messages.ListResponse().setResult(result));
        if (next !== undefined) {
          const continuation = new messages.ListResponse.Continuation().setContinuationToken(next);
          call.write(new messages.ListResponse().setContinuation(continuation));
        }
        call.end();
      } catch (error) {
        call.emit("error", callError(error, plugin.process.wording));
      }
    },
    cancel: unary(async () => {
      await calls.cancel();
      // An engine that disconnects cancels first, and then accepts no more messages for the terminal.
      await plugin.end();
      return new Empty();
    }),
  };
}

/**
 * Calls a function of the package. If the caller asks for it, the failure of a request is a result: see {@link returnErrorKey}.
 *
 * @throws Error if the token is unknown, an argument is invalid, or Pinterest refuses the request.
 */
async function callFunction(plugin: Plugin, token: string, values: Bag): Promise<Struct> {
  const called = Object.values<PackageFunction<{ account?: string }>>(functions).find(
    ({ name }) => functionTokens[name] === token,
  );
  if (called === undefined) {
    throw new Error(
      `'${token}' is not a function of this package; use one of: ${Object.values(functionTokens).join(", ")}`,
    );
  }
  const { [returnErrorKey]: returnsError, ...args }: { account?: string; [returnErrorKey]?: boolean } =
    withoutNulls(values);
  if (containsUnknown(args)) throw new Error(`${called.name}: an argument is not known yet`);
  checkArguments(called, args);
  try {
    const result = await called.call(plugin.process.clients.client(args.account), args);
    return Struct.fromJavaScript(replaceSecrets(result, encodedSecret) as Bag as never);
  } catch (error) {
    const message = `${called.name}: ${messageForEngine(error, plugin.process.wording)}`;
    if (returnsError !== true) throw new Error(message);
    const status = error instanceof PinterestApiError ? { status: error.status } : {};
    return Struct.fromJavaScript({ error: { message, ...status } });
  }
}

/**
 * Lists an account's integrations with the filters of getIntegrations: import IDs and names. With a page size, returns one page, and the token
 * of the next one, which is Pinterest's bookmark. The engine subtracts earlier results from the limit itself (pkg/cmd/pulumi/do/do_resource.go).
 *
 * @throws Error if a filter is invalid or Pinterest refuses the request.
 */
async function listIntegrations(
  plugin: Plugin,
  request: messages.ListRequest,
): Promise<{ results: messages.ListResponse.Result[]; next: string | undefined }> {
  const [type, limit] = [request.getToken(), request.getLimit()];
  if (type !== integrationType) throw new Error(`'${type}' cannot be listed`);
  const { getIntegrations } = functions;
  const args: GetIntegrationsArgs = {
    ...withoutNulls(bagOf(request.getQuery())),
    ...(limit > 0 ? { maxItems: limit } : {}),
  };
  checkArguments(getIntegrations, args);
  const client = plugin.process.clients.client(args.account);
  const [pageSize, token] = [request.getPageSize(), request.getContinuationToken()];
  // Pages would not know how many of the query's limit earlier ones have had.
  const isPaged = limit > 0 || args.maxItems === undefined;
  const { integrations, next } =
    isPaged && (pageSize > 0 || token !== "")
      ? await listPage(client, args, pageSize, token)
      : { ...(await getIntegrations.call(client, args)), next: undefined };
  const results = integrations.flatMap(({ externalBusinessId: name }) =>
    name === undefined
      ? []
      : new messages.ListResponse.Result().setId(importId(name, args.account)).setName(name),
  );
  return { results, next };
}

/** The next page with an integration that matches, of at most 250. The last one has no token. */
async function listPage(
  client: PinterestClient,
  args: GetIntegrationsArgs,
  pageSize: number,
  token: string,
): Promise<{ integrations: Integration[]; next: string | undefined }> {
  const { maxItems = Number.POSITIVE_INFINITY } = args;
  const size = pageSize > 0 ? Math.min(pageSize, largestPage) : largestPage;
  for await (const { items, bookmark } of pagesOf(client, size, token || undefined)) {
    const found = items.filter((item) => item.externalBusinessId !== undefined && matches(args)(item));
    if (found.length >= maxItems) return { integrations: found.slice(0, maxItems), next: undefined };
    if (found.length > 0) return { integrations: found, next: bookmark };
  }
  return { integrations: [], next: undefined };
}

/** Properties that the engine adds to a provider's configuration. */
const engineKeys: readonly string[] = ["version", "pluginDownloadURL", "pluginChecksums"];

/** Validates the configuration of a default or explicit provider. Problems name the key, and never the value. */
export function checkConfiguration(
  { values, secrets }: Properties,
  host: Host,
  explicit?: string,
): messages.CheckResponse {
  const problems = Object.keys(values)
    .filter((name) => !isConfigurationKey(name) && !engineKeys.includes(name) && !name.startsWith("__"))
    .map(
      (name) => `\`${name}\` ${problemWithUnknown(name, "key of the configuration", configurationKeyNames)}`,
    );
  // Other languages pass an unset environment variable as an empty string. `None` and `nil` are omitted arguments.
  for (const key of explicit === undefined ? [] : configurationKeyNames) {
    const problem = lookupIn(values)(key) === "" && problemWithCredential(key, "");
    if (problem)
      problems.push(
        `${problem}. Set the value. To use the credentials of the environment, omit the argument`,
      );
  }
  if (!containsUnknown(values)) {
    try {
      readConfiguration(lookupIn(values), host);
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
