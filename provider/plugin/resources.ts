import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { commandFor } from "../config";
import { type CheckResult, Declarations } from "../lifecycle/check";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { previewCreate, previewUpdate } from "../lifecycle/diff";
import { importIntegration } from "../lifecycle/import";
import { type Bag, lookupKey, managedKey, partialState } from "../lifecycle/outputs";
import { updateIntegration } from "../lifecycle/update";
import { unknownValue } from "../lifecycle/values";
import { providerKey } from "../runtime/constants";
import type { IntegrationLogs } from "../runtime/integration-logs";
import type { ProviderProcess } from "../runtime/provider-process";
import { importPlace } from "./import";
import {
  changesBetween,
  checkResponse,
  create,
  type DiffEffects,
  diffResponse,
  partialCallError,
  unary,
} from "./messages";
import type { Plugin } from "./plugin";
import { bagOf, decode, encode } from "./property-values";
import { Empty } from "./sdk-libraries";

/** What the engine knows of a resource that is read: nothing for an import, the inputs alone for a lookup. */
interface Known {
  readonly inputs: Bag | undefined;
  readonly state: Bag | undefined;
}

/** The result of a create. */
interface Created {
  readonly id: string;
  readonly outputs: Bag;
}

/** The operations of a resource type in the plugin protocol. */
export interface PluginResource {
  /** Whether the engine is to read the resource before every update (`refresh_before_update`). */
  readonly refreshBeforeUpdate: boolean;
  check(urn: string, olds: Bag, news: Bag): Promise<CheckResult>;
  diff(id: string, state: Bag, news: Bag): DiffEffects;
  /** Predicts the outputs of an update, or without old outputs of a create. */
  preview(olds: Bag | undefined, inputs: Bag): Bag;
  create(inputs: Bag): Promise<Created>;
  /** Returns undefined if the resource is missing. */
  read(id: string, known: Known): Promise<(Created & { readonly inputs: Bag }) | undefined>;
  update(id: string, olds: Bag, inputs: Bag): Promise<Bag>;
  delete(id: string, olds: Bag): Promise<void>;
}

export class PluginIntegrations implements PluginResource {
  private readonly declarations = new Declarations();
  /** The provider's name is an input, so that a move to another provider is an update, which checks whether the move is possible. */
  private readonly provider: { readonly providerName?: string };

  /** @param providerName the explicit provider's name. Undefined for a default provider. */
  constructor(
    private readonly process: ProviderProcess,
    providerName: string | undefined,
  ) {
    this.provider = providerName === undefined ? {} : { providerName };
  }

  get refreshBeforeUpdate(): boolean {
    return this.process.refreshBeforeUpdate;
  }

  async check(urn: string, olds: Bag, news: Bag): Promise<CheckResult> {
    const { inputs, problems } = await this.process.check(olds, { ...news, ...this.provider });
    // The engine checks a replaced resource twice.
    const duplicate = problems.length === 0 ? this.declarations.record(nameOf(urn), inputs, urn) : undefined;
    return { inputs, problems: duplicate === undefined ? problems : [duplicate] };
  }

  diff(id: string, state: Bag, news: Bag): DiffEffects {
    const { replaces } = this.process.diff(id, state, news);
    return { replaces, stables: ["integrationId", "connectedUserId", "createdTimestamp"] };
  }

  preview(olds: Bag | undefined, inputs: Bag): Bag {
    return olds === undefined ? previewCreate(inputs) : previewUpdate(olds, inputs);
  }

  create(inputs: Bag): Promise<Created> {
    return createIntegration(inputs, this.process.session);
  }

  async read(id: string, { state }: Known) {
    const place =
      state === undefined ? importPlace(id, (name) => this.isAccount(name)) : { externalBusinessId: id };
    const found =
      state === undefined
        ? await importIntegration({ ...place, ...this.provider }, this.process.session)
        : await this.process.read(id, previousOutputs(state));
    return found && { id: place.externalBusinessId, outputs: found.outputs, inputs: found.inputs };
  }

  update(id: string, olds: Bag, inputs: Bag): Promise<Bag> {
    return updateIntegration(id, olds, inputs, this.process.session);
  }

  async delete(id: string, olds: Bag): Promise<void> {
    await deleteIntegration(id, olds, this.process.session);
  }

