import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Plugin, providerService } from "../../../provider/plugin/service";
import { integrationType } from "../../../provider/run/constants";
import { ofThisProcess } from "../../run-context";
import { struct, type Wire, wireOf } from "./wire";

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/** The URN of a resource of a stack. */
export function urnOf(name: string, type: string = integrationType): string {
  return `urn:pulumi:dev::shops::${type}::${name}`;
}

/** The response to a check. */
export interface Checked {
  readonly inputs: Wire;
  readonly failures: { property: string; reason: string }[];
}

interface RequestOptions {
  type?: string;
  urn?: string;
  preview?: boolean;
  /** The time limit of customTimeouts, in seconds. */
  timeout?: number;
}

/** A plugin process over gRPC. */
export class PluginService {
  /** Printed messages. */
  readonly printed: { urn: string; message: string }[] = [];
  /** Other calls of the engine's log: attachments to an engine, and flushes. */
  readonly events: string[] = [];

  /** Whether the engine is one that continues after the failure of an account. */
  continuesAfterFailures = false;

  private constructor(
    private readonly server: Server,
    readonly client: ResourceProviderClient,
  ) {}

  static async start(): Promise<PluginService> {
    const server = new Server();
    const plugin = new Plugin(
      {
        attach: (engine) => service.events.push(`attached to ${engine}`),
        log: (urn, message) => service.printed.push({ urn, message }),
        continuesAfterFailures: async () => service.continuesAfterFailures,
        flush: async () => {
          service.events.push("flushed");
        },
      },
      ofThisProcess,
    );
    server.addService(ResourceProviderService, providerService(plugin));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const service = new PluginService(server, client);
    return service;
  }

  stop(): void {
    this.client.close();
    this.server.forceShutdown();
  }

  /** Call a method of the service. @throws ServiceError of gRPC. */
  call<Response>(method: (client: ResourceProviderClient, callback: Callback<Response>) => void) {
    return new Promise<Response>((resolve, reject) => {
      method(this.client, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }

  /** @param name the provider's name in its URN. */
  configure(args: Wire, name = "default_1_0_0"): Promise<messages.ConfigureResponse> {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(args));
    request.setUrn(urnOf(name, "pulumi:providers:pinterest"));
    return this.call((client, done) => client.configure(request, done));
  }

  /** @param urn the provider's URN. @default that of the default provider */
  async checkConfig(news: Wire, urn = ""): Promise<Checked> {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(struct(news));
    return checked(await this.call((client, done) => client.checkConfig(request, done)));
  }

  diffConfig(olds: Wire, news: Wire): Promise<messages.DiffResponse> {
    const request = new messages.DiffRequest();
    request.setOldInputs(struct(olds));
    request.setNews(struct(news));
    return this.call((client, done) => client.diffConfig(request, done));
  }

  async check(
    news: Wire,
    { type = integrationType, urn = urnOf("shop", type), olds = {} }: RequestOptions & { olds?: Wire } = {},
  ): Promise<Checked> {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setType(type);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return checked(await this.call((client, done) => client.check(request, done)));
  }

  diff(
    id: string,
    { inputs, state }: { inputs: Wire; state: Wire },
    news: Wire,
    { type = integrationType, urn = urnOf("shop", type) }: RequestOptions = {},
  ): Promise<messages.DiffResponse> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setUrn(urn);
    request.setType(type);
    request.setOldInputs(struct(inputs));
    request.setOlds(struct(state));
    request.setNews(struct(news));
    return this.call((client, done) => client.diff(request, done));
  }

  async create(
    inputs: Wire,
    { type = integrationType, urn = urnOf("shop", type), preview = false, timeout = 0 }: RequestOptions = {},
  ): Promise<{ id: string; outputs: Wire }> {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setType(type);
    request.setProperties(struct(inputs));
    request.setPreview(preview);
    request.setTimeout(timeout);
    const response = await this.call<messages.CreateResponse>((client, done) => client.create(request, done));
    return { id: response.getId(), outputs: wireOf(response.getProperties()) };
  }

  /** @param known empty for an import; equal inputs and state for a lookup. */
  async read(
    id: string,
    known: { inputs?: Wire; state?: Wire } = {},
    { type = integrationType, urn = urnOf("shop", type) }: RequestOptions = {},
  ): Promise<{ id: string; outputs: Wire; inputs: Wire }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setUrn(urn);
    request.setType(type);
    if (known.inputs !== undefined) request.setInputs(struct(known.inputs));
    if (known.state !== undefined) request.setProperties(struct(known.state));
    const response = await this.call<messages.ReadResponse>((client, done) => client.read(request, done));
    return {
      id: response.getId(),
      outputs: wireOf(response.getProperties()),
      inputs: wireOf(response.getInputs()),
    };
  }

  async invoke(token: string, args: Wire = {}): Promise<Wire> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    const response = await this.call<messages.InvokeResponse>((client, done) => client.invoke(request, done));
    return wireOf(response.getReturn());
  }

  async list(query: Wire = {}, options: ListOptions = {}): Promise<string[][]> {
    return (await this.listPage(query, options)).found;
  }

  /** A page of importable integrations, and the token of the next one, or "". */
  async listPage(
    query: Wire,
    { type = integrationType, limit = 0, pageSize = 0, token = "" }: ListOptions,
  ): Promise<{ found: string[][]; next: string }> {
    const request = new messages.ListRequest();
    request.setToken(type);
    request.setQuery(struct(query));
    request.setLimit(limit);
    request.setPageSize(pageSize);
    request.setContinuationToken(token);
    const found: string[][] = [];
    let next = "";
    for await (const response of this.client.list(request)) {
      const { result, continuation } = (response as messages.ListResponse).toObject();
      if (result !== undefined) found.push([result.id, result.name]);
      next = continuation?.continuationToken ?? next;
    }
    return { found, next };
  }
}

interface ListOptions {
  readonly type?: string;
  /** @default no limit */
  readonly limit?: number;
  /** @default all integrations in one page */
  readonly pageSize?: number;
  /** @default the first page */
  readonly token?: string;
}

function checked(response: messages.CheckResponse): Checked {
  return {
    inputs: wireOf(response.getInputs()),
    failures: response
      .getFailuresList()
      .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
  };
}
