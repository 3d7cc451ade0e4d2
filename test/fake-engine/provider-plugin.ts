// The engine's side of the provider protocol: `provider` in sdk/go/common/resource/plugin/provider_plugin.go. It has no timeouts and no retries.
import type { Client, ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
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
import type { Process } from "./provider-processes";
import { nameOf, type Resource, typeIn } from "./state";
import { type Bag, fromStruct, type PropertyDifference, toStruct, withoutSecrets } from "./values";

/** A method of the protocol. */
type Method = Exclude<keyof ResourceProviderClient, keyof Client>;

/** Receives each call to a provider before it is sent. */
export type OnCall = (method: Method, request: unknown) => void;

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/** The engine's connection to a provider process. */
export class ProviderPlugin implements Provider {
  acceptSecrets = false;
  supportsPreview = false;
  private readonly client: ResourceProviderClient;

  constructor(
    private readonly process: Process,
    private readonly onCall: OnCall,
  ) {
    const { service } = process;
    this.client = clientInProcess(ResourceProviderClient, "provider", ResourceProviderService, service);
  }

  /** Stops the process like the engine: cancels its calls, and then interrupts it. */
  async stop(): Promise<void> {
    await new Promise((resolve) => this.client.cancel(new Empty(), resolve));
    await this.process.end();
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
    request.setTimeout(timeouts.delete);
    await this.call("delete", request);
  }

  async invoke(token: string, args: Bag, { isPreview }: { isPreview: boolean }) {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(this.marshal(args));
    request.setPreview(isPreview);
    const response = await this.call<messages.InvokeResponse>("invoke", request);
    return fromStruct(response.getReturn());
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
  const problems = response
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
  return { inputs: fromStruct(response.getInputs()), problems };
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
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? Buffer.of());
  return {
    id: failed.getId(),
    outputs: fromStruct(failed.getProperties()),
    reasons: failed.getReasonsList(),
    refreshBeforeUpdate: failed.getRefreshBeforeUpdate(),
  };
}