  private isAccount(name: string): boolean {
    const { configuration } = this.process;
    return configuration.accounts.has(name) || commandFor(configuration, name) !== undefined;
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** Marks the state of a lookup, which has no record of managed fields. State of the dynamic provider can lack the record, but has the code. */
function previousOutputs(state: Bag): Bag {
  const isLookup = !(managedKey in state) && !(providerKey in state);
  return isLookup ? { ...state, [lookupKey]: true } : state;
}

export class PluginLogs implements PluginResource {
  readonly refreshBeforeUpdate = false;

  constructor(private readonly logs: IntegrationLogs) {}

  async check(_urn: string, _olds: Bag, news: Bag): Promise<CheckResult> {
    return this.logs.check(news);
  }

  diff(): DiffEffects {
    return {};
  }

  preview(_olds: Bag | undefined, inputs: Bag): Bag {
    return { clientTimestamp: unknownValue, ...inputs };
  }

  create(inputs: Bag): Promise<Created> {
    return this.logs.create(inputs);
  }

  /** Keeps the state, because Pinterest's log cannot be read. */
  async read(id: string, { inputs = {}, state }: Known) {
    if (state === undefined) {
      throw new Error(
        `importing '${id}': log entries cannot be imported, because Pinterest's log cannot be read.`,
      );
    }
    return { id, outputs: state, inputs };
  }

  update(_id: string, _olds: Bag, inputs: Bag): Promise<Bag> {
    return this.logs.send(inputs);
  }

  async delete(): Promise<void> {}
}

/** The methods of the plugin protocol that are about a resource. */
export function resourceMethods(plugin: Plugin): UntypedServiceImplementation {
  const run = <T>(request: { getUrn(): string; getTimeout(): number }, action: () => Promise<T>) =>
    plugin.calls.run(request.getUrn(), request.getTimeout(), action);
  return {
    check: unary(async (request: messages.CheckRequest) => {
      const urn = request.getUrn();
      const olds = bagOf(request.getOlds());
      const { values, secrets } = decode(request.getNews());
      const check = () => plugin.resource(request.getType()).check(urn, olds, values);
      return checkResponse(await plugin.calls.run(urn, 0, check), secrets);
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const resource = plugin.resource(request.getType());
      const news = bagOf(request.getNews());
      const effects = resource.diff(request.getId(), bagOf(request.getOlds()), news);
      return diffResponse(changesBetween(bagOf(request.getOldInputs()), news), effects);
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const resource = plugin.resource(request.getType());
      const { values, secrets } = decode(request.getProperties());
      // A preview returns no ID, although it is known: functions of the program would read the integration before it is created.
      const { id, outputs } = request.getPreview()
        ? { id: "", outputs: resource.preview(undefined, values) }
        : await run(request, () => written(resource, secrets, () => resource.create(values)));
      const { refreshBeforeUpdate } = resource;
      return create(messages.CreateResponse, {
        id,
        properties: encode(outputs, secrets),
        refreshBeforeUpdate,
      });
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const resource = plugin.resource(request.getType());
      const inputs = request.hasInputs() ? decode(request.getInputs()) : undefined;
      const state = request.hasProperties() ? decode(request.getProperties()) : undefined;
      const known = { inputs: inputs?.values, state: state?.values };
      const found = await run(request, () => resource.read(request.getId(), known));
      if (found === undefined) return new messages.ReadResponse();
      const { refreshBeforeUpdate } = resource;
      const secrets = [...(inputs?.secrets ?? []), ...(state?.secrets ?? [])];
      return create(messages.ReadResponse, {
        id: found.id,
        properties: encode(found.outputs, secrets),
        inputs: encode(found.inputs, secrets),
        refreshBeforeUpdate,
      });
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const resource = plugin.resource(request.getType());
      const olds = bagOf(request.getOlds());
      const { values, secrets } = decode(request.getNews());
      const update = () => resource.update(request.getId(), olds, values);
      const outputs = request.getPreview()
        ? resource.preview(olds, values)
        : await run(request, () => written(resource, secrets, update));
      const { refreshBeforeUpdate } = resource;
      return create(messages.UpdateResponse, { properties: encode(outputs, secrets), refreshBeforeUpdate });
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const resource = plugin.resource(request.getType());
      const state = bagOf(request.getProperties());
      await run(request, () => resource.delete(request.getId(), state));
      return new Empty();
    }),
  };
}

/** Runs a create or update. The error of a partial failure contains the state that the engine saves. */
async function written<T>(
  resource: PluginResource,
  secrets: Iterable<string>,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const partial = partialState(error);
    if (partial === undefined) throw error;
    const outputs = encode(partial.outputs, secrets);
    const { refreshBeforeUpdate } = resource;
    throw partialCallError(error, { id: partial.id, outputs, refreshBeforeUpdate });
  }
}
